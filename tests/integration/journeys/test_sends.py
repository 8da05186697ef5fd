"""Messages: what is written to the outbox, and what their fate does to the person."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db.models import Sum

from channels_app.models import Message
from channels_app.ports import MessageChange, PendingSend
from journeys.models import InboxEntry, NodeCounter
from journeys.runtime.exit_veto import ExitVeto
from journeys.runtime.message_news import message_changed
from tests.fixtures.graphs import GOAL, graph, leave, send, wait
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, Run, World

NIGHT = datetime(2026, 3, 2, 15, 0, tzinfo=UTC)  # 23:00 in Shanghai


def sending(world: World, *wired: str, awaited: dict[str, str] | None = None, phone: str | None = "13800000000") -> Run:
    """One person at a send whose outcomes `wired` lead to a node of the same name."""
    world.sms()
    nodes = {"sms": send(**({"await": awaited} if awaited else {}))} | {name: leave(name) for name in wired}
    journey = world.journey(graph(nodes, ["start -> sms", *(f"sms.{name} -> {name}" for name in wired)]))
    (run,) = world.enrolled(journey, world.person(phone=phone))
    world.tick(T0)
    return run


def report(world: World, state: str, at: datetime, reason: str = "") -> None:
    """Let the only message change its state, as dispatch and receipts do."""
    (message,) = world.messages()
    old = message.state
    Message.objects.filter(pk=message.pk).update(state=state)
    message_changed(
        [
            MessageChange(
                message_id=message.pk,
                workspace_id=world.workspace.id,
                enrollment_id=message.enrollment_id,
                journey_id=message.journey_id,
                version_id=message.version_id,
                node=message.node,
                wants_outcome=message.wants_outcome,
                old_state=old,
                new_state=state,
                at=at,
                reason=reason,
            )
        ]
    )


def counter(world: World, metric: str) -> int:
    rows = NodeCounter.objects.filter(workspace_id=world.workspace.id, node="sms", metric=metric)
    return rows.aggregate(total=Sum("value"))["total"] or 0


def test_an_allowed_message_is_queued_with_all_that_dispatch_needs(world: World) -> None:
    template = world.sms(body="${name}，您好")
    nodes = {"sms": send(params={"name": "{{ profile.name }}", "order": "{{ event.order }}"}), "end": leave()}
    journey = world.journey(graph(nodes, ["start -> sms", "sms -> end"]))
    (run,) = world.enrolled(journey, person := world.person(phone="13800000000", name="王\t\\芳\n"), order="A-1")
    world.tick(T0)
    (message,) = world.messages()
    assert (message.state, message.address, message.not_before) == ("queued", "+8613800000000", T0)
    assert message.params == {"name": "王\t\\芳\n", "order": "A-1"}
    assert (message.account_id, message.template_id) == (template.account_id, template.id)
    assert (message.profile_id, message.enrollment_id, message.node) == (person, run.id, "sms")
    assert (message.purpose, message.wants_outcome) == ("service", False)
    requested = run.last("message_requested").data
    assert requested["message"] == str(message.pk)
    assert "王" not in str(run.events[-2].data), "the log names nobody"


@pytest.mark.parametrize(
    ("consent", "phone", "template", "reason"),
    [
        (None, "13800000000", {}, "no_consent"),
        ("withdrawn", "13800000000", {}, "opted_out"),
        ("granted", None, {}, "no_identity"),
        ("granted", "13800000000", {"state": "pending"}, "template_not_approved"),
    ],
)
def test_a_blocked_message_is_recorded_with_its_reason_and_takes_the_blocked_edge(
    world: World, consent: str | None, phone: str | None, template: dict[str, Any], reason: str
) -> None:
    world.sms(purpose="marketing", **template)
    nodes = {"sms": send(purpose="marketing"), "no": leave("blocked"), "next": leave("sent")}
    journey = world.journey(graph(nodes, ["start -> sms", "sms -> next", "sms.blocked -> no"]))
    person = world.person(phone=phone)
    if consent:
        world.consent(person, consent)
    (run,) = world.enrolled(journey, person)
    world.tick(T0)
    (message,) = world.messages()
    assert (message.state, message.reason) == ("blocked", reason)
    assert run.node == "no"
    assert run.last("message_blocked").data["reason"] == reason
    assert counter(world, "blocked") == 1


def test_without_a_blocked_edge_a_blocked_person_goes_on(world: World) -> None:
    assert sending(world, "next", phone=None).node == "next"


def test_at_night_a_marketing_message_is_held_and_the_person_goes_on(world: World) -> None:
    world.sms(purpose="marketing")
    nodes = {"sms": send(purpose="marketing", on_blocked="hold"), "next": leave("sent")}
    journey = world.journey(graph(nodes, ["start -> sms", "sms -> next"]))
    person = world.person(phone="13800000000")
    world.consent(person)
    (run,) = world.enrolled(journey, person, at=NIGHT)
    assert world.tick(NIGHT).accounts == frozenset()
    (message,) = world.messages()
    assert (message.state, message.not_before) == ("queued", datetime(2026, 3, 3, 0, 0, tzinfo=UTC))
    assert run.node == "next"
    assert run.last("message_requested").data["held_until"] == "2026-03-03T00:00:00+00:00"


def test_a_held_message_is_awaited_from_the_instant_it_may_leave(world: World) -> None:
    world.sms(purpose="marketing")
    awaiting = {"for": "delivered", "timeout": "PT1H"}
    nodes = {"sms": send(purpose="marketing", on_blocked="hold", **{"await": awaiting}), "timeout": leave()}
    journey = world.journey(graph(nodes, ["start -> sms", "sms.timeout -> timeout"]))
    person = world.person(phone="13800000000")
    world.consent(person)
    (run,) = world.enrolled(journey, person, at=NIGHT)
    world.tick(NIGHT)
    assert run.due_at == datetime(2026, 3, 3, 1, 0, tzinfo=UTC)


def test_quiet_hours_go_by_the_persons_zone_and_an_unknown_one_by_the_next_level(world: World) -> None:
    quiet = {"from": "01:00", "to": "03:00", "policy": "skip"}
    world.sms(purpose="marketing")
    nodes = {"sms": send(purpose="marketing"), "no": leave(), "next": leave()}
    edges = ["start -> sms", "sms -> next", "sms.blocked -> no"]
    journey = world.journey(graph(nodes, edges, quiet_hours=quiet, timezone="Europe/London"))
    # 02:00 UTC: 02:00 in London, 10:00 in Shanghai.
    people = [
        world.person(phone="13800000001", timezone="Asia/Shanghai"),
        world.person(phone="13800000002"),
        world.person(phone="13800000003", timezone="Mars/Olympus"),
    ]
    for person in people:
        world.consent(person)
    runs = world.enrolled(journey, *people)
    world.tick(T0)
    assert [run.node for run in runs] == ["sms", "no", "no"]
    assert runs[2].last("message_blocked").data["figures"]["unknown_zones"] == "Mars/Olympus"


@pytest.mark.parametrize(
    ("awaited", "wired", "state", "node"),
    [
        ("accepted", ("success",), "accepted", "success"),
        ("accepted", ("success",), "delivered", "success"),
        ("delivered", ("success", "failure"), "accepted", None),
        ("delivered", ("success", "failure"), "read", "success"),
        ("delivered", ("success", "failure"), "failed", "failure"),
        ("delivered", ("success", "failure"), "expired", "failure"),
        ("delivered", ("success", "failure"), "unknown", "failure"),
        ("delivered", ("next",), "delivered", "next"),
        ("delivered", ("next",), "failed", "next"),
        ("replied", ("success",), "clicked", None),
        ("result", ("success",), "accepted", "success"),
        ("delivered", ("success", "failure", "blocked"), "blocked", "blocked"),
        ("delivered", ("next", "success"), "blocked", "next"),
        ("delivered", ("success", "failure"), "blocked", "failure"),
    ],
)
def test_await(world: World, awaited: str, wired: tuple[str, ...], state: str, node: str | None) -> None:
    run = sending(world, *wired, awaited={"for": awaited, "timeout": "P1D"})
    assert (run.state, run.due_at) == ("waiting", T0 + DAY)
    assert world.messages()[0].wants_outcome
    report(world, state, T0 + MINUTE, "why")
    world.tick(T0 + MINUTE)
    assert run.node == (node or "sms")
    assert run.last("message_updated").data["state"] == state


def test_an_await_times_out(world: World) -> None:
    run = sending(world, "success", "timeout", awaited={"for": "read", "timeout": "P1D"})
    report(world, "delivered", T0 + HOUR)
    world.tick(T0 + HOUR)
    assert run.due_at == T0 + DAY
    world.tick(T0 + DAY)
    assert run.node == "timeout"


def test_of_result_and_time_out_in_one_tick_the_earlier_wins(world: World) -> None:
    run = sending(world, "success", "timeout", awaited={"for": "delivered", "timeout": "P1D"})
    report(world, "delivered", T0 + DAY - SECOND)
    world.tick(T0 + 2 * DAY)
    assert run.node == "success"


def test_a_blocked_edge_keeps_the_person_until_the_message_is_accepted(world: World) -> None:
    run = sending(world, "next", "blocked")
    assert run.state == "waiting"
    report(world, "accepted", T0 + SECOND)
    world.tick(T0 + SECOND)
    assert run.node == "next"


def test_a_block_at_the_send_takes_the_blocked_edge(world: World) -> None:
    run = sending(world, "next", "blocked")
    report(world, "blocked", T0 + SECOND, "opted_out")
    world.tick(T0 + SECOND)
    assert run.node == "blocked"
    assert (counter(world, "blocked"), counter(world, "sent")) == (1, 0)


def test_nobody_is_told_of_a_message_that_nobody_awaits(world: World) -> None:
    run = sending(world, "next")
    report(world, "accepted", T0 + SECOND)
    assert (run.node, world.inbox(), counter(world, "sent")) == ("next", 0, 1)


def test_a_late_correction_moves_the_counters(world: World) -> None:
    sending(world, "next")
    for state, sent, failed in (("accepted", 1, 0), ("unknown", 0, 1), ("delivered", 1, 0), ("read", 1, 0)):
        report(world, state, T0 + SECOND)
        assert (counter(world, "sent"), counter(world, "failed")) == (sent, failed)


def test_news_of_another_message_changes_nothing(world: World) -> None:
    run = sending(world, "success", awaited={"for": "accepted"})
    before = run.kinds
    InboxEntry.objects.create(
        workspace_id=world.workspace.id,
        lane=0,
        enrollment_id=run.id,
        kind="message",
        name="delivered",
        occurred_at=T0 + SECOND,
    )
    world.tick(T0 + SECOND)
    assert (run.kinds, world.inbox()) == (before, 0)


def test_a_receipt_after_the_person_has_gone_on_wakes_nobody(world: World) -> None:
    run = sending(world, "success", awaited={"for": "accepted"})
    report(world, "accepted", T0 + SECOND)
    world.tick(T0 + SECOND)
    report(world, "delivered", T0 + MINUTE)
    assert (run.node, world.inbox()) == ("success", 0)


def test_who_has_left_by_goal_or_exit_gets_no_message_that_is_still_queued(world: World) -> None:
    world.sms()
    nodes = {"sms": send(), "long": wait("P30D"), "end": leave("by its path")}
    edges = ["start -> sms", "sms -> long", "long -> end"]
    journey = world.journey(graph(nodes, edges, goals=[{**GOAL, "exit": True}]))
    left, stays = world.enrolled(journey, world.person(phone="13800000001"), world.person(phone="13800000002"))
    world.tick(T0)
    world.happen(left.row.profile_id, "order_paid", T0 + SECOND)
    world.tick(T0 + SECOND)
    sends = [PendingSend(message.pk, message.enrollment_id or UUID(int=0), "sms") for message in world.messages()]
    (of_left,) = [message.pk for message in world.messages(enrollment_id=left.id)]
    assert ExitVeto().vetoed(world.workspace.id, sends, T0) == {of_left: "exited"}
    assert ExitVeto().vetoed(World().workspace.id, sends, T0) == {}
    assert stays.state == "waiting"


def test_who_has_come_to_an_exit_node_still_gets_what_was_sent_on_the_way(world: World) -> None:
    run = sending(world, "next")
    (message,) = world.messages()
    assert run.state == "exited"
    assert ExitVeto().vetoed(world.workspace.id, [PendingSend(message.pk, run.id, "sms")], T0) == {}


def test_a_message_of_everybody_in_a_tick_is_written_once_each(world: World) -> None:
    world.sms()
    journey = world.journey(graph({"sms": send()}, ["start -> sms"]))
    world.enrolled(journey, *(world.person(phone=f"138{n:08}") for n in range(50)))
    result = world.tick(T0)
    assert len({message.enrollment_id for message in world.messages()}) == 50
    assert result.accounts == {world.messages()[0].account_id}
    world.tick(T0 + timedelta(days=1))
    assert len(world.messages()) == 50
