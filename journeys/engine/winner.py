"""Which variant has won an A/B test. Pure."""

from collections.abc import Mapping
from typing import NamedTuple

from journeys.engine.proportions import Group, below, pooled_z


class Verdict(NamedTuple):
    """The variant with the highest rate, and how sure it is that it is better than the next (0.5 to 1)."""

    best: str
    confidence: float


def compare(groups: Mapping[str, Group]) -> Verdict:
    """Compare the two best variants by a one-sided two-proportion z test with the pooled variance.

    With equal rates, or nobody converted, the first variant is named with a confidence of 0.5: nothing is known.
    """
    ranked = sorted(groups, key=lambda name: -groups[name].rate)
    if len(ranked) == 1:
        return Verdict(ranked[0], 1.0)
    return Verdict(ranked[0], below(pooled_z(groups[ranked[0]], groups[ranked[1]])))
