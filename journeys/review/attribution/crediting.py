"""All models over the touches of conversions. Pure."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import numpy as np

from journeys.review.attribution.markov import divide, removal_effects
from journeys.review.attribution.touches import Touches, Whole, by_key, shares
from journeys.review.attribution.weights import WEIGHTS

MODELS: Final = ("first", "last", "linear", "time_decay", "position", "markov", "shapley")
# What one conversion is divided into, and what money is counted in.
CONVERSION: Final = 1_000_000
MONEY: Final = 10_000


class Amounts(NamedTuple):
    """One figure for each conversion, in whole units; what has no touch is nobody's."""

    name: str
    of: Whole


class Credited(NamedTuple):
    """Of one figure: what each key gets by each model, and what had no touch. Sums are exact."""

    name: str
    total: int
    untouched: int
    models: Mapping[str, list[int]]


def credited(converted: Touches, lost: Touches, figures: list[Amounts], keys: int, conversions: int) -> list[Credited]:
    """Credit every figure by every model. `conversions`: how many there are, those without a touch among them."""
    touched = np.zeros(conversions, dtype=np.bool_)
    touched[converted.owner] = True
    effects = removal_effects(converted, lost, keys)
    weights = {model: weigh(converted) for model, weigh in WEIGHTS.items()}
    found = []
    for name, amounts in figures:
        total = _sum(amounts)
        inside = _sum(amounts[touched])
        models = {model: by_key(converted, shares(converted, each, amounts), keys) for model, each in weights.items()}
        models["markov"] = divide(inside, effects)
        found.append(Credited(name, total, total - inside, {model: models[model] for model in MODELS}))
    return found


def _sum(amounts: Whole) -> int:
    """In Python's numbers where an array's could overflow."""
    many = int(np.abs(amounts).max(initial=0)) * max(len(amounts), 1) > 2**62
    return int(amounts.astype(object).sum() if many else amounts.sum())
