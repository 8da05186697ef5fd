"""What a journey adds: people let in against people held out, in the time in which they were.

Who was in the holdout when: a run is of the group that it was put into on the day it began, by the share that the version of
that day said. Where the share changed, the days before and after are compared within themselves and combined; on the day
itself both shares were at work, and it is a period of its own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Final

from journeys.engine.graph import Goal
from journeys.engine.plan import Plan
from journeys.explain.noted import Note, note
from journeys.explain.words import Pair
from journeys.models import Journey
from journeys.review.experiments.arms import ALPHA, Arm, arm, by_periods
from journeys.review.experiments.experiments import per_day
from journeys.review.experiments.periods import Period, periods
from journeys.review.experiments.samples import Labels, Sample, samples
from journeys.review.experiments.verdicts import Verdict, verdict
from journeys.review.paths.filters import Filters
from journeys.review.paths.reading import Trajectory, repeats, trajectories
from journeys.review.statistics.sample_ratio import SampleRatio, Stratum, check
from journeys.review.statistics.stratified import Combined, combine
from profiles.rules.durations import parse

HELD, TREATED = "held_out", "treated"
NAMES: Final[Mapping[str, Pair]] = {HELD: ("留存对照", "held out"), TREATED: ("进入旅程", "in the journey")}
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "no_holdout": (
        "没有人被留作对照，无法计算旅程带来的增量。",
        "Nobody was held out, so nothing can be said of what the journey adds.",
    ),
    "share_changed": (
        "对照比例改过 {times} 次：各时期分别比较后合并，不直接相加。",
        "The share held out was changed {times:time|times}: each period is compared within itself, then combined, not summed.",
    ),
    "first_run_decides": (
        "有人多次进入：以第一次进入时所在的组为准，只计其后目标窗口内的转化，否则被留作对照的人会因更常进入而多计。",
        "Some came more than once: the group of the first time stands, and only what happened in the goal's window after it counts. Else those held out, who may come again sooner, would count for longer.",
    ),
    "filtered_by_path": (
        "按版本分支或渠道筛选时，被留作对照的人没有路径，无法比较。",
        "Who was held out took no path: with a filter by variant or channel there is nobody to compare with.",
    ),
}


@dataclass(frozen=True)
class Span:
    """One period of a share. `mixed`: it changed on this day."""

    since: date | None
    until: date | None
    percent: float
    mixed: bool
    arms: Mapping[str, Arm]
    sample_ratio: SampleRatio


@dataclass(frozen=True)
class Holdout:
    """`arms` over all periods; `combined` is the difference of the rates that may be believed where the share changed."""

    goal: str
    arms: Mapping[str, Arm]
    combined: Combined | None
    extra: float | None
    spans: list[Span]
    verdict: Verdict
    notes: list[Note]


def holdout(journey: Journey, filters: Filters, goal: Goal | None) -> Holdout:
    """Compare those treated with those held out. Raises DomainError as `trajectories`."""
    notes: list[Note] = []
    if filters.variant is not None or filters.channel:
        notes.append(note(TEXTS, "filtered_by_path"))
        filters = replace(filters, variant=None, channel="")
    found = [one for one in trajectories(journey, replace(filters, by_day=True)) if one.body["reason"] != "merged"]
    again = repeats(journey) > 0
    of_path = {one.path_id: HELD if one.body["held_out"] else TREATED for one in found}
    window = _window(goal) if again else None
    labels = Labels(of_path)
    whole = _samples(journey, filters, labels, goal, found, window)
    held_days = {one.day for one in found if one.body["held_out"]}
    if not held_days:
        notes.append(note(TEXTS, "no_holdout"))
    said = _within(periods(journey, _percent), filters)
    if len(said) > 1:
        notes.append(note(TEXTS, "share_changed", times=sum(period.mixed for period in said)))
    if again:
        notes.append(note(TEXTS, "first_run_decides"))
    pairs: list[tuple[Sample, Sample]] = []
    spans = []
    for period in said:
        inside = [one for one in found if one.day is not None and period.holds(one.day)]
        part = whole
        if len(said) > 1:
            of_span = replace(filters, since=period.since, until=period.until)
            part = _samples(journey, of_span, labels, goal, inside, window)
        pairs.append((part[TREATED], part[HELD]))
        spans.append(_span(journey, period, part))
    combined = combine([(treated.group, held.group) for treated, held in pairs])
    arms = _arms(journey, "all", whole)
    against = arms[TREATED].against
    if combined is not None and against is not None and len(said) > 1:
        within = by_periods(against, combined, whole[TREATED], whole[HELD])
        arms[TREATED] = replace(arms[TREATED], against=within)
    ratio = check([_stratum(period, treated, held) for period, (treated, held) in zip(said, pairs) if not period.mixed])
    pace = per_day(_daily(found, of_path))
    return Holdout(
        goal=goal.id if goal else "",
        arms=arms,
        combined=combined,
        extra=combined.difference * whole[TREATED].people if combined else None,
        spans=spans,
        verdict=verdict(arms, NAMES, HELD, ratio, ALPHA, pace, goal is not None),
        notes=notes,
    )


def _percent(plan: Plan) -> float:
    return plan.settings.holdout.percent if plan.settings.holdout else 0.0


def _window(goal: Goal | None) -> timedelta | None:
    return parse(goal.window).fixed if goal is not None and goal.window else None


def _within(said: Sequence[Period[float]], filters: Filters) -> list[Period[float]]:
    """Cut the periods to the days that are asked for."""
    kept = []
    for period in said:
        since = max((day for day in (period.since, filters.since) if day is not None), default=None)
        until = min((day for day in (period.until, filters.until) if day is not None), default=None)
        if since is None or until is None or since <= until:
            kept.append(Period(since, until, period.value, period.mixed))
    return kept


def _samples(
    journey: Journey,
    filters: Filters,
    labels: Labels,
    goal: Goal | None,
    found: Sequence[Trajectory],
    window: timedelta | None,
) -> dict[str, Sample]:
    runs: dict[int, int] = {}
    for one in found:
        runs[one.path_id] = runs.get(one.path_id, 0) + one.runs
    part = samples(journey, filters, labels, goal.id if goal else "", "person", runs, window) if runs else {}
    return {HELD: part.get(HELD, Sample()), TREATED: part.get(TREATED, Sample())}


def _arms(journey: Journey, what: str, part: Mapping[str, Sample]) -> dict[str, Arm]:
    ids = (journey.pk, "holdout", what)
    return {
        TREATED: arm(part[TREATED], part[HELD], (*ids, TREATED), (*ids, HELD), ALPHA),
        HELD: arm(part[HELD], None, (*ids, HELD), (*ids, HELD), ALPHA),
    }


def _span(journey: Journey, period: Period[float], part: Mapping[str, Sample]) -> Span:
    ratio = check([] if period.mixed else [_stratum(period, part[TREATED], part[HELD])])
    arms = _arms(journey, str(period.since), part)
    return Span(period.since, period.until, period.value, period.mixed, arms, ratio)


def _stratum(period: Period[float], treated: Sample, held: Sample) -> Stratum:
    return Stratum({TREATED: treated.people, HELD: held.people}, {TREATED: 100 - period.value, HELD: period.value})


def _daily(found: Sequence[Trajectory], of_path: Mapping[int, str]) -> dict[tuple[str, date], int]:
    days: dict[tuple[str, date], int] = {}
    for one in found:
        if one.day is not None:
            key = of_path[one.path_id], one.day
            days[key] = days.get(key, 0) + one.runs
    return days
