"""Value per person with an interval, for values as skewed as orders are: most people none, a few a lot."""

from collections.abc import Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from journeys.review.statistics.intervals import LEVEL, Interval

REPLICATES = 2000
# Distinct values that are drawn one by one; more of them are joined (`grouped`).
MOST_VALUES = 512
LARGEST_KEPT = 256

Floats = NDArray[np.float64]


class Grouped(NamedTuple):
    """So many people (`people`) with each value. `spread` is the variance inside a group of joined values."""

    values: Floats
    people: NDArray[np.int64]
    spread: Floats

    @property
    def size(self) -> int:
        return int(self.people.sum())

    @property
    def mean(self) -> float:
        return float(self.values @ self.people) / self.size if self.size else 0.0


def seed_of(*ids: object) -> int:
    """Return the seed of a draw about these ids: the same question gets the same answer, on every machine."""
    return int.from_bytes(sha256("\0".join(str(id_) for id_ in ids).encode()).digest()[:16])


def grouped(values: Iterable[tuple[float, int]], people: int) -> Grouped:
    """Group (value, how many have it) pairs; whoever of `people` is in none of them has 0.

    Of more than MOST_VALUES distinct values the LARGEST_KEPT largest and smallest by size stand for themselves, because
    the tail decides; the others are joined, in order, into groups of about equally many people.
    """
    counted: dict[float, int] = {}
    for value, count in values:
        counted[value] = counted.get(value, 0) + count
    known = sum(counted.values())
    if people > known:
        counted[0.0] = counted.get(0.0, 0) + people - known
    ordered = sorted(counted.items(), key=lambda pair: (abs(pair[0]), pair[0]))
    amounts = np.array([value for value, _ in ordered], dtype=np.float64)
    counts = np.array([count for _, count in ordered], dtype=np.int64)
    if len(amounts) <= MOST_VALUES:
        return Grouped(amounts, counts, np.zeros(len(amounts)))
    # Nobody is joined with those who gave nothing: they are the largest group by far.
    first = 1 if amounts[0] == 0 else 0
    return _join(amounts, counts, first, len(amounts) - LARGEST_KEPT)


def _join(amounts: Floats, counts: NDArray[np.int64], first: int, last: int) -> Grouped:
    middle, weight = amounts[first:last], counts[first:last]
    order = np.argsort(middle, kind="stable")
    middle, weight = middle[order], weight[order]
    wanted = MOST_VALUES - LARGEST_KEPT - first
    place = np.minimum((np.cumsum(weight) - weight) * wanted // weight.sum(), wanted - 1)
    people = np.bincount(place, weight, wanted)
    kept = people > 0
    size = np.where(kept, people, 1)
    mean = np.bincount(place, weight * middle, wanted) / size
    spread = np.bincount(place, weight * (middle - mean[place]) ** 2, wanted) / size
    return Grouped(
        np.concatenate([amounts[:first], mean[kept], amounts[last:]]),
        np.concatenate([counts[:first], people[kept].astype(np.int64), counts[last:]]),
        np.concatenate([np.zeros(first), spread[kept], np.zeros(len(amounts) - last)]),
    )


def replicates(sample: Grouped, seed: int, times: int = REPLICATES) -> Floats:
    """Return the means of `times` samples as large as this one, drawn from it with replacement.

    How often each value is drawn is multinomial, so a sample of a million people costs as many draws as there are
    values. What was joined keeps the variance it had. Source: Efron and Tibshirani, An Introduction to the Bootstrap
    (1993), chapter 6. The same seed gives the same samples.
    """
    size = sample.size
    if not size:
        return np.zeros(times)
    chance = np.random.Generator(np.random.PCG64(seed))
    drawn = chance.multinomial(size, sample.people / size, size=times)
    sums = drawn @ sample.values
    inside = drawn @ sample.spread
    return np.asarray((sums + np.sqrt(inside) * chance.standard_normal(times)) / size, dtype=np.float64)


def percentiles(means: Floats, level: float = LEVEL) -> Interval:
    """Return the percentile interval. Source: Efron and Tibshirani, chapter 13."""
    low, high = np.quantile(means, [(1 - level) / 2, (1 + level) / 2])
    return Interval(float(low), float(high))


class MeanValue(NamedTuple):
    mean: float
    interval: Interval


class MeanDifference(NamedTuple):
    difference: float
    interval: Interval


def mean_value(sample: Grouped, seed: int) -> MeanValue:
    """Return the value per person with its percentile interval."""
    return MeanValue(sample.mean, percentiles(replicates(sample, seed)))


def mean_difference(first: Grouped, second: Grouped, seeds: Sequence[int]) -> MeanDifference:
    """Return how much more the first group is worth per person; each group is drawn by itself, by its own seed."""
    drawn = replicates(first, seeds[0]) - replicates(second, seeds[1])
    return MeanDifference(first.mean - second.mean, percentiles(drawn))
