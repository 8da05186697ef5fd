"""People who become one while a launch lets people in, or a forecast counts them."""

from typing import Any
from uuid import UUID

import pytest

from journeys.choices import EnrollmentState
from journeys.forecast.run import Run
from journeys.forecast.setup import asked, prepare
from journeys.models import Enrollment, Launch
from journeys.runtime.launches import advance_launch
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.undo import undo
from profiles.models import Identity
from profiles.segments import create_segment
from tests.fixtures.graphs import graph, wait
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World

ALWAYS = {"entry": {"reentry": {"mode": "always"}}}


def vips(world: World, count: int) -> list[UUID]:
    """People in the order in which a launch comes to them; any two of them may be one."""
    people = sorted(world.person(tags=["vip"]) for _ in range(count))
    for person in people:
        Identity.objects.filter(profile_id=person).update(type="jd_pin")
    return people


def launched(world: World, settings: dict[str, Any]) -> Launch:
    segment = create_segment(world.workspace, "会员", "", {"op": "tag", "key": "vip"})
    trigger = {"kind": "schedule", "segment": str(segment.pk), "at": (T0 + HOUR).isoformat()}
    nodes = {"start": ("trigger", trigger), "rest": wait("P1D")}
    journey = world.journey(graph(nodes, ["start -> rest"], **settings))
    return Launch.objects.get(journey=journey)


@pytest.mark.parametrize("settings", [{}, ALWAYS], ids=["once", "always"])
@pytest.mark.parametrize("number", [0, 3], ids=["who is in already", "who is not in yet"])
def test_a_launch_lets_whoever_is_merged_in_the_middle_of_it_in_once(
    world: World, settings: dict[str, Any], number: int
) -> None:
    people = vips(world, 4)
    launch = launched(world, settings)
    assert advance_launch(launch.pk, T0 + HOUR, 2).more
    merge = merge_by_hand(world.workspace, people[number], people[2], T0 + HOUR + MINUTE, None, "")
    while advance_launch(launch.pk, T0 + HOUR + MINUTE, 2).more:
        pass
    live = Enrollment.objects.exclude(state=EnrollmentState.EXITED)
    assert sorted(live.values_list("profile_id", flat=True)) == sorted({*people} - {merge.merged_id})
    undo(world.workspace, merge.id, T0 + 2 * HOUR, None)
    world.tick(T0 + 2 * HOUR)
    world.tick(T0 + 2 * DAY)
    assert set(Enrollment.objects.values_list("state", flat=True)) == {"completed"}


def test_a_forecast_goes_on_with_whoever_is_left(world: World) -> None:
    people = vips(world, 8)
    journey = world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
    request = asked(journey, {"start": T0.isoformat()}, T0).model_dump(mode="json")
    setup = prepare(world.workspace.id, journey.pk, request)
    first = Run(setup.workspace, setup.plan, setup.request, 0, 2).go()
    merge_by_hand(world.workspace, people[0], people[1], T0, None, "")
    first.add(Run(setup.workspace, setup.plan, setup.request, 1, 2).go())
    assert 7 <= first.people <= 8
    again = prepare(world.workspace.id, journey.pk, request)
    assert Run(again.workspace, again.plan, again.request, 0, 1).go().people == 7
