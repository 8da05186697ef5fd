"""The report of every A/B test of a journey: who was given what, what came of it, and what may be concluded."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from journeys.engine.graph import Goal
from journeys.engine.nodes.ab import AbConfig
from journeys.engine.plan import Plan
from journeys.explain.noted import Note, length_words, note
from journeys.models import Journey, JourneyVersion, VariantChoice
from journeys.review.experiments.arms import ALPHA, Arm, arm
from journeys.review.experiments.looks import Look, converted_by_day, looks
from journeys.review.experiments.periods import DAY, period_of, periods
from journeys.review.experiments.samples import Labels, Sample, Unit, samples
from journeys.review.experiments.verdicts import Verdict, verdict
from journeys.review.paths.filters import Filters
from journeys.review.paths.freshness import freshness
from journeys.review.paths.reading import Trajectory, repeats, trajectories
from journeys.review.statistics.comparison import holm
from journeys.review.statistics.sample_ratio import SampleRatio, Stratum, check
from journeys.runtime.plans import plan_of
from profiles.rules.durations import parse
from workspaces.localtime import day_of, zone_of

# The pace of the last so many days says how long what is missing takes.
PACE: Final = 14
TEXTS: Final[Mapping[str, tuple[str, str]]] = {
    "first_is_control": (
        "没有指定对照版本，以第一个版本「{name}」为对照。",
        "No variant is marked as the control: the first, {name!r}, is.",
    ),
    "after_choice": (
        "实验已于 {day} 决出版本「{name}」：从那天起进入的 {runs} 次运行不再随机，没有计入。在那之前进入、之后才到达此节点的人仍在其中。",
        "The test ended on {day} with {name!r}. Left out: {runs:run|runs} that began from then on, with a variant that was not drawn by chance. Who had entered before and came to the node later is still counted.",
    ),
    "weights_changed": (
        "分组比例改过：人数按各自时期的比例核对，改动当天的人不参与核对。",
        "The weights were changed: people are checked by those of their own time; who came on a day of change is not checked.",
    ),
    "window_open": (
        "{runs} 次运行的目标窗口（{window}）还没有结束，其转化可能还会增加；各版本受到的影响相同。",
        "{runs:run|runs} may still convert: the goal's window ({window}) has not ended. It is so for every variant alike.",
    ),
    "ratio_not_judged": (
        "分组比例改过，且有人多次进入：无法核对分组人数。",
        "The weights were changed and people came more than once: the sizes of the groups cannot be checked.",
    ),
}


@dataclass(frozen=True)
class Experiment:
    """One node. `arms` by variant in the order of the newest version; the control is one of them."""

    node: str
    name: str
    goal: str
    unit: Unit
    control: str
    names: Mapping[str, str]
    weights: Mapping[str, float]
    arms: Mapping[str, Arm]
    sample_ratio: SampleRatio
    alpha: float
    verdict: Verdict
    looks: Mapping[str, list[Look]]
    planned: int | None
    ended: Mapping[str, Any] | None
    per_day: float
    notes: list[Note]


def experiments(journey: Journey, filters: Filters, goal: Goal | None) -> list[Experiment]:
    """Report on the A/B nodes of all versions, those of the newest first. Raises DomainError as `trajectories`."""
    nodes = ab_nodes(journey)
    if not nodes:
        return []
    found = trajectories(journey, replace(filters, by_day=True))
    again = repeats(journey) > 0
    as_of = freshness(journey.pk).as_of
    ended = {choice.node: choice for choice in VariantChoice.objects.filter(journey_id=journey.pk)}
    return [
        _test(journey, filters, goal, node, name, config, found, again, ended.get(node), as_of)
        for node, (name, config) in nodes.items()
    ]


def ab_nodes(journey: Journey) -> dict[str, tuple[str, AbConfig]]:
    """Node → its name and configuration in the newest version that has it."""
    found: dict[str, tuple[str, AbConfig]] = {}
    for version in JourneyVersion.objects.filter(journey=journey).order_by("-number").only("id"):
        plan = plan_of(str(version.pk))
        for spec in plan.graph.nodes:
            config = plan.nodes[spec.id].config
            if isinstance(config, AbConfig):
                found.setdefault(spec.id, (spec.name, config))
    return found


def _test(
    journey: Journey,
    filters: Filters,
    goal: Goal | None,
    node: str,
    name: str,
    config: AbConfig,
    found: Sequence[Trajectory],
    again: bool,
    choice: VariantChoice | None,
    as_of: datetime | None,
) -> Experiment:
    # Whoever gave way in a merge goes on as another run of the same person.
    given = [one for one in found if node in one.body["variants"] and one.body["reason"] != "merged"]
    notes: list[Note] = []
    variants = {variant.id: variant for variant in config.variants}
    names = {one.body["variants"][node]: one.body["variants"][node] for one in given}
    names = {key: variant.name or key for key, variant in variants.items()} | {
        key: key for key in names if key not in variants
    }
    if choice is not None:
        given, filters = _until(journey, choice, given, filters, names, notes)
    unit: Unit = "person" if config.assign == "profile" else "run"
    of_path = {one.path_id: str(one.body["variants"][node]) for one in given}
    people = _by_day(given, of_path)
    found_samples = _samples(journey, filters, Labels(of_path), goal, unit, given)
    control = config.control or config.variants[0].id
    if config.control is None:
        notes.append(note(TEXTS, "first_is_control", name=names[control]))
    waiting = still_open(people, goal, as_of, zone_of(journey.workspace.timezone))
    if waiting and goal is not None and goal.window is not None:
        notes.append(
            note(TEXTS, "window_open", {"window": length_words(goal.window)}, runs=waiting, window=goal.window)
        )
    base = found_samples.get(control, Sample())
    rivals = max(1, len(names) - 1)
    ids = (journey.pk, node)
    arms = {
        key: arm(
            found_samples.get(key, Sample()),
            None if key == control else base,
            (*ids, key),
            (*ids, control),
            ALPHA / rivals,
        )
        for key in names
    }
    arms = _adjusted(arms)
    ratio = _ratio(journey, node, found_samples, people, unit == "person" and again, notes)
    pace = per_day(people)
    planned = config.winner.min_people if config.winner else None
    return Experiment(
        node=node,
        name=name,
        goal=goal.id if goal else "",
        unit=unit,
        control=control,
        names=names,
        weights={key: variant.weight for key, variant in variants.items()},
        arms=arms,
        sample_ratio=ratio,
        alpha=ALPHA / rivals,
        verdict=verdict(
            arms,
            {key: (text, text) for key, text in names.items()},
            control,
            ratio,
            ALPHA / rivals,
            pace,
            goal is not None,
        ),
        # Where somebody came again, the runs of a day are not its people.
        looks=_looks(journey, filters, of_path, goal, people, control, planned, ALPHA / rivals)
        if unit == "run" or not again
        else {},
        planned=planned,
        ended={"variant": choice.variant, "reason": choice.reason, "at": choice.chosen_at} if choice else None,
        per_day=pace,
        notes=notes,
    )


def _until(
    journey: Journey,
    choice: VariantChoice,
    given: list[Trajectory],
    filters: Filters,
    names: Mapping[str, str],
    notes: list[Note],
) -> tuple[list[Trajectory], Filters]:
    """Keep the runs that began before the day on which the test ended."""
    day = day_of(choice.chosen_at, journey.workspace.timezone)
    kept = [one for one in given if one.day is not None and one.day < day]
    left_out = sum(one.runs for one in given) - sum(one.runs for one in kept)
    if left_out:
        name = names.get(choice.variant, choice.variant)
        notes.append(note(TEXTS, "after_choice", day=day.isoformat(), name=name, runs=left_out))
    last = day - DAY
    return kept, replace(filters, until=last if filters.until is None else min(filters.until, last))


def _samples(
    journey: Journey, filters: Filters, labels: Labels, goal: Goal | None, unit: Unit, given: Iterable[Trajectory]
) -> dict[str, Sample]:
    runs: dict[int, int] = {}
    for one in given:
        runs[one.path_id] = runs.get(one.path_id, 0) + one.runs
    return samples(journey, filters, labels, goal.id if goal else "", unit, runs) if runs else {}


def _by_day(given: Iterable[Trajectory], of_path: Mapping[int, str]) -> dict[tuple[str, date], int]:
    found: dict[tuple[str, date], int] = {}
    for one in given:
        assert one.day is not None, "they were asked for by day"
        key = of_path[one.path_id], one.day
        found[key] = found.get(key, 0) + one.runs
    return found


def _adjusted(arms: dict[str, Arm]) -> dict[str, Arm]:
    compared = [key for key, one in arms.items() if one.against is not None]
    ps = holm([one.against.comparison.p for one in arms.values() if one.against is not None])
    return arms | {
        key: replace(arms[key], against=replace(arms[key].against, p_adjusted=p))  # type: ignore[type-var]  # it is one
        for key, p in zip(compared, ps, strict=True)
    }


def _ratio(
    journey: Journey,
    node: str,
    found: Mapping[str, Sample],
    people: Mapping[tuple[str, date], int],
    again: bool,
    notes: list[Note],
) -> SampleRatio:
    said = periods(journey, lambda plan: _weights(plan, node))
    kinds = [one for one in said if one.value]
    if len({tuple(sorted(one.value.items())) for one in kinds}) <= 1:
        weights = kinds[0].value if kinds else {}
        return check([Stratum({key: one.people for key, one in found.items()}, weights)])
    if again:
        notes.append(note(TEXTS, "ratio_not_judged"))
        return check([])
    notes.append(note(TEXTS, "weights_changed"))
    strata: dict[int, dict[str, int]] = {}
    for (variant, day), runs in people.items():
        period = period_of(said, day)
        if period is not None and not period.mixed and period.value:
            counted = strata.setdefault(said.index(period), {})
            counted[variant] = counted.get(variant, 0) + runs
    return check([Stratum(counted, said[index].value) for index, counted in strata.items()])


def _weights(plan: Plan, node: str) -> dict[str, float]:
    config = plan.nodes[node].config if node in plan.nodes else None
    return {variant.id: variant.weight for variant in config.variants} if isinstance(config, AbConfig) else {}


def per_day(people: Mapping[tuple[str, date], int]) -> float:
    """How many came a day, over the last PACE days until the last on which anybody did."""
    if not people:
        return 0.0
    days = {day for _, day in people}
    last, first = max(days), min(days)
    since = max(first, last - timedelta(days=PACE - 1))
    return sum(runs for (_, day), runs in people.items() if day >= since) / ((last - since).days + 1)


def _looks(
    journey: Journey,
    filters: Filters,
    of_path: Mapping[int, str],
    goal: Goal | None,
    people: Mapping[tuple[str, date], int],
    control: str,
    planned: int | None,
    alpha: float,
) -> dict[str, list[Look]]:
    if planned is None or goal is None or not people:
        return {}
    converted = converted_by_day(journey, filters, of_path, goal.id)
    rivals = sorted({name for name, _ in people} - {control})
    taken = {name: looks(people, converted, (name, control), planned, alpha) for name in rivals}
    return {name: found for name, found in taken.items() if found}


def still_open(
    people: Mapping[tuple[str, date], int], goal: Goal | None, as_of: datetime | None, zone: ZoneInfo
) -> int:
    """How many runs began so late that they may still meet the goal. Without a window all of them may for ever."""
    if goal is None or as_of is None or goal.window is None:
        return 0
    since = (as_of - parse(goal.window).fixed).astimezone(zone).date()
    return sum(runs for (_, day), runs in people.items() if day >= since)
