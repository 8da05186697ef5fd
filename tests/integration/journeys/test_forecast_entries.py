"""When people come into a forecast: as schedules fire, on dates of theirs, or so many a day; as they do for real."""

from datetime import datetime, timedelta
from typing import Any

import pytest

from journeys.models import Enrollment, Journey, Launch
from journeys.runtime.launches import advance_launch
from profiles.models import Profile
from profiles.segments import create_segment
from tests.fixtures.forecasts import crowd_of, forecast
from tests.fixtures.graphs import graph, leave, on_event, wait
from tests.fixtures.world import DAY, HOUR, SECOND, T0, World

EVERYBODY = {"op": "attribute", "key": "city", "cmp": "exists"}
LONG = {"rest": wait("P90D")}


def codes(found: dict[str, Any]) -> set[str]:
    return {note["code"] for note in found["notes"]}


def triggered(
    world: World, nodes: dict[str, Any], edges: list[str], settings: dict[str, Any], **config: Any
) -> Journey:
    if config["kind"] in {"schedule", "segment"}:
        config["segment"] = str(create_segment(world.workspace, "有城市", "", EVERYBODY).pk)
    return world.journey(graph({"start": ("trigger", config), **nodes}, edges, **settings))


def launched(world: World, journey: Journey, days: int) -> None:
    """What the launches and the lane do in so many days."""
    now = T0
    while now <= T0 + days * DAY:
        for launch in Launch.objects.filter(journey=journey, state="planned", due_at__lte=now):
            while advance_launch(launch.pk, now).more:
                pass
        upcoming = [world.tick(now).next_due]
        upcoming += Launch.objects.filter(journey=journey, state="planned").values_list("due_at", flat=True)
        now = max(now + SECOND, min(at for at in upcoming if at is not None))


def inside_by_day(found: dict[str, Any], days: int) -> list[int]:
    at_rest = {datetime.fromisoformat(row["at"]): row["people"] for row in found["nodes"] if row["node"] == "rest"}
    return [at_rest.get(T0 + day * DAY, 0) for day in range(1, days + 1)]


def enrolled_by_day(journey: Journey, days: int) -> list[int]:
    runs = Enrollment.objects.filter(journey=journey)
    return [runs.filter(enrolled_at__lte=T0 + day * DAY).count() for day in range(1, days + 1)]


@pytest.mark.parametrize(
    ("reentry", "runs"),
    [
        ({"mode": "never"}, 40),
        ({"mode": "after_exit"}, 120),
        ({"mode": "after_exit", "interval": "P1D"}, 80),
        ({"mode": "always"}, 200),
        ({"mode": "always", "interval": "P2D"}, 120),
    ],
)
def test_a_recurring_schedule_lets_people_in_at_each_firing_as_reentry_allows(
    world: World, reentry: dict[str, str], runs: int
) -> None:
    """Everybody stays for a day and a half; it fires five times in the five days."""
    crowd_of(world)
    nodes = {"rest": wait("PT36H"), "end": leave("done")}
    settings = {"entry": {"reentry": reentry}}
    journey = triggered(world, nodes, ["start -> rest", "rest -> end"], settings, kind="schedule", cron="0 12 * * *")
    found = forecast(world, journey, days=5)
    assert forecast(world, journey, days=5, parts=3) == found
    launched(world, journey, 5)
    real = Enrollment.objects.filter(journey=journey)
    assert (found["people"], found["runs"], real.count()) == (40, runs, runs)
    assert found["ended"] == {
        state: real.filter(state=state).count() for state in ("exited", "waiting") if real.filter(state=state).exists()
    }


def test_a_schedule_lets_people_in_at_its_time(world: World) -> None:
    crowd_of(world)
    at = T0 + 2 * DAY + HOUR
    journey = triggered(world, LONG, ["start -> rest"], {}, kind="schedule", at=at.isoformat())
    found = forecast(world, journey, days=4)
    assert inside_by_day(found, 4) == [0, 0, 40, 40]
    assert codes(found) >= {"audience_judged_now"}
    assert "launch_has_passed" not in codes(found)
    late = forecast(world, journey, days=1)
    assert (late["people"], late["refused"]) == (0, {"not_due": 40})
    passed = forecast(world, journey, days=1, start=(at + DAY).isoformat())
    assert passed["people"] == 40
    assert "launch_has_passed" in codes(passed)


