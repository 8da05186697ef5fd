"""How large a difference a test of two shares can see, and how many people it takes."""

from math import ceil, sqrt

from scipy.optimize import brentq
from scipy.special import ndtr, ndtri

ALPHA = 0.05
POWER = 0.8


def power(p1: float, p2: float, n1: float, n2: float, alpha: float = ALPHA) -> float:
    """Return the chance that the two-sided pooled z test at `alpha` finds the difference between `p1` and `p2`:

    Φ((|p2 - p1| - z sqrt(p q (1/n1 + 1/n2))) / sqrt(p1 q1 / n1 + p2 q2 / n2)), p the mean weighted by people.

    Source: Fleiss, Levin, Paik, Statistical Methods for Rates and Proportions, 3rd ed., chapter 4 (without the
    correction for continuity). The chance of a finding in the wrong direction is left out, as there.
    """
    if n1 <= 0 or n2 <= 0:
        return 0.0
    pooled = (n1 * p1 + n2 * p2) / (n1 + n2)
    by_chance = float(ndtri(1 - alpha / 2)) * sqrt(pooled * (1 - pooled) * (1 / n1 + 1 / n2))
    deviation = sqrt(p1 * (1 - p1) / n1 + p2 * (1 - p2) / n2)
    if not deviation:
        return 1.0 if abs(p2 - p1) > by_chance else 0.0
    return float(ndtr((abs(p2 - p1) - by_chance) / deviation))


def people_needed(
    p1: float,
    p2: float,
    *,
    ratio: float = 1.0,
    alpha: float = ALPHA,
    wanted: float = POWER,
    continuity: bool = False,
) -> int:
    """Return how many people the first group needs, the second having `ratio` times as many, rounded up.

    n = (z_α/2 sqrt((r + 1) p q) + z_β sqrt(r p1 q1 + p2 q2))² / (r (p2 - p1)²); with `continuity`
    n/4 (1 + sqrt(1 + 2 (r + 1) / (n r |p2 - p1|)))². Source: Fleiss, Levin, Paik, 3rd ed., formulas 4.14, 4.18, 4.19.
    Raises ValueError where the two are equal: nobody can find no difference.
    """
    if p1 == p2:
        raise ValueError("there is no number of people that finds no difference")
    mean = (p1 + ratio * p2) / (ratio + 1)
    by_chance = float(ndtri(1 - alpha / 2)) * sqrt((ratio + 1) * mean * (1 - mean))
    by_effect = float(ndtri(wanted)) * sqrt(ratio * p1 * (1 - p1) + p2 * (1 - p2))
    people = (by_chance + by_effect) ** 2 / (ratio * (p2 - p1) ** 2)
    if continuity:
        people = people / 4 * (1 + sqrt(1 + 2 * (ratio + 1) / (people * ratio * abs(p2 - p1)))) ** 2
    return ceil(people)


def detectable(p1: float, n1: float, n2: float, alpha: float = ALPHA, wanted: float = POWER) -> float | None:
    """Return the smallest rise over `p1` that is found with the power `wanted`: the p2 - p1 at which `power` reaches it.

    None where even a share of one in the second group would not be found so often.
    """

    def lacking(p2: float) -> float:
        return power(p1, p2, n1, n2, alpha) - wanted

    if n1 <= 0 or n2 <= 0 or lacking(1.0) < 0:
        return None
    return float(brentq(lacking, p1, 1.0, xtol=1e-12)) - p1
