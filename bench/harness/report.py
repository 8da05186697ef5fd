"""What a bench prints: its figures for people, and one last line of JSON for programs."""

import json
import math
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

# None: the figure could not be measured in this run, so what is asked of it does not hold.
Figure = float | int | None


@dataclass(frozen=True)
class Bound:
    """What is asked of a figure."""

    least: float | None = None
    most: float | None = None

    def holds(self, value: Figure) -> bool:
        if value is None:
            return False
        return (self.least is None or value >= self.least) and (self.most is None or value <= self.most)

    def __str__(self) -> str:
        asked = [f"≥ {self.least:g}"] if self.least is not None else []
        asked += [f"≤ {self.most:g}"] if self.most is not None else []
        return " and ".join(asked)


def report(bench: str, figures: Mapping[str, Figure], bounds: Mapping[str, Bound]) -> None:
    """Print every figure, with what is asked of it, and the line of JSON."""
    rounded = {name: _rounded(value) for name, value in figures.items()}
    for name, value in rounded.items():
        bound = bounds.get(name)
        verdict = "" if bound is None else f"  {bound}  {'holds' if bound.holds(value) else 'DOES NOT HOLD'}"
        print(f"{name:24} {'not measured' if value is None else format(value, ','):>14}{verdict}")
    holds = all(bound.holds(rounded.get(name)) for name, bound in bounds.items())
    print(json.dumps({"bench": bench, "figures": rounded, "holds": holds}), flush=True)


def say(line: str) -> None:
    print(line, flush=True)


def size(name: str, default: int) -> int:
    """Read a size of the bench from the environment. Raises ValueError for anything but a positive number."""
    value = int(os.environ.get(name) or default)
    if value < 1:
        raise ValueError(f"{name}={value} is not a positive number.")
    return value


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that at least `share` (0 to 1) of the values do not exceed. Raises ValueError for no values."""
    if not values:
        raise ValueError("there are no values")
    ordered = sorted(values)
    return ordered[max(math.ceil(len(ordered) * share), 1) - 1]


def _rounded(value: Figure) -> Figure:
    if not isinstance(value, float):
        return value
    return round(value, 3) if abs(value) < 10 else round(value, 1)
