"""Limits of entries hold exactly, whoever lets people in at the same time."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from journeys.models import EntryTally, Journey
from journeys.runtime import publish
from tests.fixtures.graphs import graph, leave, on_event, wait
from tests.fixtures.world import DAY, HOUR, SECOND, T0, World


def limited(world: World, timezone: str = "profile", **limit: Any) -> Journey:
    return world.journey(graph_with(timezone, **limit))


def graph_with(timezone: str = "profile", **limit: int) -> dict[str, Any]:
    nodes = {"start": on_event("visited"), "rest": wait("P1D"), "end": leave("done")}
    entry = {"limit": limit, "reentry": {"mode": "always"}}
    return graph(nodes, ["start -> rest", "rest -> end"], entry=entry, timezone=timezone)


def codes(world: World, journey: Journey, people: list[UUID], at: datetime = T0) -> list[str]:
    return [one.code for one in world.enroll(journey, *people, at=at).rejected]


def test_the_total_counts_over_batches_and_ways_in(world: World) -> None:
    journey = limited(world, total=3)
    world.happen(world.person(), "visited", T0)
    assert codes(world, journey, world.people(4)) == ["limit_total", "limit_total"]
    world.happen(world.person(), "visited", T0 + DAY)
    assert len(world.runs(journey)) == 3


def test_who_is_refused_for_another_reason_takes_no_place(world: World) -> None:
    nodes = {"start": ("trigger", {"kind": "api"}), "rest": wait("P1D")}
    journey = world.journey(graph(nodes, ["start -> rest"], entry={"limit": {"total": 2}}))
    person = world.person()
    assert codes(world, journey, [person, person, *world.people(2)]) == ["already_enrolled", "limit_total"]


def test_a_request_that_is_repeated_takes_no_place(world: World) -> None:
    journey, people = limited(world, total=2), world.people(2)
    for _ in range(2):
        assert world.enroll(journey, *people, key="request-1").accepted == 2
    assert world.enroll(journey, *people, key="request-2").accepted == 0


@pytest.mark.parametrize(
    ("timezone", "hour"), [("profile", 16), ("Asia/Shanghai", 16), ("UTC", 24), ("Asia/Tokyo", 15)]
)
def test_the_day_ends_at_midnight_of_the_journeys_zone(world: World, timezone: str, hour: int) -> None:
    journey = limited(world, timezone, per_day=1)
    midnight = datetime(2026, 3, 2, tzinfo=UTC) + hour * HOUR
    for at, expected in (
        (T0, []),
        (midnight - SECOND, ["limit_per_day"]),
        (midnight, []),
        (midnight, ["limit_per_day"]),
    ):
        assert codes(world, journey, [world.person()], at) == expected
    assert len(world.runs(journey)) == 2


def test_an_admission_whose_clock_is_of_yesterday_opens_no_day_again(world: World) -> None:
    journey = limited(world, "UTC", per_day=1)
    tomorrow = datetime(2026, 3, 3, tzinfo=UTC)
    assert codes(world, journey, [world.person()], tomorrow) == []
    assert codes(world, journey, world.people(2), tomorrow - SECOND) == ["limit_per_day"]
    assert codes(world, journey, [world.person()], tomorrow + SECOND) == ["limit_per_day"]


def test_a_new_version_counts_those_whom_versions_without_a_limit_let_in(world: World) -> None:
    journey = limited(world)
    world.enroll(journey, *world.people(3))
    assert not EntryTally.objects.filter(journey=journey).exists()
    journey.draft = graph_with(total=4, per_day=10)
    journey.save()
    publish.publish(journey, None, T0)
    journey.refresh_from_db()
    assert codes(world, journey, world.people(2)) == ["limit_total"]


@pytest.mark.parametrize("limit", [{"total": 7}, {"per_day": 7}, {"total": 9, "per_day": 7}])
def test_limits_hold_exactly_under_concurrency(committed_world: World, limit: dict[str, Any]) -> None:
    world = committed_world
    journey, people = limited(world, **limit), world.people(40)

    def enter(number: int) -> None:
        try:
            if number % 2:
                world.happen(people[number], "visited", T0)
            else:
                world.enroll(journey, people[number])
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(enter, range(40)))
    assert len(world.runs(journey)) == 7
