"""Schedules: when they let people in, whom, once, and from where they were."""

from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from journeys.choices import LaunchState
from journeys.models import Journey, Launch
from journeys.runtime import crowd, launches, publish
from journeys.runtime.audience import people_statement
from journeys.runtime.launches import advance_launch, open_launches
from profiles.models import Profile, Segment
from profiles.segments import create_segment
from tests.fixtures.graphs import graph, leave, wait
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, World

VIP = {"op": "tag", "key": "vip"}


def vips(world: World, rule: Any = None) -> Segment:
    return create_segment(world.workspace, "会员", "", rule or VIP)


def graph_at(who: Segment, settings: dict[str, Any] | None = None, **when: Any) -> dict[str, Any]:
    trigger = {"kind": "schedule", "segment": str(who.pk), **when}
    nodes = {"start": ("trigger", trigger), "rest": wait("P1D"), "end": leave("done")}
    return graph(nodes, ["start -> rest", "rest -> end"], **(settings or {}))


def scheduled(world: World, at: datetime = T0, settings: dict[str, Any] | None = None, **when: Any) -> Journey:
    when = when or {"at": (T0 + HOUR).isoformat()}
    return world.journey(graph_at(vips(world), settings, **when), at)


def run(journey: Journey, at: datetime, at_once: int = 100) -> int:
    """Let everything that is due happen, as the sweep and the workflow do. Returns the number of batches."""
    batches = 0
    for launch in open_launches(at + 15 * SECOND):
        while advance_launch(launch.pk, at, at_once).more:
            batches += 1
            assert batches < 100, "the launch does not come to an end"
        batches += 1
    return batches


def rows(journey: Journey) -> list[tuple[timedelta, str, int, int]]:
    """When each launch was due after the start, its state, and how many people it found and let in."""
    found = Launch.objects.filter(journey=journey).order_by("due_at")
    return [(one.due_at - T0, one.state, one.people, one.admitted) for one in found]


def members(world: World, count: int) -> list[UUID]:
    return [world.person(tags=["vip"]) for _ in range(count)]


def test_everybody_in_the_segment_enters_once_when_the_time_has_come(world: World) -> None:
    journey, people = scheduled(world), members(world, 7)
    world.people(3)
    World().person(tags=["vip"])
    assert rows(journey) == [(HOUR, "planned", 0, 0)]
    assert run(journey, T0 + HOUR - SECOND) == 1
    assert rows(journey) == [(HOUR, "planned", 0, 0)]
    assert run(journey, T0 + HOUR, at_once=3) == 3
    assert rows(journey) == [(HOUR, "done", 7, 7)]
    assert sorted(one.row.profile_id for one in world.runs(journey)) == sorted(people)
    assert run(journey, T0 + 2 * HOUR) == 0
    (launch,) = Launch.objects.filter(journey=journey)
    (event,) = world.run(journey, people[0]).events
    assert (event.kind, event.at) == ("enrolled", T0 + HOUR)
    assert event.data == {"trigger": "schedule", "segment": event.data["segment"], "launch": str(launch.pk)}
    world.tick(T0 + HOUR)
    assert world.run(journey, people[0]).state == "waiting"


def test_a_batch_that_ends_with_the_audience_is_followed_by_an_empty_one(world: World) -> None:
    journey, _ = scheduled(world), members(world, 4)
    assert run(journey, T0 + HOUR, at_once=2) == 3
    assert rows(journey) == [(HOUR, "done", 4, 4)]


def test_an_empty_audience_is_a_launch_of_nobody_and_a_warning(world: World) -> None:
    journey = scheduled(world)
    issues = publish.check(world.workspace, journey.draft, journey, T0)
    assert [issue.severity for issue in issues if issue.code == "empty_audience"] == ["warning"]
    run(journey, T0 + HOUR)
    assert rows(journey) == [(HOUR, "done", 0, 0)]


def test_a_launch_goes_on_where_it_was_after_a_crash(committed_world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    world = committed_world
    journey, _ = scheduled(world), members(world, 10)
    (launch,) = open_launches(T0 + 2 * HOUR)
    assert advance_launch(launch.pk, T0 + HOUR, 4).more

    def admit_and_die(*args: Any) -> Any:
        crowd.admit_crowd(*args)
        raise SystemExit

    monkeypatch.setattr(launches, "admit_crowd", admit_and_die)
    with pytest.raises(SystemExit):
        advance_launch(launch.pk, T0 + HOUR, 4)
    monkeypatch.undo()
    assert rows(journey) == [(HOUR, "running", 4, 4)]
    assert run(journey, T0 + 2 * HOUR, at_once=4) == 2
    assert rows(journey) == [(HOUR, "done", 10, 10)]
    assert len(world.runs(journey)) == 10


def test_two_workers_at_once_let_nobody_in_twice(committed_world: World) -> None:
    world = committed_world
    journey, _ = scheduled(world, settings={"entry": {"reentry": {"mode": "always"}}}), members(world, 30)
    (launch,) = open_launches(T0 + 2 * HOUR)

    def work(_number: int) -> None:
        try:
            while advance_launch(launch.pk, T0 + HOUR, 3).more:
                pass
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(work, range(4)))
    assert rows(journey) == [(HOUR, "done", 30, 30)]
    assert len(world.runs(journey)) == 30


