"""Goals and exit rules: during a wait, at its bounds, and after the end."""

from datetime import timedelta

import pytest

from tests.fixtures.graphs import GOAL, graph, leave, on_event, wait, wait_for
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, World

EXIT_GOAL = {**GOAL, "exit": True}


def test_a_goal_on_day_1_of_a_30_day_wait_ends_it_that_day(world: World) -> None:
    journey = world.journey(graph({"long": wait("P30D")}, ["start -> long"], goals=[EXIT_GOAL]))
    (run,) = world.enrolled(journey, person := world.person())
    world.tick(T0)
    world.happen(person, "order_paid", T0 + DAY, amount="99.5")
    world.tick(T0 + DAY)
    assert run.state == "converted_exit"
    assert run.row.ended_at == T0 + DAY
    assert [(one.goal, str(one.value), one.occurred_at) for one in world.conversions()] == [
        ("bought", "99.5000", T0 + DAY)
    ]


def test_a_goal_without_exit_lets_the_wait_go_on(world: World) -> None:
    (run,) = world.enrolled(
        world.journey(graph({"long": wait("P30D")}, ["start -> long"], goals=[GOAL])), person := world.person()
    )
    world.tick(T0)
    world.happen(person, "order_paid", T0 + DAY)
    world.tick(T0 + DAY)
    assert (run.state, run.due_at) == ("waiting", T0 + 30 * DAY)
    assert len(world.conversions()) == 1


@pytest.mark.parametrize(("after", "count"), [(timedelta(), 1), (7 * DAY - SECOND, 1), (7 * DAY, 0), (-SECOND, 0)])
def test_a_goal_counts_from_the_entry_until_its_window_ends(world: World, after: timedelta, count: int) -> None:
    (_,) = world.enrolled(
        world.journey(graph({"long": wait("P30D")}, ["start -> long"], goals=[GOAL])), person := world.person()
    )
    world.tick(T0)
    world.happen(person, "order_paid", T0 + after, received=T0 + 8 * DAY)
    world.tick(T0 + 8 * DAY)
    assert len(world.conversions()) == count


def test_a_goal_counts_after_the_end_and_leaves_the_end_as_it_is(world: World) -> None:
    (run,) = world.enrolled(
        world.journey(graph({"end": leave("done")}, ["start -> end"], goals=[EXIT_GOAL])), person := world.person()
    )
    world.tick(T0)
    assert run.state == "exited"
    world.happen(person, "order_paid", T0 + DAY)
    world.tick(T0 + DAY)
    assert (run.state, run.row.ended_at) == ("exited", T0)
    assert len(world.conversions()) == 1
    world.happen(person, "order_paid", T0 + 8 * DAY)
    world.tick(T0 + 8 * DAY)
    assert len(world.conversions()) == 1


def test_a_goal_without_a_window_counts_for_ever_beside_one_with_a_window(world: World) -> None:
    goals = [GOAL, {"id": "loyal", "event": "joined", "window": None}]
    _ = world.enrolled(world.journey(graph({"end": leave()}, ["start -> end"], goals=goals)), person := world.person())
    world.tick(T0)
    world.happen(person, "joined", T0 + 100 * DAY)
    world.tick(T0 + 100 * DAY)
    assert [one.goal for one in world.conversions()] == ["loyal"]


def test_an_event_sent_twice_converts_once(world: World) -> None:
    _ = world.enrolled(
        world.journey(graph({"long": wait("P30D")}, ["start -> long"], goals=[GOAL])), person := world.person()
    )
    for _ in range(2):
        world.happen(person, "order_paid", T0 + HOUR, event_id="order-1")
    world.tick(T0 + HOUR)
    assert len(world.conversions()) == 1


