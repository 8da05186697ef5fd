"""Which variant has won an A/B test. Pure."""

from collections.abc import Mapping
from math import erf, sqrt
from typing import NamedTuple


class Group(NamedTuple):
    """How many people a variant was given to, and how many of them met the goal."""

    people: int
    converted: int

    @property
    def rate(self) -> float:
        return self.converted / self.people if self.people else 0.0


class Verdict(NamedTuple):
    """The variant with the highest rate, and how sure it is that it is better than the next (0.5 to 1)."""

    best: str
    confidence: float


def compare(groups: Mapping[str, Group]) -> Verdict:
    """Compare the two best variants by a one-sided two-proportion z test with the pooled variance.

    Source: Fleiss, Levin, Paik, Statistical Methods for Rates and Proportions, 3rd ed., section 3.2. With equal rates,
    or nobody converted, the first variant is named with a confidence of 0.5: nothing is known.
    """
    ranked = sorted(groups, key=lambda name: -groups[name].rate)
    best = groups[ranked[0]]
    if len(ranked) == 1:
        return Verdict(ranked[0], 1.0)
    second = groups[ranked[1]]
    if not best.people or not second.people:
        return Verdict(ranked[0], 0.5)
    pooled = (best.converted + second.converted) / (best.people + second.people)
    deviation = sqrt(pooled * (1 - pooled) * (1 / best.people + 1 / second.people))
    z = (best.rate - second.rate) / deviation if deviation else 0.0
    return Verdict(ranked[0], (1 + erf(z / sqrt(2))) / 2)
