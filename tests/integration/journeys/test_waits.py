"""Waiting for time and for events: before, during and after the wait, late ticks, and both at once."""

from datetime import timedelta

import pytest

from tests.fixtures.graphs import GOAL, attribute, graph, leave, on_event, split, wait, wait_for
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, World

NODES = {"order": wait_for("order_paid", timeout="P1D"), "yes": leave("bought"), "no": leave("gave up")}
EDGES = ["start -> order", "order.order_paid -> yes", "order.timeout -> no"]


def test_an_event_during_the_wait_takes_its_branch_and_nothing_fires_at_the_time_out(world: World) -> None:
    (run,) = world.enrolled(world.journey(graph(NODES, EDGES)), person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR)
    world.tick(T0 + HOUR)
    assert (run.state, run.path) == ("exited", ["start", "order", "yes"])
    before = run.kinds
    assert world.tick(T0 + 2 * DAY).next_due is None
    assert run.kinds == before


def test_without_the_event_the_time_out_is_taken_at_its_instant(world: World) -> None:
    (run,) = world.enrolled(world.journey(graph(NODES, EDGES)), world.person())
    assert world.tick(T0).next_due == T0 + DAY
    world.tick(T0 + DAY - SECOND)
    assert run.state == "waiting"
    world.tick(T0 + DAY)
    assert run.path == ["start", "order", "no"]


def test_an_event_before_the_wait_does_not_satisfy_it(world: World) -> None:
    nodes = {"pause": wait("PT1H"), **NODES}
    journey = world.journey(graph(nodes, ["start -> pause", "pause -> order", *EDGES[1:]]))
    (run,) = world.enrolled(journey, person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + MINUTE)
    world.tick(T0 + MINUTE)
    world.tick(T0 + HOUR)
    assert (run.node, run.state) == ("order", "waiting")


def test_an_event_before_the_wait_counts_with_look_back(world: World) -> None:
    nodes = {**NODES, "pause": wait("PT1H"), "order": wait_for("order_paid", look_back="PT2H")}
    journey = world.journey(graph(nodes, ["start -> pause", "pause -> order", *EDGES[1:]]))
    (run,) = world.enrolled(journey, person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + MINUTE)
    world.tick(T0 + HOUR)
    assert run.node == "yes"


def test_look_back_reaches_before_the_enrollment_and_not_further_than_it_says(world: World) -> None:
    nodes = {**NODES, "order": wait_for("order_paid", look_back="PT2H")}
    journey = world.journey(graph(nodes, EDGES))
    recent, old = world.people(2)
    world.happen(recent, "order_paid", T0 - HOUR)
    world.happen(old, "order_paid", T0 - 3 * HOUR)
    first, second = world.enrolled(journey, recent, old)
    world.tick(T0)
    assert (first.node, second.node) == ("yes", "order")


def test_the_entry_event_does_not_satisfy_a_wait_even_with_look_back(world: World) -> None:
    nodes = {**NODES, "order": wait_for("order_paid", look_back="PT2H"), "start": on_event("order_paid")}
    journey = world.journey(graph(nodes, EDGES))
    person = world.person()
    world.happen(person, "order_paid", T0)
    world.tick(T0)
    run = world.run(journey, person)
    assert (run.node, run.state) == ("order", "waiting")
    world.happen(person, "order_paid", T0 + MINUTE)
    world.tick(T0 + MINUTE)
    assert run.node == "yes"


def test_an_event_at_exactly_the_time_out_matches(world: World) -> None:
    (run,) = world.enrolled(world.journey(graph(NODES, EDGES)), person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + DAY)
    world.tick(T0 + DAY)
    assert run.node == "yes"


@pytest.mark.parametrize(("late", "node"), [(-SECOND, "yes"), (SECOND, "no")])
def test_of_event_and_time_out_in_one_tick_the_earlier_wins(world: World, late: timedelta, node: str) -> None:
    (run,) = world.enrolled(world.journey(graph(NODES, EDGES)), person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + DAY + late, received=T0 + DAY + HOUR)
    world.tick(T0 + DAY + HOUR)
    assert run.node == node


