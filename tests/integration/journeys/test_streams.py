"""Streams as the tick writes them, recorded for tests/unit/journeys/engine/test_streams.py.

`ZHITU_RECORD=0.2 pytest tests/integration/journeys/test_streams.py` records them for release 0.2.
"""

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from channels_app.models import Message, Template, WebhookCall
from channels_app.ports import CallFinished, MessageChange
from journeys.models import EnrollmentEvent, JourneyVersion, StaffTask
from journeys.runtime import drafts, publish
from journeys.runtime.call_news import call_finished
from journeys.runtime.leaving import exit_enrollment, retry_enrollment
from journeys.runtime.message_news import message_changed
from journeys.runtime.migrating import migrate
from journeys.runtime.tasks import close
from profiles.models import Profile
from tests.fixtures.graphs import GOAL, ab, attribute, graph, leave, on_event, send, split, wait, wait_for, webhook
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, Run, World

STREAMS = Path("tests/fixtures/streams")
NODES = {
    "start": on_event("registered"),
    "wait": wait("PT1H"),
    "city": split(sh=attribute("city", "上海")),
    "test": ab(a=50, b=50),
    "sms": send(
        params={"n": "{{ profile.visits | divided_by: profile.none }}"},
        **{"await": {"for": "delivered", "timeout": "P1D"}},
    ),
    "order": wait_for("order_paid", timeout="P2D"),
    "mark": ("goal", {"goal": "marked"}),
    "end": leave("done"),
}
EDGES = [
    "start -> wait",
    "wait -> city",
    "city.sh -> test",
    "city.else -> order",
    "test.a -> sms",
    "test.b -> sms",
    "sms.timeout -> order",
    "order.order_paid -> mark",
    "order.timeout -> end",
    "mark -> end",
]
GOALS = [{**GOAL, "exit": True, "where": [{"key": "amount", "cmp": "gte", "value": 1000}]}, {"id": "marked"}]
# What else there is: looking back, a key, a window, a held message, news of a message, rules over tags and events.
MORE_NODES = {
    "start": on_event("visited"),
    "rule": split(
        fan={
            "op": "and",
            "args": [{"op": "tag", "key": "fan"}, {"op": "event", "name": "visit*", "cmp": "gte", "value": 1}],
        },
        rest={"op": "not", "arg": {"op": "tag", "key": "level", "cmp": "gte", "value": 3}},
    ),
    "back": wait_for(
        {"id": "cart", "event": "carted", "where": [{"key": "sku", "cmp": "exists"}], "key": "shop"},
        timeout="PT1H",
        look_back="P7D",
    ),
    "night": wait("PT1H", window={"days": [1, 2, 3, 4, 5], "from": "22:00", "to": "02:00"}),
    "sms": send(purpose="marketing", template="promo", **{"await": {"for": "delivered"}}),
    "end": leave(),
}
MORE_EDGES = [
    *("start -> rule", "rule.fan -> back", "rule.rest -> back", "back.cart -> night", "back.timeout -> night"),
    *("night -> sms", "sms.success -> end"),
]
QUIET = {"from": "21:00", "to": "08:00", "policy": "hold"}


def test_the_folded_stream_is_the_row_in_every_way_a_path_can_go(world: World) -> None:
    template = world.sms(body="${n}")
    Template.objects.create(
        workspace=world.workspace,
        account=template.account,
        channel="sms",
        key="promo",
        provider_code="SMS_2",
        body="您好",
        purpose="marketing",
        state="approved",
    )
    journeys = (first_journey, second_journey, third_journey, fourth_journey)
    runs = [run for journey in journeys for run in journey(world)]
    kinds = {kind for run in runs for kind in run.kinds}
    assert kinds == {
        *("enrolled", "held_out", "node_entered", "wait_started", "wait_ended", "event_matched", "branch_taken"),
        *("variant_assigned", "message_requested", "message_blocked", "message_updated", "goal_reached", "converted"),
        *("step_failed", "step_retried", "exited", "completed"),
        *("task_created", "task_closed", "profile_updated", "enroll_requested"),
        *("webhook_called", "resumed", "migrated"),
    }
    world.verify()
    if release := os.environ.get("ZHITU_RECORD"):
        text = json.dumps(recorded(runs), ensure_ascii=False, indent=1, sort_keys=True)
        (STREAMS / f"{release}.json").write_text(text + "\n")


