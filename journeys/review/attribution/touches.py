"""Touches of conversions as flat arrays, and exact shares of whole numbers. Pure."""

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Whole = NDArray[np.int64]
# What a product of whole numbers may come to in an array.
MOST = 2**62


class Touches(NamedTuple):
    """Touches in the order of their owners, and of one owner in the order of time.

    `owner` is the place of a conversion (or of a person without one), from 0; not everyone has touches. `key` is the
    place of what is credited (a channel, say). `age` is how long before the conversion it came, in seconds.
    """

    owner: Whole
    key: Whole
    age: NDArray[np.float64]

    @classmethod
    def sorted(cls, owner: Whole, key: Whole, age: NDArray[np.float64]) -> "Touches":
        """Touches in whatever order; of one millisecond by their key."""
        order = _order(owner, key, np.rint(age * 1000).astype(np.int64))
        return cls(owner[order], key[order], age[order])

    @property
    def first(self) -> NDArray[np.bool_]:
        """Which are the first of their owner."""
        return np.concatenate(([True], self.owner[1:] != self.owner[:-1])) if len(self.owner) else _none()

    @property
    def last(self) -> NDArray[np.bool_]:
        return np.concatenate((self.owner[1:] != self.owner[:-1], [True])) if len(self.owner) else _none()

    @property
    def lengths(self) -> Whole:
        """Of each touch, how many its owner has."""
        begins = np.flatnonzero(self.first)
        many = np.diff(np.append(begins, len(self.owner)))
        return np.repeat(many, many)


def _order(owner: Whole, key: Whole, age: Whole) -> NDArray[np.int64]:
    """By owner, then the oldest first, then key. One number a touch sorts several times as fast as three."""
    if not len(owner):
        return np.zeros(0, dtype=np.int64)
    rank = age.max() - age
    keys, ranks = int(key.max()) + 1, int(rank.max()) + 1
    if (int(owner.max()) + 1) * ranks * keys < MOST:
        return np.argsort((owner * ranks + rank) * keys + key)
    return np.lexsort((key, rank, owner))


def _none() -> NDArray[np.bool_]:
    return np.zeros(0, dtype=np.bool_)


def shares(touches: Touches, weights: Whole, amounts: Whole) -> Whole:
    """Divide each owner's amount among their touches by whole weights; the parts add up to it exactly.

    A touch gets what the weights up to it are entitled to, rounded down, less what those before it got: every part is
    within one unit of its exact share. Weights of an owner must not all be zero.
    """
    if not len(touches.owner):
        return np.zeros(0, dtype=np.int64)
    begins = np.flatnonzero(touches.first)
    many = np.diff(np.append(begins, len(touches.owner)))
    running = np.cumsum(weights)
    before = running[begins] - weights[begins]
    total = np.append(before[1:], running[-1]) - before
    amount = amounts[touches.owner[begins]]
    upto = running - np.repeat(before, many)
    if int(np.abs(amounts).max(initial=0)) * int(total.max()) > MOST:
        # Python's own numbers have no end, and are slow; so much money is rare.
        amount, upto, total = (each.astype(object) for each in (amount, upto, total))
    entitled: Whole = (np.repeat(amount, many) * upto // np.repeat(total, many)).astype(np.int64)
    parts: Whole = np.diff(entitled, prepend=0)
    parts[begins] = entitled[begins]
    return parts


def by_key(touches: Touches, parts: Whole, keys: int) -> list[int]:
    """What each key gets in all."""
    if int(np.abs(parts).max(initial=0)) * max(len(parts), 1) > MOST:
        parts = parts.astype(object)
    sums = np.zeros(keys, dtype=parts.dtype)
    np.add.at(sums, touches.key, parts)
    return [int(each) for each in sums]
