"""Experiments and holdout against an obvious count of the same runs, one by one, in plain Python."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from journeys.models import JourneyVersion
from journeys.review.credits.definition import goals_of
from journeys.review.experiments.experiments import experiments
from journeys.review.experiments.holdout import HELD, TREATED, holdout
from journeys.review.paths.filters import Filters
from tests.fixtures.review_drawn import ab_test_of, generated
from tests.fixtures.review_runs import Met, Ran, store
from tests.fixtures.world import DAY, HOUR, T0, World

WINDOW = 7 * DAY


@pytest.fixture
def world(db: None) -> World:
    """Its rows are the review's alone, so there is no log to compare them with."""
    return World()


class Slow:
    """What one group of people did, counted person by person."""

    def __init__(self) -> None:
        self.people: set[Any] = set()
        self.events: dict[Any, dict[UUID, Met]] = defaultdict(dict)

    @property
    def converted(self) -> int:
        return len(self.events)

    def nets(self, currency: str) -> Counter[Decimal]:
        found = []
        for events in self.events.values():
            nets = [one.net for one in events.values() if one.currency == currency]
            known = [net for net in nets if net is not None]
            if known:
                found.append(sum(known, Decimal(0)))
        return Counter(found)


def counted(
    runs: Iterable[Ran], unit: str, group_of: Callable[[list[Ran]], str | None], window: timedelta | None
) -> dict[str, Slow]:
    of_unit: dict[Any, list[Ran]] = defaultdict(list)
    for run in runs:
        of_unit[run.id if unit == "run" else run.profile].append(run)
    groups: dict[str, Slow] = defaultdict(Slow)
    for name, own in of_unit.items():
        own.sort(key=lambda run: run.id)
        group = group_of(own)
        if group is None:
            continue
        groups[group].people.add(name)
        for run in own:
            for one in run.met:
                late = window is not None and one.at > own[0].at + window
                if one.counted and one.goal == "bought" and not late:
                    groups[group].events[name].setdefault(one.event, one)
    return groups


@pytest.mark.parametrize(("seed", "again"), [(1, False), (2, True)])
def test_an_experiment_counts_what_an_obvious_count_does(world: World, seed: int, again: bool) -> None:
    journey = ab_test_of(world)
    runs = generated(journey, seed, again)
    store(journey, runs)
    [found] = experiments(journey, Filters(), goals_of(journey)[0])
    given = [run for run in runs if "ab" in run.variants and run.reason != "merged"]
    slow = counted(given, "person" if again else "run", lambda own: own[0].variants["ab"], None)
    assert found.unit == "person"
    assert (found.control, found.names) == ("a", {"a": "甲", "b": "b"})
    for name, arm in found.arms.items():
        assert (arm.people, arm.converted) == (len(slow[name].people), slow[name].converted)
        for worth in arm.values:
            nets = slow[name].nets(worth.currency)
            total = sum((net * times for net, times in nets.items()), Decimal(0))
            assert worth.total == total
            assert worth.per_person == pytest.approx(float(total) / arm.people)
    assert sum(arm.people for arm in found.arms.values()) == len({run.profile if again else run.id for run in given})


def test_a_filter_by_days_narrows_the_people_and_their_conversions(world: World) -> None:
    journey = ab_test_of(world)
    runs = generated(journey, 5, again=False)
    store(journey, runs)
    days = sorted({run.day for run in runs})
    filters = Filters(since=days[2], until=days[5])
    [found] = experiments(journey, filters, goals_of(journey)[0])
    given = [run for run in runs if "ab" in run.variants and run.reason != "merged" and days[2] <= run.day <= days[5]]
    slow = counted(given, "run", lambda own: own[0].variants["ab"], None)
    assert {name: (arm.people, arm.converted) for name, arm in found.arms.items()} == {
        name: (len(slow[name].people), slow[name].converted) for name in "ab"
    }


@pytest.mark.parametrize(("seed", "again"), [(3, False), (4, True)])
def test_the_holdout_counts_what_an_obvious_count_does(world: World, seed: int, again: bool) -> None:
    journey = ab_test_of(world)
    runs = generated(journey, seed, again)
    store(journey, runs)
    found = holdout(journey, Filters(), goals_of(journey)[0])
    given = [run for run in runs if run.reason != "merged"]
    group_of: Callable[[list[Ran]], str] = lambda own: HELD if own[0].held_out else TREATED  # noqa: E731  # read once
    slow = counted(given, "person" if again else "run", group_of, WINDOW if again else None)
    assert {name: (arm.people, arm.converted) for name, arm in found.arms.items()} == {
        name: (len(slow[name].people), slow[name].converted) for name in (HELD, TREATED)
    }
    rates = {name: slow[name].converted / len(slow[name].people) for name in (HELD, TREATED)}
    assert found.combined is not None
    assert found.combined.difference == pytest.approx(rates[TREATED] - rates[HELD])


