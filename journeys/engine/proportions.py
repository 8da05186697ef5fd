"""The comparison of two shares that both the end of an A/B test and its report rest on. Pure."""

from math import erf, sqrt
from typing import NamedTuple


class Group(NamedTuple):
    """How many people a variant was given to, and how many of them met the goal."""

    people: int
    converted: int

    @property
    def rate(self) -> float:
        return self.converted / self.people if self.people else 0.0


def pooled_z(first: Group, second: Group) -> float:
    """Return z = (p1 - p2) / sqrt(p q (1/n1 + 1/n2)), where p = (x1 + x2) / (n1 + n2) and q = 1 - p.

    Source: Fleiss, Levin, Paik, Statistical Methods for Rates and Proportions, 3rd ed., section 3.2, without the
    correction for continuity. 0 where nothing can be known: an empty group, or nobody or everybody converted.
    """
    if not first.people or not second.people:
        return 0.0
    pooled = (first.converted + second.converted) / (first.people + second.people)
    deviation = sqrt(pooled * (1 - pooled) * (1 / first.people + 1 / second.people))
    return (first.rate - second.rate) / deviation if deviation else 0.0


def below(z: float) -> float:
    """Return the share of the standard normal distribution below `z`."""
    return (1 + erf(z / sqrt(2))) / 2
