"""Who enters or leaves a segment enters the journey, once for each time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from journeys.models import Journey, Launch
from journeys.runtime import publish
from journeys.runtime.launches import advance_launch, open_launches
from profiles.identity_values import IdentityKey
from profiles.models import Segment, SegmentCheck, SegmentMember
from profiles.person_changes import PersonChange
from profiles.segment_members import check_next, workspaces_to_check
from profiles.segment_turns import work
from profiles.segments import change_segment, create_segment
from profiles.upsert import upsert
from tests.fixtures.graphs import graph, wait
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, World

VIP = {"op": "tag", "key": "vip"}
RECENT = {"op": "event", "name": "paid", "within": "P1D"}


def journey_on(world: World, rule: Any, mode: str = "never", **config: Any) -> Journey:
    segment = create_segment(world.workspace, "分群", "", rule)
    trigger = {"kind": "segment", "segment": str(segment.pk), "on": "enter", **config}
    nodes = {"start": ("trigger", trigger), "rest": wait("PT1M")}
    return world.journey(graph(nodes, ["start -> rest"], entry={"reentry": {"mode": mode}}))


def tag(world: World, person: UUID, value: Any = True) -> None:
    upsert(world.workspace, [IdentityKey("member_id", str(person))], PersonChange(tags={"vip": value}), [], T0)


def settle(world: World, at: datetime = T0) -> None:
    """What the workspace's workflow does when it is nudged."""
    while work(world.workspace, at).more:
        pass


def entered(world: World, journey: Journey) -> list[UUID]:
    return [run.row.profile_id for run in world.runs(journey)]


def test_who_enters_after_the_publishing_enters(world: World) -> None:
    before, other, person = world.person(tags=["vip"]), world.person(), world.person()
    journey = journey_on(world, VIP)
    settle(world)
    assert entered(world, journey) == []
    tag(world, person)
    settle(world, T0 + HOUR)
    tag(world, person)
    settle(world, T0 + 2 * HOUR)
    assert entered(world, journey) == [person]
    (event,) = world.run(journey, person).events
    segment = Segment.objects.get()
    assert (event.at, event.data) == (T0 + HOUR, {"trigger": "segment", "segment": str(segment.pk), "on": "enter"})
    assert set(SegmentMember.objects.values_list("profile_id", flat=True)) == {before, person}
    assert not SegmentCheck.objects.exists()
    assert other not in entered(world, journey)


@pytest.mark.parametrize(("mode", "times"), [("never", 1), ("always", 2)])
def test_who_enters_again_enters_as_the_rule_of_reentry_says(world: World, mode: str, times: int) -> None:
    journey, person = journey_on(world, VIP, mode), world.person()
    for value in (True, None, True):
        tag(world, person, value)
        settle(world)
    assert entered(world, journey) == [person] * times


def test_who_leaves_enters_a_journey_on_leaving(world: World) -> None:
    person, other = world.person(tags=["vip"]), world.person()
    journey = journey_on(world, VIP, on="leave")
    tag(world, other)
    settle(world)
    tag(world, person, None)
    settle(world)
    assert entered(world, journey) == [person]


def test_an_event_makes_enter_and_its_window_makes_leave(world: World) -> None:
    coming, going, person = journey_on(world, RECENT), journey_on(world, RECENT, on="leave"), world.person()
    world.happen(person, "paid", T0, received=T0 + SECOND)
    settle(world, T0)
    assert (entered(world, coming), entered(world, going)) == ([person], [])
    settle(world, T0 + DAY - SECOND)
    assert entered(world, going) == []
    settle(world, T0 + DAY + MINUTE)
    assert entered(world, going) == [person]


def test_only_windows_are_judged_again_by_the_clock_and_only_when_they_end(world: World) -> None:
    journey_on(world, VIP)
    person = world.person(tags=["vip"])
    settle(world)
    assert workspaces_to_check(T0 + DAY) == set()
    inner = create_segment(world.workspace, "最近", "", RECENT)
    journey_on(world, {"op": "not", "arg": {"op": "segment", "id": str(inner.pk)}})
    world.happen(person, "paid", T0)
    settle(world)
    assert workspaces_to_check(T0 + DAY - SECOND) == set()
    assert workspaces_to_check(T0 + DAY) == {world.workspace.pk}


@pytest.mark.parametrize("named", [False, True])
def test_a_changed_rule_makes_enter_and_leave(world: World, named: bool) -> None:
    inner = create_segment(world.workspace, "城市", "", VIP)
    journey = journey_on(world, {"op": "segment", "id": str(inner.pk)} if named else VIP)
    people = [world.person(city="上海") for _ in range(7)]
    settle(world)
    changed = inner if named else Segment.objects.exclude(pk=inner.pk).get()
    change_segment(changed, {"rule": {"op": "attribute", "key": "city", "value": "上海"}})
    settle(world)
    assert sorted(entered(world, journey)) == sorted(people)


@pytest.mark.parametrize("backfill", [False, True])
def test_a_backfill_lets_in_who_is_in_at_the_publishing_and_only_then(world: World, backfill: bool) -> None:
    people = [world.person(tags=["vip"]) for _ in range(5)]
    journey = journey_on(world, VIP, "always", backfill=backfill)
    newcomer = world.person()
    tag(world, newcomer)
    settle(world, T0 + SECOND)
    for launch in open_launches(T0 + MINUTE):
        while advance_launch(launch.pk, T0 + MINUTE, 2).more:
            pass
    assert sorted(entered(world, journey)) == sorted([newcomer, *(people if backfill else [])])
    publish.publish(journey, None, T0 + HOUR)
    assert [one.state for one in Launch.objects.filter(journey=journey)] == ["done"] * backfill
    if backfill:
        data = world.run(journey, people[0]).last("enrolled").data
        assert (data["trigger"], data["backfill"]) == ("segment", True)


def test_nobody_enters_a_journey_that_is_paused(world: World) -> None:
    journey, first, second = journey_on(world, VIP), world.person(), world.person()
    publish.pause(journey)
    tag(world, first)
    settle(world)
    publish.resume(journey)
    tag(world, second)
    settle(world)
    assert entered(world, journey) == [second]


def test_people_of_another_workspace_are_not_judged(world: World) -> None:
    journey, other = journey_on(world, {"op": "not", "arg": VIP}), World()
    tag(other, other.person())
    other.happen(other.person(), "paid", T0)
    settle(world)
    assert (entered(world, journey), SegmentCheck.objects.count()) == ([], 0)


def test_many_changes_at_once_are_one_entry(committed_world: World) -> None:
    world = committed_world
    journey, people = journey_on(world, VIP, "always"), world.people(6)

    def change(number: int) -> None:
        try:
            tag(world, people[number % 6], number)
            check_next(world.workspace, T0, 4)
        finally:
            connection.close()

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(change, range(36)))
    settle(world)
    assert sorted(entered(world, journey)) == sorted(people)