def test_an_event_wins_over_a_later_time_out_also_in_a_tick_that_is_full(world: World) -> None:
    """The inbox of one tick may end before this person's entry, while their time-out is claimed."""
    journey = world.journey(graph(NODES, EDGES))
    busy, quiet = world.people(2)
    runs = world.enrolled(journey, busy, quiet)
    world.tick(T0)
    for number in range(3):
        world.happen(busy, "order_paid", T0 + number * MINUTE)
    world.happen(quiet, "order_paid", T0 + HOUR)
    world.tick(T0 + 2 * DAY, limit=3)
    assert [run.node for run in runs] == ["yes", "yes"]


def test_an_event_between_enrollment_and_a_late_first_tick_satisfies_the_wait(world: World) -> None:
    (run,) = world.enrolled(world.journey(graph(NODES, EDGES)), person := world.person())
    world.happen(person, "order_paid", T0 + SECOND)
    world.tick(T0 + HOUR)
    assert run.node == "yes"


def test_an_event_at_the_instant_of_the_enrollment_satisfies_the_wait(world: World) -> None:
    (run,) = world.enrolled(world.journey(graph(NODES, EDGES)), person := world.person())
    world.happen(person, "order_paid", T0)
    world.tick(T0)
    assert run.node == "yes"


def test_an_event_after_a_due_wait_and_before_a_late_tick_satisfies_the_next_wait(world: World) -> None:
    nodes = {"pause": wait("PT1H"), **NODES}
    journey = world.journey(graph(nodes, ["start -> pause", "pause -> order", *EDGES[1:]]))
    (run,) = world.enrolled(journey, person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR + SECOND)
    world.tick(T0 + 2 * HOUR)
    assert run.node == "yes"


def test_nodes_passed_at_once_do_not_move_the_beginning_of_a_wait(world: World) -> None:
    nodes = {"pause": wait("PT1H"), "city": split(sh=attribute("city", "上海")), **NODES}
    edges = ["start -> pause", "pause -> city", "city.sh -> order", "city.else -> order", *EDGES[1:]]
    (run,) = world.enrolled(world.journey(graph(nodes, edges)), person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR + SECOND)
    world.tick(T0 + 2 * HOUR)
    assert run.node == "yes"


def test_two_waits_in_a_row_are_satisfied_by_two_events_that_arrive_together(world: World) -> None:
    nodes = {"first": wait_for("visited"), **NODES}
    journey = world.journey(graph(nodes, ["start -> first", "first.visited -> order", *EDGES[1:]]))
    (run,) = world.enrolled(journey, person := world.person())
    world.tick(T0)
    visited = world.event(person, "visited", T0 + MINUTE)
    paid = world.event(person, "order_paid", T0 + 2 * MINUTE)
    world.ingest([paid, visited], T0 + HOUR)
    world.tick(T0 + HOUR)
    assert run.node == "yes"


def test_one_event_does_not_satisfy_two_waits(world: World) -> None:
    nodes = {"first": wait_for("order_paid", look_back="P1D"), **NODES}
    journey = world.journey(graph(nodes, ["start -> first", "first.order_paid -> order", *EDGES[1:]]))
    person = world.person()
    world.happen(person, "order_paid", T0 - MINUTE)
    (before,) = world.enrolled(journey, person)
    world.tick(T0)
    other = world.person()
    (during,) = world.enrolled(journey, other)
    world.happen(other, "order_paid", T0 + SECOND)
    world.tick(T0 + MINUTE)
    assert [(run.node, run.state) for run in (before, during)] == [("order", "waiting")] * 2


