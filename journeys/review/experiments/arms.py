"""One variant of an experiment against another: rate, difference, value, power, and the verdict at any time."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from math import ceil
from typing import Final

from journeys.review.experiments.samples import Sample
from journeys.review.statistics import always_valid
from journeys.review.statistics.bootstrap import Grouped, grouped, mean_difference, mean_value, seed_of
from journeys.review.statistics.comparison import Comparison, compare
from journeys.review.statistics.intervals import Interval, wilson
from journeys.review.statistics.power import POWER, detectable, power
from journeys.review.statistics.stratified import Combined

# The effect whose power is told: so much more than the control's rate, relatively. The power to see the difference that
# was seen would say nothing that p does not (Hoenig and Heisey, The American Statistician 55 (2001), 19-24).
EFFECT: Final = 0.1
ALPHA: Final = 0.05


@dataclass(frozen=True)
class Worth:
    """Value of one currency. The difference is to the control, per person."""

    currency: str
    total: Decimal
    per_person: float
    interval: Interval
    difference: float | None = None
    difference_interval: Interval | None = None


@dataclass(frozen=True)
class Power:
    """The power to find a rise of `effect` (relative) over the control, and the smallest rise (absolute) found with POWER."""

    effect: float
    power: float
    detectable: float | None
    wanted: float = POWER


@dataclass(frozen=True)
class Against:
    """A variant against its control. `at_any_time` may be looked at always, `comparison` only once.

    `people_needed`: how many more of both together until the test ends if the difference stays; None: none to find.
    """

    comparison: Comparison
    at_any_time: always_valid.AlwaysValid
    judgeable: bool
    power: Power
    people_needed: int | None
    p_adjusted: float = 1.0


@dataclass(frozen=True)
class Arm:
    people: int
    converted: int
    rate: float | None
    interval: Interval
    values: list[Worth]
    against: Against | None


def arm(
    sample: Sample, control: Sample | None, ids: tuple[object, ...], control_ids: tuple[object, ...], alpha: float
) -> Arm:
    """Tell of one variant. `control` is None for the control itself; `ids` say what is drawn, so draws repeat.

    `alpha` is that of this comparison: of several, each gets its share (Bonferroni).
    """
    group = sample.group
    return Arm(
        people=sample.people,
        converted=sample.converted,
        rate=group.rate if group.people else None,
        interval=wilson(group),
        values=_values(sample, control, ids, control_ids),
        against=_against(sample, control, alpha) if control is not None else None,
    )


def _against(sample: Sample, control: Sample, alpha: float) -> Against:
    group, base = sample.group, control.group
    s, tau = always_valid.deviation(group, base), always_valid.thought(group, base)
    growth = always_valid.growth_needed(group.rate - base.rate, s, tau, alpha)
    return Against(
        comparison=compare(group, base),
        at_any_time=always_valid.judge(group, base, alpha),
        judgeable=always_valid.judgeable(group, base),
        power=Power(
            EFFECT,
            power(base.rate, min(1.0, base.rate * (1 + EFFECT)), base.people, group.people),
            detectable(base.rate, base.people, group.people),
        ),
        people_needed=_more(sample.people + control.people, growth),
    )


def by_periods(against: Against, combined: Combined, sample: Sample, control: Sample) -> Against:
    """The same comparison by the difference within periods, whose groups had other shares of the people."""
    tau = always_valid.thought(sample.group, control.group)
    growth = always_valid.growth_needed(combined.difference, combined.deviation, tau)
    z = combined.difference / combined.deviation if combined.deviation else 0.0
    return replace(
        against,
        comparison=against.comparison._replace(
            difference=combined.difference, interval=combined.interval, z=z, p=combined.p
        ),
        at_any_time=always_valid.judge_difference(combined.difference, combined.deviation, tau),
        people_needed=_more(sample.people + control.people, growth),
    )


def _more(people: int, growth: float | None) -> int | None:
    return None if growth is None else ceil(people * (growth - 1))


def _values(
    sample: Sample, control: Sample | None, ids: tuple[object, ...], control_ids: tuple[object, ...]
) -> list[Worth]:
    currencies = sorted({*sample.values, *(control.values if control is not None else ())})
    found = []
    for currency in currencies:
        own, seed = amounts(sample, currency), seed_of(*ids, currency)
        mean = mean_value(own, seed)
        worth = Worth(currency, sample.total(currency), mean.mean, mean.interval)
        if control is not None:
            between = mean_difference(own, amounts(control, currency), (seed, seed_of(*control_ids, currency)))
            worth = Worth(currency, worth.total, worth.per_person, worth.interval, between.difference, between.interval)
        found.append(worth)
    return found


def amounts(sample: Sample, currency: str) -> Grouped:
    values: Mapping[Decimal, int] = sample.values.get(currency, {})
    return grouped([(float(net), people) for net, people in values.items()], sample.people)
