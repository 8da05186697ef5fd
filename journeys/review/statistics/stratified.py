"""One difference from several periods whose groups had different shares of the people."""

from collections.abc import Sequence
from math import sqrt
from typing import NamedTuple

from scipy.special import ndtr

from journeys.engine.proportions import Group
from journeys.review.statistics.always_valid import deviation
from journeys.review.statistics.intervals import LEVEL, Interval, quantile


class Combined(NamedTuple):
    difference: float
    deviation: float
    interval: Interval
    p: float


def combine(pairs: Sequence[tuple[Group, Group]], level: float = LEVEL) -> Combined | None:
    """Return Σ w d / Σ w over the periods' differences d = p1 - p2, with the weights w = n1 n2 / (n1 + n2).

    Its deviation is sqrt(Σ w² (p1 q1 / n1 + p2 q2 / n2)) / Σ w, the interval normal, p two-sided. Periods are compared
    within themselves, so a share that changed while the rate did misleads nobody (Simpson). Source: the Mantel-Haenszel
    risk difference, Greenland and Robins, Biometrics 41 (1985), 55-68; Rothman, Modern Epidemiology, 3rd ed., chapter 15.
    None where no period has people of both groups.
    """
    weighed = [(a.people * b.people / (a.people + b.people), a, b) for a, b in pairs if a.people and b.people]
    total = sum(weight for weight, _, _ in weighed)
    if not total:
        return None
    between = sum(weight * (a.rate - b.rate) for weight, a, b in weighed) / total
    spread = sqrt(sum((weight * deviation(a, b)) ** 2 for weight, a, b in weighed)) / total
    reach = quantile(level) * spread
    p = 2 * float(ndtr(-abs(between) / spread)) if spread else 1.0
    return Combined(between, spread, Interval(between - reach, between + reach), p)