def test_an_order_in_the_same_batch_as_the_registration_satisfies_the_wait(world: World) -> None:
    journey = world.journey(graph({**NODES, "start": on_event("registered")}, EDGES, goals=[GOAL]))
    person = world.person()
    events = [world.event(person, "registered", T0), world.event(person, "order_paid", T0 + SECOND, amount=9)]
    world.ingest(events, T0 + MINUTE)
    world.tick(T0 + MINUTE)
    assert world.run(journey, person).node == "yes"
    assert len(world.conversions()) == 1


def test_an_event_is_after_the_entry_by_the_senders_clock(world: World) -> None:
    """The sender's clock may be behind ours: what it says came after the registration did."""
    journey = world.journey(graph({**NODES, "start": on_event("registered")}, EDGES, goals=[GOAL]))
    person = world.person()
    world.happen(person, "registered", T0 - 5 * MINUTE, received=T0)
    world.tick(T0)
    world.happen(person, "order_paid", T0 - 4 * MINUTE, received=T0 + MINUTE)
    world.tick(T0 + MINUTE)
    assert world.run(journey, person).node == "yes"
    assert len(world.conversions()) == 1


def test_an_event_before_the_entry_in_the_same_batch_is_not_after_it(world: World) -> None:
    journey = world.journey(graph({**NODES, "start": on_event("registered")}, EDGES, goals=[GOAL]))
    person = world.person()
    world.ingest([world.event(person, "order_paid", T0 - SECOND), world.event(person, "registered", T0)], T0 + MINUTE)
    world.tick(T0 + MINUTE)
    assert world.run(journey, person).state == "waiting"
    assert not world.conversions()


def test_a_keyed_wait_sees_only_the_events_of_its_own_order(world: World) -> None:
    shipped = {"id": "shipped", "event": "order_shipped", "key": "order.id"}
    journey = world.journey(
        graph(
            {"start": on_event("order_paid"), "ship": wait_for(shipped), "yes": leave(), "no": leave()},
            ["start -> ship", "ship.shipped -> yes", "ship.timeout -> no"],
            entry={"reentry": {"mode": "always"}},
        )
    )
    person = world.person()
    world.happen(person, "order_paid", T0, order={"id": 100})
    world.happen(person, "order_paid", T0 + SECOND, order={"id": 200})
    world.tick(T0 + SECOND)
    world.happen(person, "order_shipped", T0 + MINUTE, order={"id": "200"})
    world.happen(person, "order_shipped", T0 + MINUTE)
    world.tick(T0 + MINUTE)
    first, second = world.runs(journey)
    assert (first.state, second.node) == ("waiting", "yes")


def test_wednesday_at_seven_in_shanghai_is_wednesday_there(world: World) -> None:
    nodes = {"window": ("wait", {"window": {"days": [3], "from": "07:00", "to": "08:00"}}), "end": leave()}
    (run,) = world.enrolled(world.journey(graph(nodes, ["start -> window", "window -> end"])), world.person())
    world.tick(T0)
    # 07:00 on Wednesday in Shanghai is 23:00 on Tuesday in UTC.
    assert run.due_at == T0.replace(day=3, hour=23)


def test_a_burst_of_events_of_one_person_is_no_failure(world: World) -> None:
    (run,) = world.enrolled(world.journey(graph(NODES, EDGES, goals=[GOAL])), person := world.person())
    world.tick(T0)
    filtered = [world.event(person, "order_paid", T0 + MINUTE + n * SECOND, amount=n) for n in range(300)]
    world.ingest(filtered, T0 + HOUR)
    world.tick(T0 + HOUR)
    assert (run.node, run.all("step_failed")) == ("yes", [])
    assert len(world.conversions()) == 300


def test_a_long_path_without_a_wait_is_walked_in_one_go(world: World) -> None:
    nodes = {f"n{number}": ("goal", {"goal": "bought"}) for number in range(498)}
    edges = ["start -> n0", *(f"n{number} -> n{number + 1}" for number in range(497))]
    (run,) = world.enrolled(world.journey(graph(nodes, edges, goals=[GOAL])), world.person())
    world.tick(T0)
    assert run.state == "completed"
