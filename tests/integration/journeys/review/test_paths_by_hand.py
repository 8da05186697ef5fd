"""What the review counts is what a slow and obvious reading of the logs counts, whatever has happened, and whenever it read."""

from collections import Counter
from decimal import Decimal
from typing import Any

import pytest

from journeys.models import Journey, ReviewPath, ReviewProgress, ReviewRun, ReviewStay, ReviewTally
from journeys.review.funnel.funnel import funnel
from journeys.review.paths.filters import Filters
from journeys.review.paths.folding import SECOND, canonical, rounded
from journeys.review.paths.freshness import freshness
from journeys.review.paths.reading import crowds, people_who, trajectories
from journeys.review.paths.refreshing import forget, rebuild, refresh
from tests.fixtures.review_by_hand import SENT, Story, count_nodes, stories
from tests.fixtures.review_histories import History, moment
from tests.fixtures.world import World

SEEDS = (3, 4)
STEPS = 24


@pytest.mark.parametrize("seed", SEEDS)
def test_every_figure_is_that_of_the_logs_and_reading_bit_by_bit_is_reading_at_once(world: World, seed: int) -> None:
    history = History(world, seed)
    for _ in range(STEPS):
        history.step()
        if history.chance.random() < 0.6:
            refresh(history.journey.pk, moment(history.now))
    refresh(history.journey.pk, moment(history.now))
    told = stories(history.journey)
    assert told, "nobody came in"
    bit_by_bit = _tables(history.journey)
    _compare_paths(history.journey, told)
    _compare_stays(history.journey, told)
    _compare_nodes(history.journey, told)
    _compare_rows(history.journey, told)
    refresh(history.journey.pk, moment(history.now))
    assert _tables(history.journey) == bit_by_bit, "reading twice changes nothing"
    forget(history.journey.pk)
    rebuild(history.journey.pk, moment(history.now))
    assert _tables(history.journey) == bit_by_bit


def _tables(journey: Journey) -> dict[str, Any]:
    """What is stored, by the bodies of paths in place of their ids."""
    paths = {row.pk: (row.version_id, canonical(row.body)) for row in ReviewPath.objects.filter(journey_id=journey.pk)}
    runs = ReviewRun.objects.filter(journey_id=journey.pk)
    tallies = ReviewTally.objects.filter(journey_id=journey.pk)
    stays = ReviewStay.objects.filter(journey_id=journey.pk)
    return {
        "paths": set(paths.values()),
        "runs": {(row.pk, row.profile_id, row.day, row.seq, paths[row.path_id]) for row in runs},
        "tallies": {(paths[row.path_id], row.day, row.runs) for row in tallies},
        "stays": set(stays.values_list("version_id", "node", "day", "seconds", "times")),
        "repeats": ReviewProgress.objects.get(pk=journey.pk).repeats,
    }


def _compare_paths(journey: Journey, told: list[Story]) -> None:
    found = trajectories(journey, Filters(by_day=True))
    expected = Counter((one.version, canonical(one.body()), one.day) for one in told)
    assert {(one.version_id, canonical(one.body), one.day): one.runs for one in found} == dict(expected)
    for one in trajectories(journey):
        on_it = [
            story for story in told if (story.version, canonical(story.body())) == (one.version_id, canonical(one.body))
        ]
        assert (one.runs, one.people) == (len(on_it), len({story.profile for story in on_it}))
    everybody = {one.path_id for one in found}
    assert people_who(crowds(journey), everybody) == len({story.profile for story in told})


def _compare_stays(journey: Journey, told: list[Story]) -> None:
    expected = Counter(
        (version, node, story.day, rounded(round(seconds * SECOND)))
        for story in told
        for version, node, seconds in story.stays
    )
    rows = ReviewStay.objects.filter(journey_id=journey.pk)
    assert {(str(row.version_id), row.node, row.day, row.seconds): row.times for row in rows} == dict(expected)


def _compare_nodes(journey: Journey, told: list[Story]) -> None:
    expected = count_nodes(told)
    shown = funnel(journey, freshness(journey.pk), Filters())
    people: dict[tuple[str, ...], int] = {}
    times: dict[tuple[str, ...], int] = {}
    for node in shown["nodes"]:
        name = node["node"]
        counts: dict[tuple[str, ...], Any] = {("came", name): node, ("sent", name): node["messages"]["sent"]}
        counts |= {("left", name, outcome): count for outcome, count in node["left"].items()}
        people |= {what: count["people"] for what, count in counts.items()}
        times |= {what: count["times"] for what, count in counts.items()}
        people["waiting", name] = node["waiting"]
        people["converted", name] = node["converted"]["people"]
        value = sum((Decimal(one["value"]) for one in node["converted"]["value"]), Decimal(0))
        assert value == expected["value"].get(name, 0), name
    assert {what: count for what, count in people.items() if count} == expected["people"]
    wanted = {what: count for what, count in expected["times"].items() if what[0] not in {"waiting", "converted"}}
    assert {what: count for what, count in times.items() if count} == wanted


def _compare_rows(journey: Journey, told: list[Story]) -> None:
    """By day, version, variant and channel: who entered, was sent something, and converted."""
    keys: dict[str, Any] = {
        "day": lambda story: {story.day.isoformat()},
        "version": lambda story: {str(story.version)},
        "variant": lambda story: {f"{node}:{variant}" for node, variant in story.body()["variants"].items()},
        "channel": lambda story: {message.channel for message in story.messages},
    }
    fresh = freshness(journey.pk)
    for by, keys_of in keys.items():
        shown = {
            row["key"]: {one["key"]: one for one in row["stages"]}
            for row in funnel(journey, fresh, Filters(), by)["rows"]
        }
        assert set(shown) == set().union(*(keys_of(story) for story in told)), by
        for key, stages in shown.items():
            part = [story for story in told if key in keys_of(story) and not story.held_out]
            sent = {story.profile for story in part for one in story.messages if one.state in SENT}
            assert stages["entered"]["people"] == len({story.profile for story in part}), (by, key)
            assert stages["entered"]["times"] == len(part), (by, key)
            assert stages["sent"]["people"] == len(sent), (by, key)
            assert stages["converted"]["people"] == len({story.profile for story in part if story.credits}), (by, key)
            assert stages["converted"]["times"] == sum(len(story.credits) for story in part), (by, key)