def first_journey(world: World) -> list[Run]:
    journey = world.journey(graph(NODES, EDGES, goals=GOALS, exit_rules=[{"event": "unsubscribed"}]))
    held = world.journey(graph(NODES, EDGES, holdout={"percent": 100}, goals=GOALS))
    buyer, big, left, _blocked, stuck, ended = people = [
        world.person(city="杭州"),
        world.person(city="杭州"),
        world.person(city="杭州"),
        world.person(city="上海", visits=1, none=1),
        world.person(city="上海", visits=1, none=0, phone="13800000001"),
        world.person(city="上海", visits=1, none=1, phone="13800000002"),
    ]
    for person in people:
        world.happen(person, "registered", T0 - SECOND, received=T0)
    world.tick(T0)
    world.tick(T0 + HOUR)
    world.happen(buyer, "order_paid", T0 + HOUR + MINUTE, amount=5)
    world.happen(big, "order_paid", T0 + HOUR + MINUTE, amount="5000")
    world.happen(left, "unsubscribed", T0 + HOUR + MINUTE)
    world.tick(T0 + 2 * HOUR)
    exit_enrollment(world.run(journey, ended).row, T0 + 3 * HOUR)
    retry_enrollment(world.run(journey, stuck).row, T0 + 3 * HOUR)
    for day in range(3, 60):
        world.tick(T0 + day * HOUR)
    world.tick(T0 + 5 * DAY)
    return [world.run(journey, person) for person in people] + [world.run(held, buyer)]


def second_journey(world: World) -> list[Run]:
    journey = world.journey(graph(MORE_NODES, MORE_EDGES, quiet_hours=QUIET))
    start = T0 + 7 * DAY
    fan, other, silent = people = [
        world.person(phone="13800000003", tags=["fan"], timezone="Asia/Urumqi"),
        world.person(phone="13800000004"),
        world.person(phone="13800000005", tags=["fan"], timezone="Nowhere/Land"),
    ]
    for person in people:
        world.consent(person)
    world.happen(fan, "carted", start - DAY, shop="s1", sku="x")
    for person in people:
        world.happen(person, "visited", start, shop="s1")
    world.tick(start)
    world.happen(other, "carted", start + MINUTE, shop="s2", sku="y")
    world.happen(other, "carted", start + 2 * MINUTE, shop="s1", sku="z")
    for hour in range(1, 30):
        world.tick(start + hour * HOUR)
    for state in ("accepted", "delivered"):
        report(world, fan, state, start + 30 * HOUR)
        world.tick(start + 30 * HOUR)
    report(world, other, "blocked", start + 31 * HOUR)
    world.tick(start + 31 * HOUR)
    return [world.run(journey, person) for person in (fan, other, silent)]


def third_journey(world: World) -> list[Run]:
    other = world.journey(graph({"end": leave()}, ["start -> end"]))
    nodes: dict[str, tuple[str, dict[str, Any]]] = {
        "expiry": ("wait", {"until_attribute": {"key": "expires", "offset": "-P1D", "if_missing": "exit"}}),
        "mark": ("update", {"set": {"level": "gold {{ event.n }}"}, "tags_add": ["vip"]}),
        "other": ("enroll", {"journey": str(other.pk), "properties": {}}),
        "call": ("task", {"content": "请联系{{ profile.name }}", "due": "P2D"}),
        "test": ab(a=50, b=50),
        "rest": wait("P1D"),
    }
    nodes["test"][1]["winner"] = {"after": "P30D", "min_people": 1000, "goal": "marked", "fallback": "a"}
    edges = ["start -> expiry", "expiry -> mark", "mark -> other", "other -> test", "test.a -> call", "test.b -> call"]
    edges += ["call.done -> rest", "call.overdue -> rest"]
    exits = [{"rule": {"op": "tag", "key": "churned"}}]
    journey = world.journey(graph(nodes, edges, goals=[{"id": "marked"}], exit_rules=exits))
    start = T0 + 14 * DAY
    soon = (start + 2 * DAY).isoformat()
    helped, overdue, churned, missing, odd = people = [
        world.person(name="甲", expires=soon),
        world.person(name="乙", expires=int((start - DAY).timestamp())),
        world.person(name="丙", expires=soon),
        world.person(name="丁"),
        world.person(name="戊", expires="someday"),
    ]
    world.enrolled(journey, *people, at=start, n=1)
    world.tick(start)
    Profile.objects.filter(pk=churned).update(tags={"churned": None})
    world.tick(start + DAY)
    close(StaffTask.objects.get(profile_id=helped), "done", "", None, start + DAY + HOUR)
    for hour in range(25, 120, 6):
        world.tick(start + hour * HOUR)
    assert [world.run(journey, one).state for one in people] == ["completed", "completed", "exited", "exited", "exited"]
    assert world.run(journey, overdue).all("task_closed")[0].data["state"] == "overdue"
    assert [world.run(journey, one).row.node for one in (missing, odd)] == ["expiry", "expiry"]
    return [world.run(journey, person) for person in people]