def test_who_may_not_enter_is_counted_by_reason(world: World) -> None:
    entry = {"limit": {"total": 3}, "rule": {"op": "attribute", "key": "city", "cmp": "eq", "value": "上海"}}
    journey = scheduled(world, settings={"entry": entry})
    people = [world.person(tags=["vip"], city="上海") for _ in range(5)] + members(world, 2)
    world.enroll(journey, people[0])
    run(journey, T0 + HOUR)
    (launch,) = Launch.objects.filter(journey=journey)
    assert (launch.people, launch.admitted) == (7, 2)
    assert launch.refused == {"already_enrolled": 1, "limit_total": 2, "entry_rule": 2}


def test_a_cron_plans_the_next_when_one_is_over(world: World) -> None:
    journey, person = scheduled(world, cron="0 11 * * *", settings={"entry": {"reentry": {"mode": "always"}}}), None
    person = world.person(tags=["vip"])
    # Eleven in Shanghai is an hour after the start.
    for day in range(3):
        assert rows(journey)[-1] == (HOUR + day * DAY, "planned", 0, 0)
        run(journey, T0 + HOUR + day * DAY)
    assert [one.row.profile_id for one in world.runs(journey)] == [person] * 3
    assert [one[1] for one in rows(journey)] == ["done", "done", "done", "planned"]


def test_the_zone_of_a_cron_is_its_own_else_the_journeys_else_the_workspaces(world: World) -> None:
    asked: list[tuple[dict[str, Any], int]] = [
        ({"timezone": "Asia/Tokyo"}, 0),
        ({}, 1),
        ({"timezone": "profile"}, 1),
        ({"timezone": "UTC"}, 9),
    ]
    for zones, hour in asked:
        assert rows(scheduled(world, cron="0 11 * * *", **zones))[0][0] == (hour or 24) * HOUR
    of_journey = scheduled(world, cron="0 11 * * *", settings={"timezone": "UTC"})
    assert rows(of_journey)[0][0] == 9 * HOUR


def test_launches_that_were_missed_are_made_up_for_once(world: World) -> None:
    journey = scheduled(world, cron="0 * * * *")
    run(journey, T0 + 5 * HOUR + MINUTE)
    assert [one[:2] for one in rows(journey)] == [(HOUR, "done"), (6 * HOUR, "planned")]


def test_a_launch_that_comes_due_in_a_pause_happens_at_its_end(world: World) -> None:
    journey, _ = scheduled(world), members(world, 2)
    publish.pause(journey)
    assert run(journey, T0 + HOUR) == 0
    publish.resume(journey)
    run(journey, T0 + 2 * HOUR)
    assert rows(journey) == [(HOUR, "done", 2, 2)]


def test_a_pause_holds_a_launch_that_runs(world: World) -> None:
    journey, _ = scheduled(world), members(world, 4)
    (launch,) = open_launches(T0 + 2 * HOUR)
    advance_launch(launch.pk, T0 + HOUR, 3)
    publish.pause(journey)
    assert not advance_launch(launch.pk, T0 + HOUR, 3).more
    publish.resume(journey)
    run(journey, T0 + 2 * HOUR)
    assert rows(journey) == [(HOUR, "done", 4, 4)]


@pytest.mark.parametrize("began", [False, True])
def test_a_stop_cancels_what_is_planned_and_what_runs(world: World, began: bool) -> None:
    journey, _ = scheduled(world), members(world, 4)
    (launch,) = open_launches(T0 + 2 * HOUR)
    if began:
        advance_launch(launch.pk, T0 + HOUR, 3)
    publish.stop(journey, "finish", T0 + HOUR)
    assert run(journey, T0 + 2 * HOUR) == 0
    assert not advance_launch(launch.pk, T0 + 2 * HOUR).more
    assert rows(journey) == [(HOUR, "cancelled", 3 * began, 3 * began)]


