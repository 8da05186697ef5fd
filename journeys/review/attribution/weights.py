"""Models that divide each conversion among its own touches: whole weights, one for each touch. Pure.

First and last touch, linear, and position-based (40/20/40, half and half of two) are as in Google Analytics' former
models (https://support.google.com/analytics/answer/1662518); time decay halves with every 7 days, its default there.
"""

from collections.abc import Callable, Mapping
from typing import Final

import numpy as np

from journeys.review.attribution.touches import Touches, Whole

HALF_LIFE: Final = 7 * 86_400.0  # seconds
# A weight of now. What is older than 20 half-lives still has the least one.
FULL: Final = 2**20


def first(touches: Touches) -> Whole:
    return touches.first.astype(np.int64)


def last(touches: Touches) -> Whole:
    return touches.last.astype(np.int64)


def linear(touches: Touches) -> Whole:
    return np.ones(len(touches.owner), dtype=np.int64)


def time_decay(touches: Touches) -> Whole:
    """2^(-age / half-life), in steps of a millionth."""
    exact = FULL * np.exp2(-touches.age / HALF_LIFE)
    weights: Whole = np.maximum(np.rint(exact), 1).astype(np.int64)
    return weights


def position(touches: Touches) -> Whole:
    """40 % for the first, 40 % for the last, 20 % for those between: as 2 (n - 2), 1 each, 2 (n - 2) of 5 (n - 2)."""
    many = touches.lengths
    outer = np.where(many > 2, 2 * (many - 2), 1)
    return np.where(touches.first | touches.last, outer, 1)


def shapley(touches: Touches) -> Whole:
    """The Shapley value, exact for any number of keys.

    With v(S) the conversions whose keys all lie in S, the value of a key is the sum over the sets T of keys that
    conversions have of R(T) / |T|, for T that hold it (Zhao, Mahboobi and Bagheri, "Shapley Value Methods for
    Attribution Modeling in Online Advertising", 2018, the simplified form): each conversion is divided evenly among its
    distinct keys. Here the first touch of a key stands for it.
    """
    keys = int(touches.key.max(initial=0)) + 1
    _, places = np.unique(touches.owner * keys + touches.key, return_index=True)
    weights = np.zeros(len(touches.owner), dtype=np.int64)
    weights[places] = 1
    return weights


WEIGHTS: Final[Mapping[str, Callable[[Touches], Whole]]] = {
    "first": first,
    "last": last,
    "linear": linear,
    "time_decay": time_decay,
    "position": position,
    "shapley": shapley,
}
