"""Exit rules over the person's data: at every step, whenever the data change, and before every send."""

from datetime import datetime
from typing import Any

import pytest
from django.db import transaction

from channels_app.models import Message
from channels_app.ports import MessageChange, PendingSend, ports
from journeys.models import InboxEntry
from journeys.runtime.exit_veto import ExitVeto
from profiles.identity_values import normalise
from profiles.person_changes import PersonChange
from profiles.segments import create_segment
from profiles.upsert import upsert
from tests.fixtures.graphs import GOAL, attribute, graph, leave, send, wait, wait_for
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World

LEFT = PersonChange({"status": "gone"})
GONE = attribute("status", "gone")
PAID = {"op": "event", "name": "order_paid", "cmp": "gte", "value": 1, "within": "P1D"}


def journey_of(world: World, nodes: dict[str, Any], edges: list[str], *rules: dict[str, Any], **settings: Any) -> Any:
    return world.journey(graph(nodes, edges, exit_rules=[{"rule": rule} for rule in rules], **settings))


def test_a_change_of_the_person_ends_the_wait_at_once(world: World) -> None:
    journey = journey_of(world, {"rest": wait("P30D"), "end": leave()}, ["start -> rest", "rest -> end"], PAID, GONE)
    person = world.person(status="here")
    (run,) = world.enrolled(journey, person)
    world.tick(T0)
    assert run.state == "waiting"
    upsert(world.workspace, [normalise("member_id", str(person))], LEFT, [], T0 + HOUR)
    assert world.inbox() == 1
    world.tick(T0 + DAY)
    assert run.state == "exited"
    (event,) = run.all("exited")
    assert (event.data["reason"], event.data["rule"]) == ("exit_rule", 1)
    assert ["attribute", "status", "gone"] in event.data["values"]


def test_an_event_that_a_rule_counts_ends_the_path(world: World) -> None:
    journey = journey_of(world, {"rest": wait("P30D")}, ["start -> rest"], PAID)
    (run,) = world.enrolled(journey, person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR)
    world.tick(T0 + HOUR)
    assert run.state == "exited"


def test_a_goal_comes_before_an_exit_rule(world: World) -> None:
    journey = journey_of(world, {"rest": wait("P30D")}, ["start -> rest"], PAID, goals=[{**GOAL, "exit": True}])
    (run,) = world.enrolled(journey, person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR, amount=5)
    world.tick(T0 + HOUR)
    assert run.state == "converted_exit"
    assert len(world.conversions()) == 1


def test_who_matches_at_the_start_gets_no_message(world: World) -> None:
    world.sms()
    journey = journey_of(world, {"sms": send()}, ["start -> sms"], GONE)
    gone, here = world.person(status="gone", phone="+8613800000001"), world.person(phone="+8613800000002")
    runs = world.enrolled(journey, gone, here)
    world.tick(T0)
    assert [run.state for run in runs] == ["exited", "completed"]
    assert [message.profile_id for message in world.messages()] == [here]


def test_a_rule_that_time_has_made_true_stops_a_held_message_at_the_send(world: World) -> None:
    # True for whoever has not been seen for an hour.
    unseen = {"op": "not", "arg": {"op": "event", "name": "seen", "within": "PT1H"}}
    world.sms()
    nodes = {"sms": send(), "order": wait_for("order_paid", timeout="P1D")}
    journey = journey_of(world, nodes, ["start -> sms", "sms -> order"], unseen)
    person = world.person(phone="+8613800000001")
    world.happen(person, "seen", T0)
    (run,) = world.enrolled(journey, person)
    world.tick(T0)
    (message,) = world.messages()
    sends = [PendingSend(message.pk, run.id, "sms")]
    assert ExitVeto().vetoed(world.workspace.id, sends, T0 + MINUTE) == {}
    assert ExitVeto().vetoed(world.workspace.id, sends, T0 + 2 * HOUR) == {message.pk: "exited"}


def test_a_rule_that_cannot_be_asked_fails_its_own_people_only(world: World) -> None:
    journey = journey_of(world, {"rest": wait("P1D")}, ["start -> rest"], GONE)
    other = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
    person = world.person()
    (run,) = world.enrolled(journey, person)
    (unharmed,) = world.enrolled(other, person)
    from journeys.runtime.facts import PostgresFacts

    def broken(*_: object) -> None:
        raise RuntimeError("no answer")

    real = PostgresFacts.exits
    PostgresFacts.exits = broken  # type: ignore[method-assign,assignment]
    try:
        world.tick(T0)
    finally:
        PostgresFacts.exits = real  # type: ignore[method-assign]
    assert unharmed.state == "waiting"
    assert run.kinds[-1] == "step_failed"
    world.tick(T0 + MINUTE)
    assert run.state == "waiting"


