"""A journey with a key: a run for each order of a person, which sees only its own order's events."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from journeys.models import Journey
from journeys.runtime.replay import differences
from tests.fixtures.graphs import GOAL, graph, leave, on_event, wait, wait_for
from tests.fixtures.world import DAY, HOUR, SECOND, T0, World

NODES = {
    "start": on_event("order_created", key="order_id"),
    "paid": wait_for("order_paid", "order_cancelled", timeout="P1D"),
    "yes": leave("paid"),
    "no": leave("cancelled"),
    "late": leave("late"),
}
ONLY_PAID = {name: node for name, node in NODES.items() if name != "no"}
EDGES = ["start -> paid", "paid.order_paid -> yes", "paid.order_cancelled -> no", "paid.timeout -> late"]


def keyed(world: World, mode: str = "never", interval: str | None = None) -> Journey:
    return world.journey(graph(NODES, EDGES, entry={"reentry": {"mode": mode, "interval": interval}}))


def ends(world: World, journey: Journey) -> list[str]:
    return [run.node for run in world.runs(journey)]


def test_two_orders_are_two_runs_whose_waits_see_their_own_orders_events_of_any_name(world: World) -> None:
    journey, person = keyed(world), world.person()
    for order in ("A1", 17):
        world.happen(person, "order_created", T0, order_id=order)
    world.tick(T0)
    world.happen(person, "order_cancelled", T0 + HOUR, order_id="17.0")
    world.happen(person, "order_paid", T0 + HOUR, order_id="A2")
    world.happen(person, "order_paid", T0 + HOUR)
    world.tick(T0 + HOUR)
    assert ends(world, journey) == ["paid", "no"]
    world.happen(person, "order_paid", T0 + 2 * HOUR, order_id="A1")
    world.tick(T0 + 2 * HOUR)
    assert ends(world, journey) == ["yes", "no"]


def test_a_wait_with_a_key_of_its_own_goes_by_that(world: World) -> None:
    nodes = {**ONLY_PAID, "paid": wait_for({"id": "order_paid", "event": "order_paid", "key": "shop"}, timeout="P1D")}
    journey, person = world.journey(graph(nodes, [EDGES[0], EDGES[1], EDGES[3]])), world.person()
    world.happen(person, "order_created", T0, order_id="A1", shop="s1")
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR, order_id="A2", shop="s1")
    world.tick(T0 + HOUR)
    assert ends(world, journey) == ["yes"]


def test_looking_back_finds_only_the_events_of_the_order(world: World) -> None:
    nodes = {**ONLY_PAID, "paid": wait_for("order_paid", timeout="P1D", look_back="P1D")}
    journey, person = world.journey(graph(nodes, [EDGES[0], EDGES[1], EDGES[3]])), world.person()
    world.happen(person, "order_paid", T0 - HOUR, order_id="A2")
    for order in ("A1", "A2"):
        world.happen(person, "order_created", T0, order_id=order)
    world.tick(T0)
    assert ends(world, journey) == ["paid", "yes"]


@pytest.mark.parametrize(
    ("mode", "interval", "expected"),
    [("never", None, 2), ("after_exit", None, 3), ("after_exit", "P3D", 2), ("always", None, 4), ("always", "P3D", 2)],
)
def test_reentry_is_judged_for_each_person_and_key(
    world: World, mode: str, interval: str | None, expected: int
) -> None:
    journey, person = keyed(world, mode, interval), world.person()
    orders: list[tuple[Any, Any]] = [("A1", T0), ("A1", T0 + HOUR), ("A2", T0 + HOUR), ("A1", T0 + 2 * DAY)]
    for order, at in orders:
        world.tick(at)
        world.happen(person, "order_created", at, order_id=order)
        world.tick(at)
    assert len(world.runs(journey)) == expected


def test_an_event_without_the_key_lets_nobody_in(world: World) -> None:
    journey, person = keyed(world, "always"), world.person()
    world.happen(person, "order_created", T0)
    world.happen(person, "order_created", T0, order_id="")
    world.happen(person, "order_created", T0, order_id=["A1"])
    assert world.runs(journey) == []
    assert [one.code for one in world.enroll(journey, person).rejected] == ["no_key"]
    assert world.enroll(journey, person, order_id="A1").accepted == 1


def test_two_orders_in_one_batch_are_two_runs(world: World) -> None:
    journey, person = keyed(world), world.person()
    orders = ("A1", "A2", "A1")
    events = [world.event(person, "order_created", T0 + n * SECOND, order_id=one) for n, one in enumerate(orders)]
    world.ingest(events, T0 + HOUR)
    assert len(world.runs(journey)) == 2


@pytest.mark.parametrize("orders", [1, 5])
def test_fifty_concurrent_triggers_after_the_exit_are_one_run_for_each_key(committed_world: World, orders: int) -> None:
    world = committed_world
    journey, person = keyed(world, "after_exit", "P1D"), world.person()
    for order in range(orders):
        world.happen(person, "order_created", T0, order_id=order)
    world.tick(T0)
    world.tick(T0 + DAY)
    assert set(ends(world, journey)) == {"late"}

    def create(number: int) -> None:
        # Half of them a second before the interval is over.
        at = T0 + 2 * DAY - (number % 2) * SECOND
        try:
            world.happen(person, "order_created", at, order_id=number // 2 % orders)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(create, range(50)))
    assert len(world.runs(journey)) == 2 * orders


def test_a_goal_and_an_exit_rule_end_only_the_run_of_the_order_that_the_event_names(world: World) -> None:
    settings: dict[str, Any] = {
        "goals": [{**GOAL, "exit": True}],
        "exit_rules": [{"event": "order_cancelled"}, {"event": "unsubscribed"}],
    }
    nodes = {"start": NODES["start"], "w": wait("P30D")}
    journey, person = world.journey(graph(nodes, ["start -> w"], **settings)), world.person()
    for order in ("A1", "A2", "A3", "A4"):
        world.happen(person, "order_created", T0, order_id=order)
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR, order_id="A1", amount=10)
    world.happen(person, "order_cancelled", T0 + HOUR, order_id="A2")
    world.tick(T0 + HOUR)
    states = [run.state for run in world.runs(journey)]
    assert states == ["converted_exit", "exited", "waiting", "waiting"]
    assert len(world.conversions()) == 1, "an order is credited to its own run only"
    # An event that names no order concerns them all.
    world.happen(person, "unsubscribed", T0 + 2 * HOUR)
    world.tick(T0 + 2 * HOUR)
    assert [run.state for run in world.runs(journey)] == ["converted_exit", "exited", "exited", "exited"]
    assert differences() == []


def test_a_wait_by_another_key_hears_of_another_orders_payment_which_is_no_goal_of_this_run(world: World) -> None:
    nodes = {
        "start": NODES["start"],
        "w": wait_for({"id": "paid", "event": "order_paid", "key": "shop"}, timeout="P1D"),
    }
    settings: dict[str, Any] = {"goals": [GOAL]}
    journey, person = world.journey(graph(nodes, ["start -> w"], **settings)), world.person()
    world.happen(person, "order_created", T0, order_id="A1", shop="s1")
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR, order_id="A2", shop="s1", amount=10)
    world.tick(T0 + HOUR)
    (run,) = world.runs(journey)
    assert run.last("event_matched").data["branch"] == "paid"
    assert world.conversions() == []
    assert differences() == []
