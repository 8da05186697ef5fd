"""Intervals for a share, for the difference of two shares and for their ratio."""

from math import exp, log, sqrt
from typing import NamedTuple

from scipy.special import ndtri

from journeys.engine.proportions import Group

LEVEL = 0.95


class Interval(NamedTuple):
    low: float
    high: float


def quantile(level: float) -> float:
    """Return z so that the standard normal distribution has `level` between -z and z (1.96 for 0.95)."""
    return float(ndtri((1 + level) / 2))


def wilson(group: Group, level: float = LEVEL) -> Interval:
    """Return the score interval of a share: (2np + z² ± z sqrt(z² + 4npq)) / 2(n + z²).

    Source: Wilson 1927; method 3 of Newcombe, Two-sided confidence intervals for the single proportion, Statistics in
    Medicine 17 (1998), 857-872. Of nobody nothing is known: from 0 to 1.
    """
    if not group.people:
        return Interval(0.0, 1.0)
    n, p, z = group.people, group.rate, quantile(level)
    middle = 2 * n * p + z * z
    spread = z * sqrt(z * z + 4 * n * p * (1 - p))
    scale = 2 * (n + z * z)
    # The bound that is 0 or 1 by algebra is so in floats too.
    low = 0.0 if group.converted == 0 else (middle - spread) / scale
    high = 1.0 if group.converted == n else (middle + spread) / scale
    return Interval(low, high)


def difference(first: Group, second: Group, level: float = LEVEL) -> Interval:
    """Return the interval of p1 - p2 that joins the two score intervals [l1, u1] and [l2, u2]:

    d - sqrt((p1 - l1)² + (u2 - p2)²) to d + sqrt((u1 - p1)² + (p2 - l2)²).

    Source: method 10 (hybrid score) of Newcombe, Interval estimation for the difference between independent
    proportions, Statistics in Medicine 17 (1998), 873-890.
    """
    if not first.people or not second.people:
        return Interval(-1.0, 1.0)
    a, b, between = wilson(first, level), wilson(second, level), first.rate - second.rate
    return Interval(
        between - sqrt((first.rate - a.low) ** 2 + (b.high - second.rate) ** 2),
        between + sqrt((a.high - first.rate) ** 2 + (second.rate - b.low) ** 2),
    )


def ratio(first: Group, second: Group, level: float = LEVEL) -> Interval | None:
    """Return the interval of p1 / p2: exp(ln(p1 / p2) ± z sqrt(1/x1 - 1/n1 + 1/x2 - 1/n2)).

    Source: Katz et al., Biometrics 34 (1978), 469-474; Agresti, Categorical Data Analysis, 2nd ed., section 3.1.4.
    None where nobody of one of the groups converted: the logarithm has no bound then.
    """
    if not first.converted or not second.converted:
        return None
    deviation = sqrt(1 / first.converted - 1 / first.people + 1 / second.converted - 1 / second.people)
    middle, reach = log(first.rate / second.rate), quantile(level) * deviation
    return Interval(exp(middle - reach), exp(middle + reach))