def test_the_entry_event_does_not_convert(world: World) -> None:
    journey = world.journey(
        graph({"start": on_event("order_paid"), "long": wait("P30D")}, ["start -> long"], goals=[GOAL])
    )
    person = world.person()
    world.happen(person, "order_paid", T0)
    world.tick(T0)
    assert world.run(journey, person).state == "waiting"
    assert not world.conversions()
    world.happen(person, "order_paid", T0 + MINUTE)
    world.tick(T0 + MINUTE)
    assert len(world.conversions()) == 1


@pytest.mark.parametrize("amount", ["1e30", "-1e59", "9" * 40, "1e-30", 123456789012345678])
def test_a_value_beyond_all_measure_converts_and_disturbs_nobody(world: World, amount: object) -> None:
    journey = world.journey(graph({"long": wait("P30D")}, ["start -> long"], goals=[EXIT_GOAL]))
    strange, usual = world.people(2)
    runs = world.enrolled(journey, strange, usual)
    world.tick(T0)
    world.happen(strange, "order_paid", T0 + HOUR, amount=amount)
    world.happen(usual, "order_paid", T0 + HOUR, amount=5)
    world.tick(T0 + HOUR)
    assert [run.state for run in runs] == ["converted_exit"] * 2
    assert not runs[0].all("step_failed")


def test_filters_of_a_goal_are_asked(world: World) -> None:
    goal = {**EXIT_GOAL, "where": [{"key": "amount", "cmp": "gte", "value": 100}]}
    (run,) = world.enrolled(
        world.journey(graph({"long": wait("P30D")}, ["start -> long"], goals=[goal])), person := world.person()
    )
    world.tick(T0)
    world.happen(person, "order_paid", T0 + HOUR, amount=99)
    world.tick(T0 + HOUR)
    assert run.state == "waiting"
    world.happen(person, "order_paid", T0 + 2 * HOUR, amount="100")
    world.tick(T0 + 2 * HOUR)
    assert run.state == "converted_exit"


def test_an_exit_rule_ends_the_path_the_moment_its_event_arrives(world: World) -> None:
    journey = world.journey(
        graph({"long": wait("P30D")}, ["start -> long"], exit_rules=[{"event": "unsubscribed"}], goals=[GOAL])
    )
    (run,) = world.enrolled(journey, person := world.person())
    world.tick(T0)
    world.happen(person, "unsubscribed", T0 + HOUR)
    world.tick(T0 + HOUR)
    assert (run.state, run.last("exited").data["reason"]) == ("exited", "exit_rule")


def test_an_exit_node_whose_reason_is_goal_is_still_an_exit(world: World) -> None:
    (run,) = world.enrolled(world.journey(graph({"end": leave("goal")}, ["start -> end"])), world.person())
    world.tick(T0)
    assert run.state == "exited"


def test_a_loop_with_a_wait_runs_until_its_exit_rule(world: World) -> None:
    nodes = {"day": wait("P1D"), "again": wait_for("clicked", timeout="PT1H")}
    edges = ["start -> day", "day -> again", "again.timeout -> day"]
    (run,) = world.enrolled(
        world.journey(graph(nodes, edges, exit_rules=[{"event": "unsubscribed"}])), person := world.person()
    )
    now = T0
    for _step in range(19):
        world.tick(now)
        due = run.due_at
        assert due is not None
        now = due
    assert run.path.count("day") == 10
    world.happen(person, "unsubscribed", now)
    world.tick(now)
    assert run.state == "exited"


def test_a_goal_node_converts_once_however_often_it_is_passed(world: World) -> None:
    nodes = {"mark": ("goal", {"goal": "seen"}), "day": wait("P1D")}
    journey = world.journey(
        graph(nodes, ["start -> mark", "mark -> day", "day -> mark"], goals=[{"id": "seen", "name": "看过"}])
    )
    (run,) = world.enrolled(journey, world.person())
    for day in range(3):
        world.tick(T0 + day * DAY)
    assert len(run.all("goal_reached")) == 3
    assert len(world.conversions()) == 1