def test_nobody_outside_such_a_version_is_told_of_changes(world: World) -> None:
    world.enrolled(world.journey(graph({"rest": wait("P1D")}, ["start -> rest"])), person := world.person())
    upsert(world.workspace, [normalise("member_id", str(person))], LEFT, [], T0 + HOUR)
    assert world.inbox() == 0


def test_a_message_that_was_delivered_ends_the_wait_at_once(world: World) -> None:
    world.sms()
    delivered = {"op": "message", "channel": "sms", "outcome": "delivered"}
    nodes = {"sms": send(), "rest": wait("P30D")}
    journey = journey_of(world, nodes, ["start -> sms", "sms -> rest"], delivered)
    (run,) = world.enrolled(journey, world.person(phone="+8613800000001"))
    world.tick(T0)
    assert (run.state, world.inbox()) == ("waiting", 0)
    deliver(world, T0 + HOUR)
    assert world.inbox() == 1
    world.tick(T0 + HOUR)
    assert run.state == "exited"
    assert run.last("exited").at == T0 + HOUR


def test_a_message_of_another_channel_wakes_nobody(world: World) -> None:
    world.sms()
    by_mail = {"op": "message", "channel": "email", "outcome": "delivered"}
    nodes = {"sms": send(), "rest": wait("P30D")}
    journey = journey_of(world, nodes, ["start -> sms", "sms -> rest"], by_mail)
    (run,) = world.enrolled(journey, world.person(phone="+8613800000001"))
    world.tick(T0)
    deliver(world, T0 + HOUR)
    assert (run.state, world.inbox()) == ("waiting", 0)


def test_a_message_that_another_journey_asks_for_counts_at_once(world: World) -> None:
    world.sms()
    asked = {"op": "message", "outcome": "requested"}
    waits = journey_of(world, {"rest": wait("P30D")}, ["start -> rest"], asked)
    other = world.journey(graph({"sms": send()}, ["start -> sms"]))
    person = world.person(phone="+8613800000001")
    (run,) = world.enrolled(waits, person)
    world.tick(T0)
    world.enrolled(other, person, at=T0 + HOUR)
    world.tick(T0 + HOUR)
    assert run.state == "exited"
    assert run.last("exited").at == T0 + HOUR


@pytest.mark.parametrize(("status", "at"), [("any", T0 + HOUR), ("completed", T0 + DAY)])
def test_where_the_person_is_in_another_journey_ends_the_wait_at_once(world: World, status: str, at: datetime) -> None:
    other = world.journey(graph({"rest": wait("PT23H")}, ["start -> rest"]))
    waits = journey_of(
        world, {"rest": wait("P30D")}, ["start -> rest"], {"op": "journey", "id": str(other.pk), "status": status}
    )
    person, friend = world.people(2)
    run, untouched = world.enrolled(waits, person, friend)
    world.tick(T0)
    world.enrolled(other, person, at=T0 + HOUR)
    world.tick(T0 + HOUR)
    world.tick(T0 + DAY)
    assert run.state == "exited"
    assert run.last("exited").at == at
    assert untouched.state == "waiting"


def test_a_journey_that_no_rule_names_wakes_nobody(world: World) -> None:
    other, named = (world.journey(graph({"rest": wait("P1D")}, ["start -> rest"])) for _ in range(2))
    waits = journey_of(
        world, {"rest": wait("P30D")}, ["start -> rest"], {"op": "journey", "id": str(named.pk), "status": "any"}
    )
    (run,) = world.enrolled(waits, person := world.person())
    world.tick(T0)
    world.enrolled(other, person, at=T0 + HOUR)
    assert [entry.enrollment_id for entry in InboxEntry.objects.all()] != [run.id]
    world.tick(T0 + HOUR)
    assert run.state == "waiting"


def test_a_segment_stands_for_the_messages_that_it_asks_about(world: World) -> None:
    world.sms()
    reached = {"op": "message", "outcome": "delivered"}
    segment = create_segment(world.workspace, "触达", "", {"op": "and", "args": [reached]})
    nodes = {"sms": send(), "rest": wait("P30D")}
    journey = journey_of(
        world, nodes, ["start -> sms", "sms -> rest"], {"op": "segment", "id": str(segment.pk).upper()}
    )
    (run,) = world.enrolled(journey, world.person(phone="+8613800000001"))
    world.tick(T0)
    deliver(world, T0 + HOUR)
    world.tick(T0 + HOUR)
    assert run.state == "exited"


def deliver(world: World, at: datetime) -> None:
    """What a receipt does: the message moves, and listeners hear of it in the same transaction."""
    (message,) = world.messages()
    with transaction.atomic():
        Message.objects.filter(pk=message.pk).update(
            state="delivered", attempted_at=at, accepted_at=at, delivered_at=at, updated_at=at
        )
        change = MessageChange(
            message.pk, message.workspace_id, message.enrollment_id, message.journey_id, message.version_id,
            message.node, False, message.state, "delivered", at,
        )  # fmt: skip
        for listener in ports.message_changed:
            listener([change])
