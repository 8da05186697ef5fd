"""Whether two shares differ by more than chance, looked at once."""

from collections.abc import Sequence
from typing import NamedTuple

from scipy.special import ndtr

from journeys.engine.proportions import Group, pooled_z
from journeys.review.statistics.intervals import LEVEL, Interval, difference, ratio


class Comparison(NamedTuple):
    """A variant against its control. `uplift` is relative (0.1: a tenth more); None: the control has no conversion."""

    difference: float
    interval: Interval
    z: float
    p: float
    uplift: float | None
    uplift_interval: Interval | None


def compare(variant: Group, control: Group, level: float = LEVEL) -> Comparison:
    """Return the difference with its hybrid score interval, and the two-sided p of the pooled z test.

    p = 2 (1 - Φ(|z|)); the formulas and their sources are those of `intervals.difference`, `intervals.ratio` and
    `pooled_z`. p is that of one look at a time that was fixed before: see `always_valid` for a look at any time.
    """
    z = pooled_z(variant, control)
    relative = ratio(variant, control, level)
    return Comparison(
        difference=variant.rate - control.rate,
        interval=difference(variant, control, level),
        z=z,
        p=2 * float(ndtr(-abs(z))),
        uplift=variant.rate / control.rate - 1 if control.converted else None,
        uplift_interval=Interval(relative.low - 1, relative.high - 1) if relative else None,
    )


def holm(ps: Sequence[float]) -> list[float]:
    """Adjust the p of several comparisons so that the chance of one false finding among them all is bounded.

    The k-th smallest of m is multiplied by m - k + 1, and none is smaller than one before it. Source: Holm, A simple
    sequentially rejective multiple test procedure, Scandinavian Journal of Statistics 6 (1979), 65-70.
    """
    adjusted, largest = [0.0] * len(ps), 0.0
    for place, index in enumerate(sorted(range(len(ps)), key=ps.__getitem__)):
        largest = max(largest, min(1.0, ps[index] * (len(ps) - place)))
        adjusted[index] = largest
    return adjusted
