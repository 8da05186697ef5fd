"""Removal effects in a Markov chain of touches. Pure.

Anderl, Becker, von Wangenheim and Schumann, "Mapping the customer journey" (2016): states are the keys, a start, and the
two ends, conversion and null; a key is worth the share of conversions that would be lost if whoever comes to it were
lost. Chains are of the first order. Loops of a state with itself change nothing.
"""

from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from journeys.review.attribution.touches import Touches

Real = NDArray[np.float64]


def removal_effects(converted: Touches, lost: Touches, keys: int) -> Real:
    """Return for each key the share of conversions (0 to 1) that would not be without it.

    `lost` are the touches of people who did not convert. Without any touch of a conversion all effects are 0.
    """
    if not len(converted.owner):
        return np.zeros(keys)
    moves, starts = _moves(converted, keys), np.zeros(keys)
    ends, gone = _count(converted.key[converted.last], keys), _count(lost.key[lost.last], keys)
    moves += _moves(lost, keys)
    for touches in (converted, lost):
        starts += _count(touches.key[touches.first], keys)
    leaving = moves.sum(axis=1) + ends + gone
    seen = leaving > 0
    scale = np.where(seen, leaving, 1)
    visits = np.linalg.inv(np.eye(keys) - moves / scale[:, None])
    converts = visits @ (ends / scale)
    start = starts / starts.sum()
    reached = np.divide(start @ visits, np.diag(visits))
    # Of those who come to a key, `converts` would go on to convert.
    return np.where(seen, reached * converts / (start @ converts), 0.0)


def divide(total: int, effects: Real) -> list[int]:
    """Divide a whole number in proportion to the effects, by largest remainder: the parts add up to it exactly.

    Remainders that differ by less than the rounding of the effects go by the order of the keys.
    """
    exact = [Fraction(float(effect)) for effect in effects]
    whole = sum(exact)
    if not whole:
        return [0] * len(exact)
    quotas = [abs(total) * each / whole for each in exact]
    parts = [int(quota) for quota in quotas]
    by_remainder = sorted(range(len(parts)), key=lambda key: (-round(float(quotas[key] - parts[key]), 6), key))
    for key in by_remainder[: abs(total) - sum(parts)]:
        parts[key] += 1
    return [part if total >= 0 else -part for part in parts]


def _moves(touches: Touches, keys: int) -> Real:
    """How often each key was followed by each other."""
    inside = ~touches.last
    after = np.flatnonzero(inside) + 1
    pairs = touches.key[inside] * keys + touches.key[after]
    return np.bincount(pairs, minlength=keys * keys).reshape(keys, keys).astype(np.float64)


def _count(of: NDArray[np.int64], keys: int) -> Real:
    return np.bincount(of, minlength=keys).astype(np.float64)
