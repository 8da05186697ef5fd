"""Answers that took long: stored for every process, given while the logs are being read, and computed by the reader."""

from typing import Any

import pytest

from channels_app.models import Message
from journeys.models import Journey, ReviewAnswer
from journeys.review import answers, cached, prepared
from journeys.review.cached import Remembered
from journeys.review.credits.definition import primary_goal
from journeys.review.funnel.funnel import funnel
from journeys.review.paths import refreshing
from journeys.review.paths.filters import ALL
from journeys.review.paths.freshness import freshness
from journeys.review.paths.refreshing import refresh
from journeys.review.prepared import STATS, statistic
from tests.fixtures.graphs import graph, send, wait
from tests.fixtures.review_histories import change_message
from tests.fixtures.world import HOUR, T0, World

GRAPH = graph({"sms": send(), "rest": wait("P1D")}, ["start -> sms", "sms -> rest"])


@pytest.fixture
def journey(world: World, monkeypatch: pytest.MonkeyPatch) -> Journey:
    """Three people at the wait, each with a message; every answer counts as one that took long."""
    monkeypatch.setattr(answers, "LONG", 0)
    monkeypatch.setattr(prepared, "LARGE", 1)
    world.sms()
    journey = world.journey(GRAPH)
    world.enrolled(journey, *(world.person(phone=f"1380013800{n}") for n in range(3)))
    world.tick(T0)
    return journey


@pytest.fixture
def another_process(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Forget what this process remembers."""
    return lambda: monkeypatch.setattr(cached, "_ANSWERS", Remembered(512))


def delivered(journey: Journey) -> int:
    stages = funnel(journey, freshness(journey.pk), ALL)["stages"]
    return next(int(stage["people"]) for stage in stages if stage["key"] == "delivered")


def deliver_one(journey: Journey) -> None:
    message = Message.objects.filter(journey_id=journey.pk, state="queued").first()
    assert message is not None
    change_message(message, "delivered", T0 + 2 * HOUR)


def test_the_reader_computes_what_a_review_is_opened_with(journey: Journey, another_process: Any) -> None:
    refresh(journey.pk, T0 + HOUR)
    another_process()
    stored = ReviewAnswer.objects.filter(journey_id=journey.pk)
    revision, before = freshness(journey.pk).revision, stored.count()
    assert set(stored.values_list("revision", flat=True)) == {revision}
    first = funnel(journey, freshness(journey.pk), ALL)
    for figure in STATS:
        statistic(journey, freshness(journey.pk), figure, ALL, primary_goal(journey))
    assert stored.count() == before, "nothing was computed that the reader had not"
    stored.update(body='{"stages": "as stored"}')
    another_process()
    assert funnel(journey, freshness(journey.pk), ALL) == {"stages": "as stored"} != first


def test_a_small_journeys_answers_are_left_to_who_asks(journey: Journey, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prepared, "LARGE", 4)
    refresh(journey.pk, T0 + HOUR)
    assert not ReviewAnswer.objects.filter(journey_id=journey.pk).exists()
    assert delivered(journey) == 0
    assert ReviewAnswer.objects.filter(journey_id=journey.pk).count() == 1


def test_until_a_reading_is_whole_its_predecessors_answers_are_given(
    journey: Journey, another_process: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    refresh(journey.pk, T0 + HOUR)
    deliver_one(journey)
    monkeypatch.setattr(refreshing, "refresh_credits", broken)
    with pytest.raises(OSError, match="no more room"):
        refresh(journey.pk, T0 + 3 * HOUR, lambda: True)
    another_process()
    # Its paths are written by now; the review says that it failed, and as of when its figures are.
    fresh = freshness(journey.pk)
    assert fresh.as_of == T0 + HOUR
    reading = fresh._replace(state="reading")
    assert funnel(journey, reading, ALL)["stages"][3] == {"key": "delivered", "people": 0, "times": 0}
    monkeypatch.undo()
    refresh(journey.pk, T0 + 4 * HOUR)
    assert delivered(journey) == 1


def broken(*_: Any) -> None:
    raise OSError("no more room")


def test_stored_answers_of_older_revisions_go(journey: Journey) -> None:
    refresh(journey.pk, T0 + HOUR)
    deliver_one(journey)
    refresh(journey.pk, T0 + 3 * HOUR)
    revisions = ReviewAnswer.objects.filter(journey_id=journey.pk).values_list("revision", flat=True)
    assert set(revisions) == {freshness(journey.pk).revision}
    assert delivered(journey) == 1
