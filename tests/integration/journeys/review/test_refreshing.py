"""When the logs are read, and what happens where a reading cannot begin, go on, or end."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from channels_app.models import Message
from journeys.engine import upcast
from journeys.engine.upcast import UnknownSchema
from journeys.models import Journey, ReviewProgress, ReviewRun, ReviewTally
from journeys.review.paths import opening, refreshing
from journeys.review.paths.due import reviews_behind
from journeys.review.paths.freshness import freshness
from journeys.review.paths.reading import trajectories
from journeys.review.paths.refreshing import refresh
from journeys.runtime import nudges
from tests.fixtures.graphs import graph, send, wait
from tests.fixtures.review_histories import change_message
from tests.fixtures.world import DAY, HOUR, MINUTE, SECOND, T0, World

NODES = {"sms": send(), "rest": wait("P1D")}
EDGES = ["start -> sms", "sms -> rest"]


@pytest.fixture
def journey(world: World) -> Journey:
    """Three people at the wait, each with a message that is queued."""
    world.sms()
    journey = world.journey(graph(NODES, EDGES))
    world.enrolled(journey, *(world.person(phone=f"1380013800{n}") for n in range(3)))
    world.tick(T0)
    return journey


def progress(journey: Journey) -> ReviewProgress:
    return ReviewProgress.objects.get(pk=journey.pk)


def test_a_message_that_moves_has_its_run_read_again_and_no_other(journey: Journey) -> None:
    refresh(journey.pk, T0 + HOUR)
    assert [one.runs for one in trajectories(journey)] == [3]
    message = Message.objects.filter(journey_id=journey.pk).first()
    assert message is not None
    change_message(message, "delivered", T0 + 2 * HOUR)
    assert refresh(journey.pk, T0 + 3 * HOUR).runs == 1
    states = {one.body["sends"][0][2]: one.runs for one in trajectories(journey)}
    assert states == {"queued": 2, "delivered": 1}


def test_a_reading_that_broke_off_goes_on_and_misses_no_message(
    journey: Journey, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(refreshing, "CHUNK", 1)
    assert refresh(journey.pk, T0 + HOUR, lambda: False).runs == 1
    assert (freshness(journey.pk).stale, progress(journey).as_of) == (True, None)
    assert progress(journey).progress == pytest.approx(1 / 3)
    read = ReviewRun.objects.get(journey_id=journey.pk).pk
    change_message(Message.objects.get(enrollment_id=read), "delivered", T0 + 2 * HOUR)
    assert refresh(journey.pk, T0 + 3 * HOUR).runs == 3
    assert sorted((one.body["sends"][0][2], one.runs) for one in trajectories(journey)) == [
        ("delivered", 1),
        ("queued", 2),
    ]
    assert (progress(journey).state, progress(journey).as_of) == ("ready", T0 + 3 * HOUR)


def test_who_has_run_twice_is_marked_also_after_a_reading_that_broke_off(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    world.sms()
    journey = world.journey(graph(NODES, EDGES, entry={"reentry": {"mode": "always"}}))
    twice, once = world.people(2)
    for person in (twice, once, twice):
        world.enrolled(journey, person)
    refresh(journey.pk, T0, lambda: False)
    refresh(journey.pk, T0 + SECOND)
    assert progress(journey).repeats == 1
    assert set(ReviewRun.objects.filter(several=True).values_list("profile_id", flat=True)) == {twice}
    (path,) = trajectories(journey)
    assert (path.runs, path.people) == (3, 2)


def test_days_are_those_of_the_workspaces_zone_and_change_with_it(journey: Journey, world: World) -> None:
    refresh(journey.pk, T0 + HOUR)
    assert set(ReviewTally.objects.values_list("day", "runs")) == {(T0.date(), 3)}
    world.workspace.timezone = "America/Los_Angeles"
    world.workspace.save()
    refresh(journey.pk, T0 + 2 * HOUR)
    assert set(ReviewTally.objects.values_list("day", "runs")) == {(T0.date() - timedelta(days=1), 3)}


def test_what_fails_is_said_and_the_figures_stay(
    journey: Journey, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(journey.pk, T0 + HOUR)
    world.enrolled(journey, world.person(), at=T0 + 2 * HOUR)
    # As if a later release had written that entry.
    monkeypatch.setattr(upcast, "SCHEMAS", {"enrolled": 0})
    with pytest.raises(UnknownSchema):
        refresh(journey.pk, T0 + 3 * HOUR)
    failed = freshness(journey.pk)
    assert (failed.state, failed.as_of, failed.stale) == ("failed", T0 + HOUR, True)
    assert failed.error.startswith("UnknownSchema")
    monkeypatch.undo()
    refresh(journey.pk, T0 + 4 * HOUR)
    assert (freshness(journey.pk).state, freshness(journey.pk).error) == ("ready", "")


def test_what_is_left_of_a_journey_that_is_gone_is_deleted(world: World) -> None:
    gone = uuid4()
    ReviewProgress.objects.create(journey_id=gone, workspace_id=world.workspace.id)
    ReviewTally.objects.create(workspace_id=world.workspace.id, journey_id=gone, path_id=1, day=T0.date(), runs=1)
    assert refresh(gone, T0).runs == 0
    assert not ReviewTally.objects.exists()
    assert not ReviewProgress.objects.exists()


def test_the_sweep_names_journeys_with_news_after_ten_minutes_and_all_after_six_hours(
    journey: Journey, world: World
) -> None:
    assert reviews_behind(T0) == [journey.pk]
    refresh(journey.pk, T0 + SECOND)
    assert reviews_behind(T0 + HOUR) == []
    world.enrolled(journey, world.person(), at=T0 + MINUTE)
    assert reviews_behind(T0 + 5 * MINUTE) == []
    assert reviews_behind(T0 + 11 * MINUTE) == [journey.pk]
    refresh(journey.pk, T0 + HOUR)
    assert reviews_behind(T0 + 2 * HOUR) == []
    assert reviews_behind(T0 + DAY) == [journey.pk]


def test_a_large_journeys_page_shows_what_is_read_and_asks_for_the_rest(
    journey: Journey, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(opening, "SMALL", 2)
    asked: list[Any] = []
    monkeypatch.setattr(nudges, "review", asked.append)
    assert opening.opened(journey, T0 + HOUR).as_of is None
    assert asked == [journey.pk]
    refresh(journey.pk, T0 + HOUR)
    assert not opening.opened(journey, T0 + 2 * HOUR).stale
    world.enrolled(journey, world.person(), at=T0 + 2 * HOUR)
    shown = opening.opened(journey, T0 + 2 * HOUR)
    assert (shown.stale, shown.as_of) == (True, T0 + HOUR)
    assert asked == [journey.pk, journey.pk]