def test_who_was_held_out_by_another_share_is_compared_within_their_time(world: World) -> None:
    """The share rose from 10 to 50 % when people began to buy more: together the held-out look better, and are not."""
    journey = ab_test_of(world, share=10)
    first = journey.versions.get()
    second = JourneyVersion.objects.create(
        workspace=journey.workspace,
        journey=journey,
        number=2,
        graph={**first.graph, "settings": {**first.graph["settings"], "holdout": {"percent": 50}}},
    )
    JourneyVersion.objects.filter(pk=second.pk).update(published_at=T0 + 10 * DAY)
    runs = []
    for version, began, held, treated, often in ((first, T0, 20, 180, 20), (second, T0 + 11 * DAY, 100, 100, 2)):
        for number in range(held + treated):
            run = Ran(uuid4(), version.pk, began + number * timedelta(minutes=1), held_out=number < held)
            place = number if number < held else number - held
            if place % often == 0:
                run.met.append(Met(run.at + HOUR, "10"))
            runs.append(run)
    store(journey, runs)
    found = holdout(journey, Filters(), goals_of(journey)[0])
    assert [(span.percent, span.mixed, span.arms[HELD].people, span.arms[TREATED].people) for span in found.spans] == [
        (10, False, 20, 180),
        (50, True, 0, 0),
        (50, False, 100, 100),
    ]
    assert (found.arms[TREATED].rate or 0) < (found.arms[HELD].rate or 0)
    assert found.combined is not None
    assert found.combined.difference == pytest.approx(0)
    against = found.arms[TREATED].against
    assert against is not None
    assert against.comparison.difference == pytest.approx(0)
    assert "share_changed" in [one["code"] for one in found.notes]
    assert found.verdict.code in {"undecided", "too_few"}


def test_weights_that_changed_are_checked_by_their_own_time(world: World) -> None:
    journey = ab_test_of(world)
    first = journey.versions.get()
    changed = [{"id": "a", "weight": 90}, {"id": "b", "weight": 10}]
    nodes = [
        node | {"config": {**node["config"], "variants": changed}} if node["id"] == "ab" else node
        for node in first.graph["nodes"]
    ]
    second = JourneyVersion.objects.create(
        workspace=journey.workspace, journey=journey, number=2, graph={**first.graph, "nodes": nodes}
    )
    JourneyVersion.objects.filter(pk=second.pk).update(published_at=T0 + 5 * DAY)
    runs = [Ran(uuid4(), first.pk, T0 + number * HOUR, {"ab": "ab"[number % 2]}) for number in range(100)]
    runs += [
        Ran(uuid4(), second.pk, T0 + 6 * DAY + number * HOUR, {"ab": "b" if number % 10 == 0 else "a"})
        for number in range(100)
    ]
    store(journey, runs)
    [found] = experiments(journey, Filters(), goals_of(journey)[0])
    assert (found.sample_ratio.verdict, found.sample_ratio.statistic, found.sample_ratio.degrees) == ("ok", 0, 2)
    assert "weights_changed" in [one["code"] for one in found.notes]


def test_runs_after_the_engines_choice_are_left_out(world: World) -> None:
    from journeys.models import VariantChoice

    winner = {"after": "P2D", "min_people": 40, "goal": "bought", "fallback": "a"}
    journey = ab_test_of(world, winner=winner)
    version = journey.versions.get().pk
    VariantChoice.objects.create(
        workspace=journey.workspace,
        journey_id=journey.pk,
        node="ab",
        variant="b",
        reason="winner",
        statistics={},
        chosen_at=T0 + 3 * DAY,
    )
    runs = [Ran(uuid4(), version, T0 + number * HOUR, {"ab": "ab"[number % 2]}) for number in range(48)]
    for number, run in enumerate(runs):
        if (run.variants["ab"] == "b" and number % 3) or number % 12 == 0:
            run.met.append(Met(run.at + HOUR))
    runs += [Ran(uuid4(), version, T0 + 4 * DAY, {"ab": "b"}) for _ in range(30)]
    store(journey, runs)
    [found] = experiments(journey, Filters(), goals_of(journey)[0])
    assert {name: arm.people for name, arm in found.arms.items()} == {"a": 24, "b": 24}
    assert found.sample_ratio.verdict == "ok"
    assert found.ended is not None
    assert [one["figures"]["runs"] for one in found.notes if one["code"] == "after_choice"] == [30]
    # 40 people were planned: looks at a quarter, a half, three quarters and all, by the days on which they had come.
    assert [look.people for look in found.looks["b"]] == [14, 38, 48]
    assert found.looks["b"][-1].fraction == 1.0
