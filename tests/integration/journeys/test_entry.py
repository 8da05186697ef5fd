"""Who may enter, how often, and that the same request twice has one effect."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection

from journeys.models import Enrollment, Journey
from journeys.runtime import publish, states
from journeys.runtime.enroll import EnrollRequest, EnrollResult, enroll_profiles
from profiles.models import Profile
from tests.fixtures.graphs import attribute, graph, leave, on_event, wait
from tests.fixtures.world import DAY, HOUR, SECOND, T0, World


def journey_with(world: World, mode: str = "never", interval: str | None = None, *, rests: str = "P1D") -> Journey:
    entry = {"reentry": {"mode": mode, "interval": interval}}
    nodes = {"start": on_event("visited"), "rest": wait(rests), "end": leave("done")}
    return world.journey(graph(nodes, ["start -> rest", "rest -> end"], entry=entry))


def runs(journey: Journey) -> int:
    return Enrollment.objects.filter(journey=journey).count()


@pytest.mark.parametrize(
    ("mode", "interval", "expected"),
    [
        # Visits at the start, an hour later (still inside), a day and an hour later (has left), and eight days later.
        ("never", None, 1),
        ("after_exit", None, 3),
        ("after_exit", "P3D", 2),
        ("always", None, 4),
        ("always", "P1D", 3),
        ("always", "P30D", 1),
    ],
)
def test_reentry(world: World, mode: str, interval: str | None, expected: int) -> None:
    journey, person = journey_with(world, mode, interval), world.person()
    for visit in (timedelta(), HOUR, DAY + HOUR, 8 * DAY):
        world.tick(T0 + visit)
        world.happen(person, "visited", T0 + visit)
        world.tick(T0 + visit)
    assert runs(journey) == expected


def test_the_interval_after_an_exit_ends_at_its_instant(world: World) -> None:
    journey, person = journey_with(world, "after_exit", "P1D", rests="PT1H"), world.person()
    world.happen(person, "visited", T0)
    world.tick(T0)
    world.tick(T0 + HOUR)
    world.happen(person, "visited", T0 + HOUR + DAY - SECOND)
    assert runs(journey) == 1
    world.happen(person, "visited", T0 + HOUR + DAY)
    assert runs(journey) == 2


@pytest.mark.parametrize(("mode", "expected"), [("never", 1), ("after_exit", 1), ("always", 3)])
def test_three_triggers_in_one_batch(world: World, mode: str, expected: int) -> None:
    journey, person = journey_with(world, mode), world.person()
    world.ingest([world.event(person, "visited", T0 + n * SECOND) for n in range(3)], T0 + HOUR)
    assert runs(journey) == expected


@pytest.mark.parametrize(("mode", "interval"), [("never", None), ("after_exit", None), ("always", "P7D")])
def test_fifty_concurrent_triggers_of_one_person_are_one_run(
    committed_world: World, mode: str, interval: str | None
) -> None:
    world = committed_world
    journey, person = journey_with(world, mode, interval), world.person()

    def visit(number: int) -> None:
        try:
            world.happen(person, "visited", T0 + number * SECOND, received=T0 + HOUR)
        finally:
            connection.close()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(visit, range(50)))
    assert runs(journey) == 1


def test_the_same_request_twice_at_once_is_one_enrollment_each(committed_world: World) -> None:
    world = committed_world
    journey, people = journey_with(world, "always"), world.people(5)

    def enroll(_number: int) -> EnrollResult:
        try:
            return world.enroll(journey, *people, key="request-1")
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        results = list(pool.map(enroll, range(16)))
    assert runs(journey) == 5
    assert {result.accepted for result in results} == {5}


def test_the_same_person_twice_in_one_request_with_a_key_is_one_enrollment(world: World) -> None:
    journey, person = journey_with(world, "always"), world.person()
    result = world.enroll(journey, person, person, key="request-1")
    assert (result.accepted, runs(journey)) == (2, 1)


def test_another_key_is_another_request(world: World) -> None:
    journey, person = journey_with(world, "always"), world.person()
    world.enroll(journey, person, key="request-1")
    world.enroll(journey, person, key="request-2")
    assert runs(journey) == 2


def test_people_of_another_workspace_are_rejected_and_the_others_let_in(world: World) -> None:
    stranger = Profile.objects.create(workspace=World().workspace)
    journey = journey_with(world)
    result = world.enroll(journey, stranger.id, world.person(), uuid4())
    assert result.accepted == 1
    assert [(one.index, one.code) for one in result.rejected] == [(0, "unknown_profile"), (2, "unknown_profile")]


def test_an_event_of_another_workspace_wakes_and_triggers_nobody(world: World) -> None:
    journey, other = journey_with(world), World()
    other.happen(other.person(), "visited", T0)
    assert (runs(journey), world.inbox()) == (0, 0)


def test_unknown_identities_become_a_new_person(world: World) -> None:
    journey = journey_with(world)
    result = enroll_profiles(
        journey,
        [EnrollRequest(identities={"phone": "13800000000"}), EnrollRequest(identities={"phone": "no phone"})],
        None,
        T0,
    )
    assert [(one.index, one.code) for one in result.rejected] == [(1, "invalid_phone")]
    assert Profile.objects.filter(identities__value="+8613800000000", workspace=world.workspace).count() == 1
    assert runs(journey) == 1


def test_the_entry_rule_is_asked(world: World) -> None:
    journey = world.journey(graph({"end": leave()}, ["start -> end"], entry={"rule": attribute("city", "上海")}))
    result = world.enroll(journey, world.person(city="杭州"), world.person(city="上海"))
    assert (result.accepted, [(one.index, one.code) for one in result.rejected]) == (1, [(0, "entry_rule")])


def test_a_trigger_filters_its_event(world: World) -> None:
    where = [{"key": "amount", "cmp": "gt", "value": 100}]
    journey = world.journey(graph({"start": on_event("paid", where=where), "end": leave()}, ["start -> end"]))
    world.happen(world.person(), "paid", T0, amount=100)
    world.happen(world.person(), "paid", T0, amount="100.01")
    world.happen(world.person(), "paid", T0)
    assert runs(journey) == 1


@pytest.mark.parametrize("state", ["paused", "stopped"])
def test_a_journey_that_is_not_live_lets_nobody_in(world: World, state: str) -> None:
    journey = journey_with(world)
    publish.pause(journey) if state == "paused" else publish.stop(journey, "finish")
    world.happen(world.person(), "visited", T0)
    assert runs(journey) == 0
    with pytest.raises(states.WrongState):
        world.enroll(journey, world.person())


def test_opening_times_are_half_open(world: World) -> None:
    entry = {"starts_at": T0.isoformat(), "ends_at": (T0 + DAY).isoformat()}
    journey = world.journey(graph({"start": on_event("visited"), "end": leave()}, ["start -> end"], entry=entry))
    for at in (T0 - SECOND, T0, T0 + DAY - SECOND, T0 + DAY):
        world.happen(world.person(), "visited", at)
    assert runs(journey) == 2


def test_people_who_are_held_out_stand_still_and_still_convert(world: World) -> None:
    goal = {"id": "bought", "event": "order_paid", "window": "P7D", "exit": True}
    nodes = {"start": on_event("visited"), "end": leave()}
    journey = world.journey(graph(nodes, ["start -> end"], holdout={"percent": 100}, goals=[goal]))
    person = world.person()
    world.happen(person, "visited", T0)
    world.happen(person, "order_paid", T0 + HOUR)
    world.tick(T0 + HOUR)
    run = world.run(journey, person)
    assert (run.state, run.kinds) == ("held_out", ["held_out", "converted"])
    assert len(world.conversions()) == 1


def test_people_enter_the_version_that_is_live_and_stay_on_it(world: World) -> None:
    journey = journey_with(world)
    (old,) = world.enrolled(journey, world.person())
    journey.draft = graph({"end": leave("at once")}, ["start -> end"])
    journey.save()
    publish.publish(journey, None, T0)
    (new,) = world.enrolled(journey, world.person())
    world.tick(T0)
    assert (old.node, new.node) == ("rest", "end")
    world.tick(T0 + DAY)
    assert old.last("exited").data["reason"] == "done"