def test_a_new_version_takes_the_place_of_what_was_planned(world: World) -> None:
    journey, _ = scheduled(world), members(world, 2)
    journey.draft = graph_at(Segment.objects.get(), at=(T0 + 2 * HOUR).isoformat())
    journey.save()
    publish.publish(journey, None, T0)
    assert [one[:2] for one in rows(journey)] == [(HOUR, "cancelled"), (2 * HOUR, "planned")]
    run(journey, T0 + HOUR)
    run(journey, T0 + 2 * HOUR)
    assert rows(journey)[1] == (2 * HOUR, "done", 2, 2)


def test_an_edit_after_the_launch_may_be_published_and_launches_nobody_again(world: World) -> None:
    journey, _ = scheduled(world, settings={"entry": {"reentry": {"mode": "always"}}}), members(world, 2)
    with pytest.raises(publish.InvalidGraph) as refused:
        publish.publish(journey, None, T0 + HOUR)
    assert [one.code for one in refused.value.issues if one.severity == "error"] == ["at_in_the_past"]
    run(journey, T0 + HOUR)
    for _ in range(2):
        publish.publish(journey, None, T0 + DAY)
    assert run(journey, T0 + DAY) == 0
    assert len(world.runs(journey)) == 2


def test_nothing_is_planned_outside_the_opening_times(world: World) -> None:
    entry = {"starts_at": (T0 + DAY).isoformat(), "ends_at": (T0 + 2 * DAY).isoformat()}
    journey = scheduled(world, cron="0 10 * * *", settings={"entry": entry})
    assert rows(journey) == [(DAY, "planned", 0, 0)]
    run(journey, T0 + DAY)
    assert rows(journey) == [(DAY, "done", 0, 0)]


def test_what_a_launch_fails_with_is_recorded_and_ends_it_after_some_tries(world: World) -> None:
    journey, _ = scheduled(world, cron="0 11 * * *"), members(world, 2)
    Segment.objects.all().delete()
    run(journey, T0 + HOUR)
    failed, planned = Launch.objects.filter(journey=journey).order_by("due_at")
    assert (failed.state, failed.people, failed.error[:16]) == ("failed", 0, "unknown_segment:")
    assert (planned.state, planned.due_at) == ("planned", T0 + HOUR + DAY)


def test_people_who_are_held_out_are_let_in_and_stand_still(world: World) -> None:
    journey, _ = scheduled(world, settings={"holdout": {"percent": 50}}), members(world, 40)
    run(journey, T0 + HOUR)
    assert rows(journey) == [(HOUR, "done", 40, 40)]
    states = [one.state for one in world.runs(journey)]
    assert 5 < states.count("held_out") < 35
    assert Profile.objects.count() == 40


@pytest.mark.parametrize(
    ("when", "code"),
    [
        ({"cron": "0 0 30 2 *"}, "cron_never_fires"),
        ({"cron": "every day"}, "invalid_cron"),
        ({"cron": "0 0 * * *", "timezone": "Mars/Olympus"}, "unknown_time_zone"),
        ({"at": T0.isoformat()}, "at_in_the_past"),
        ({"at": "2026-03-02T10:00:00"}, "invalid_config"),
        ({}, "invalid_config"),
        ({"at": (T0 + DAY).isoformat(), "cron": "0 0 * * *"}, "invalid_config"),
        ({"cron": "0 0 * * *", "segment": None}, "segment_missing"),
        ({"cron": "0 0 * * *", "segment": "x"}, "unknown_segment"),
    ],
)
def test_what_cannot_be_launched_is_not_published(world: World, when: dict[str, Any], code: str) -> None:
    issues = publish.check(world.workspace, graph_at(vips(world), **when), None, T0)
    assert code in {issue.code for issue in issues if issue.severity == "error"}


def test_an_audience_is_read_in_the_order_of_an_index(world: World) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "insert into profiles_profile (id, workspace_id, attributes, tags, created_at, updated_at)"
            """ select gen_random_uuid(), %s, '{}', '{"vip": null}', now(), now() from generate_series(1, %s)""",
            [world.workspace.pk, 20_000],
        )
        # Of many workspaces, this is one.
        cursor.execute(
            "insert into profiles_profile (id, workspace_id, attributes, tags, created_at, updated_at)"
            " select gen_random_uuid(), %s, '{}', '{}', now(), now() from generate_series(1, %s)",
            [World().workspace.pk, 60_000],
        )
        cursor.execute("analyze profiles_profile")
        asked = people_statement(world.workspace, str(vips(world).pk), T0, UUID(int=1), 100)
        cursor.execute(f"explain {asked.text}", asked.params)
        plan = "\n".join(row[0] for row in cursor.fetchall())
    assert "profile_in_order" in plan
    assert "Sort" not in plan


def test_states_are_those_of_the_documents() -> None:
    assert set(LaunchState.values) == {"planned", "running", "done", "cancelled", "failed"}