def test_a_daily_limit_lets_the_others_in_at_the_next_firings(world: World) -> None:
    crowd_of(world)
    settings = {"entry": {"limit": {"per_day": 15}}}
    journey = triggered(world, LONG, ["start -> rest"], settings, kind="schedule", cron="0 12 * * *")
    found = forecast(world, journey, days=4)
    assert inside_by_day(found, 4) == [15, 30, 40, 40]
    assert found["refused"] == {}
    assert forecast(world, journey, days=4, parts=3) == found
    launched(world, journey, 4)
    assert enrolled_by_day(journey, 4) == [15, 30, 40, 40]


@pytest.mark.parametrize("yearly", [True, False])
def test_everybody_comes_in_on_a_date_of_theirs_in_their_own_zone(world: World, yearly: bool) -> None:
    people = crowd_of(world)
    for number, profile in enumerate(Profile.objects.filter(pk__in=people).order_by("id")):
        day = (T0 + (number % 9) * DAY).date()
        if number % 10 != 3:
            profile.attributes["birthday"] = (day.replace(year=1990) if yearly else day).isoformat()
            profile.save()
    config = {"kind": "date", "attribute": "birthday", "offset": "-P2D", "time": "10:00", "yearly": yearly}
    journey = triggered(world, LONG, ["start -> rest"], {}, **config)
    found = forecast(world, journey, days=5)
    launched(world, journey, 5)
    expected = enrolled_by_day(journey, 5)
    assert inside_by_day(found, 5) == expected
    assert 0 < expected[0] < expected[4] < 40
    assert found["refused"] == {"not_due": 40 - expected[4]}


@pytest.mark.parametrize("trigger", [{"kind": "api"}, on_event("signup")[1], {"kind": "segment", "on": "enter"}])
def test_people_arrive_day_by_day_where_that_is_assumed(world: World, trigger: dict[str, Any]) -> None:
    """Who comes at the very end of a day is there at its end."""
    crowd_of(world)
    journey = triggered(world, LONG, ["start -> rest"], {}, **trigger)
    found = forecast(world, journey, days=5, assumptions={"arrivals": {"per_day": 10}})
    assert inside_by_day(found, 5) == [11, 21, 31, 40, 40]
    assert codes(found) >= {"arrivals_by_the_hour"}
    sample = forecast(world, journey, days=3, audience={"sample": 20}, assumptions={"arrivals": {"per_day": 10}})
    assert (inside_by_day(sample, 3), sample["scale"], sample["refused"]) == ([6, 11, 16], 2.0, {"not_due": 4})
    at_once = forecast(world, journey, days=1)
    assert (inside_by_day(at_once, 1), "all_enter_at_start" in codes(at_once)) == ([40], True)


def test_arrivals_are_not_used_where_the_trigger_says_when(world: World) -> None:
    crowd_of(world)
    journey = triggered(world, LONG, ["start -> rest"], {}, kind="segment", on="enter", backfill=True)
    found = forecast(world, journey, days=1, assumptions={"arrivals": {"per_day": 1}})
    assert inside_by_day(found, 1) == [40]
    assert "arrivals_not_used" in codes(found)
    assert "all_enter_at_start" not in codes(found)


def test_a_journey_that_closes_lets_nobody_in_afterwards(world: World) -> None:
    crowd_of(world)
    ends = (T0 + 2 * DAY + timedelta(hours=12)).isoformat()
    settings = {"entry": {"ends_at": ends, "reentry": {"mode": "always"}}}
    journey = triggered(world, LONG, ["start -> rest"], settings, kind="schedule", cron="0 12 * * *")
    assert forecast(world, journey, days=9)["runs"] == 120
    arriving = triggered(world, LONG, ["start -> rest"], settings, kind="api")
    found = forecast(world, arriving, days=9, assumptions={"arrivals": {"per_day": 10}})
    assert (found["people"], found["refused"]) == (25, {"ended": 15})