def fourth_journey(world: World) -> list[Run]:
    """Webhooks, a pause that shifts waits, and a move to another version."""
    nodes = {"hook": webhook(headers={"x-n": "{{ event.n }}"}), "rest": wait("P3D"), "sorry": leave("no answer")}
    edges = ["start -> hook", "hook.success -> rest", "hook.failure -> sorry"]
    journey = world.journey(graph(nodes, edges))
    start = T0 + 30 * DAY
    answered, refused = world.people(2)
    world.enrolled(journey, answered, refused, at=start, n=1)
    world.tick(start)
    for person, outcome, reason in ((answered, "success", ""), (refused, "failure", "status_404")):
        call = WebhookCall.objects.get(profile_id=person)
        run = world.run(journey, person)
        call_finished([CallFinished(call.pk, world.workspace.id, run.id, outcome, start + MINUTE, reason)])
    world.tick(start + HOUR)
    publish.pause(journey, now=start + DAY)
    publish.resume(journey, "shift", now=start + 2 * DAY)
    assert world.run(journey, answered).due_at == start + HOUR + 3 * DAY + DAY
    draft = graph({**nodes, "end": leave("moved")}, [*edges, "rest -> end"])
    stored = drafts.save_draft(journey, revision=journey.revision, graph=draft)
    publish.publish(stored, None, start + 2 * DAY)
    migrate(stored, now=start + 2 * DAY)
    world.tick(start + 9 * DAY)
    assert [world.run(journey, one).node for one in (answered, refused)] == ["end", "sorry"]
    return [world.run(journey, person) for person in (answered, refused)]


def report(world: World, person: Any, state: str, at: Any) -> None:
    """Let a person's message change its state, as dispatch and receipts do."""
    (message,) = Message.objects.filter(workspace=world.workspace, profile_id=person)
    old = message.state
    Message.objects.filter(pk=message.pk).update(state=state)
    change = MessageChange(
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
        reason="opted_out" if state == "blocked" else "",
    )
    message_changed([change])


def recorded(runs: Sequence[Run]) -> dict[str, Any]:
    """Everything that folding and deciding again need: graphs by version, and of each run ids, entry and stream."""
    versions = JourneyVersion.objects.filter(id__in={run.row.version_id for run in runs})
    return {
        "versions": {str(one.pk): {"journey": str(one.journey_id), "graph": one.graph} for one in versions},
        "streams": [_recorded(run) for run in runs],
    }


def _recorded(run: Run) -> dict[str, Any]:
    row = run.row
    state = {
        "state": row.state,
        "node": row.node,
        "seq": row.seq,
        "due_at": row.due_at and row.due_at.isoformat(),
        "ended_at": row.ended_at and row.ended_at.isoformat(),
        "context": row.context,
    }
    ids = {"id": row.pk, "profile_id": row.profile_id, "journey_id": row.journey_id, "version_id": row.version_id}
    return {
        "events": [_entry(event) for event in run.events],
        "state": state,
        "ids": {name: str(value) for name, value in ids.items()},
        "properties": row.properties,
    }


def _entry(event: EnrollmentEvent) -> dict[str, Any]:
    at = event.at.isoformat()
    return {"kind": event.kind, "node": event.node, "at": at, "schema": event.schema, "data": event.data}
