"""Test runs of people who come in by a segment, a schedule or a date."""

from typing import Any

import pytest

from journeys.runtime.simulate import simulate
from tests.fixtures.graphs import graph, leave, on_event, split, wait, wait_for
from tests.fixtures.world import T0, World

SEGMENT = "01a20199-b45e-7264-ba59-d7819c5ea21e"
BY_SEGMENT = {"kind": "segment", "segment": SEGMENT, "on": "leave"}
BY_SCHEDULE = {"kind": "schedule", "segment": SEGMENT, "cron": "0 9 * * *"}
BY_DATE = {"kind": "date", "attribute": "birthday", "yearly": True}
BY_API = {"kind": "api"}


def run(world: World, trigger: dict[str, Any], entry: dict[str, Any], **more: Any) -> dict[str, Any]:
    nodes = {"start": ("trigger", trigger), "paid": wait_for("order_paid", timeout="P1D")}
    request = {"graph": graph(nodes, ["start -> paid"]), "start": T0.isoformat(), "entry": entry, **more}
    return simulate(world.workspace, request)


@pytest.mark.parametrize(
    ("trigger", "entry", "data"),
    [
        (BY_SEGMENT, {"segment": SEGMENT}, {"trigger": "segment", "segment": SEGMENT, "on": "leave"}),
        (BY_SEGMENT, {"segment": True}, {"trigger": "segment", "segment": SEGMENT, "on": "leave"}),
        (BY_SEGMENT, {"segment": {"id": SEGMENT}}, {"trigger": "segment", "segment": SEGMENT, "on": "leave"}),
        (BY_SCHEDULE, {"schedule": True}, {"trigger": "schedule", "segment": SEGMENT}),
        ({"kind": "schedule", "at": "2020-01-01T00:00:00Z"}, {"schedule": True}, {"trigger": "schedule"}),
        (BY_DATE, {"date": True}, {"trigger": "date", "attribute": "birthday"}),
        (BY_DATE, {}, {"trigger": "date", "attribute": "birthday"}),
        (BY_DATE, {"api": {"properties": {}}}, {"trigger": "api"}),
    ],
)
def test_the_first_event_says_how_the_person_came_in(
    world: World, trigger: dict[str, Any], entry: dict[str, Any], data: dict[str, Any]
) -> None:
    result = run(world, trigger, entry)
    assert result["events"][0] == {
        "seq": 1,
        "at": T0.isoformat(),
        "kind": "enrolled",
        "node": "start",
        "data": data,
    }
    assert result["status"] == "completed"


@pytest.mark.parametrize(
    ("trigger", "entry"),
    [
        (BY_SEGMENT, {"segment": "another"}),
        (BY_SEGMENT, {"schedule": True}),
        (BY_SCHEDULE, {"event": "visited"}),
        (BY_DATE, {"segment": SEGMENT}),
        (on_event("visited")[1], {"date": True}),
    ],
)
def test_another_way_in_than_the_triggers_does_not_enroll(
    world: World, trigger: dict[str, Any], entry: dict[str, Any]
) -> None:
    result = run(world, trigger, entry)
    assert (result["status"], result["reason"]) == ("not_enrolled", "another_trigger")


@pytest.mark.parametrize(("order", "reached"), [("A1", "order_paid"), ("A2", "timeout")])
def test_a_keyed_run_sees_its_own_orders_events_only(world: World, order: str, reached: str) -> None:
    trigger = on_event("order_created", key="order_id")[1]
    paid = {"after": "PT1H", "name": "order_paid", "properties": {"order_id": order}}
    entry = {"event": "order_created", "properties": {"order_id": "A1"}}
    result = run(world, trigger, entry, events=[paid])
    assert result["events"][-1]["data"]["outcome"] == reached
    assert run(world, trigger, {"event": "order_created"})["reason"] == "no_key"


def test_a_rule_about_the_journey_itself_sees_the_run(world: World) -> None:
    """As a tick does: a split finds the person inside, and an exit rule ends a run whose wait has begun."""
    journey = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))

    def inside(status: str) -> dict[str, Any]:
        return {"op": "journey", "id": str(journey.pk), "status": status}

    nodes = {"where": split(inside=inside("live")), "a": wait("P1D"), "b": leave("outside")}
    judged = graph(nodes, ["start -> where", "where.inside -> a", "where.else -> b"])
    script = {"profile": {"id": "p1"}, "start": T0.isoformat(), "entry": {"api": {}}, "until": "P2D"}
    kinds = [one["node"] for one in simulate(world.workspace, {**script, "graph": judged}, journey)["events"]]
    assert "a" in kinds
    assert "b" not in kinds
    waits = graph({"rest": wait("P1D"), "more": wait("P1D")}, ["start -> rest", "rest -> more"])
    waits["settings"] = {"exit_rules": [{"rule": {**inside("live"), "within": "P1D"}}]}
    assert simulate(world.workspace, {**script, "graph": waits}, journey)["status"] == "exited"
    waits["settings"] = {"exit_rules": [{"rule": inside("ended")}]}
    assert simulate(world.workspace, {**script, "graph": waits}, journey)["status"] == "completed"
