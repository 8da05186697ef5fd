"""Whatever the touches are, every model gives away just what there was, and each part is a touch's due to the unit."""

from fractions import Fraction

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from journeys.review.attribution.crediting import CONVERSION, Amounts, credited
from journeys.review.attribution.touches import Touches, by_key, shares
from journeys.review.attribution.weights import FULL, HALF_LIFE, WEIGHTS

KEYS = 5
TOUCH = st.tuples(st.integers(0, KEYS - 1), st.integers(0, 40 * 86_400))
PATHS = st.lists(st.lists(TOUCH, max_size=8), max_size=5)
CONVERTED = st.lists(st.tuples(st.lists(TOUCH, max_size=8), st.integers(0, 10**18)), max_size=5)
Path = list[tuple[int, int]]


def touches_of(paths: list[Path]) -> Touches:
    flat = [(owner, key, age) for owner, path in enumerate(paths) for key, age in path]
    owner, key, age = (np.array([row[place] for row in flat], dtype=np.int64) for place in range(3))
    return Touches.sorted(owner, key, age.astype(np.float64))


def due(model: str, path: Path) -> list[Fraction]:
    """The weights of one path by the model's definition, the oldest touch first."""
    many, keys = len(path), [key for key, _ in path]
    if not many:
        return []
    match model:
        case "first":
            weights = [1] + [0] * (many - 1)
        case "last":
            weights = [0] * (many - 1) + [1]
        case "linear":
            weights = [1] * many
        case "time_decay":
            weights = [max(round(FULL * 2 ** (-age / HALF_LIFE)), 1) for _, age in path]
        case "position" if many <= 2:
            weights = [1] * many
        case "position":
            return [Fraction(2, 5), *[Fraction(1, 5 * (many - 2))] * (many - 2), Fraction(2, 5)]
        case _:
            weights = [int(key not in keys[:place]) for place, key in enumerate(keys)]
    return [Fraction(weight, sum(weights)) for weight in weights]


@given(CONVERTED, PATHS)
def test_totals_are_exact_by_every_model(converted: list[tuple[Path, int]], lost: list[Path]) -> None:
    many = len(converted)
    money = [amount for _, amount in converted]
    figures = [
        Amounts("conversions", np.full(many, CONVERSION, dtype=np.int64)),
        Amounts("CNY", np.array(money, dtype=np.int64)),
    ]
    touches = touches_of([path for path, _ in converted])
    for found in credited(touches, touches_of(lost), figures, KEYS, many):
        for parts in found.models.values():
            assert sum(parts) + found.untouched == found.total
            assert all(part >= 0 for part in parts)
    assert sum(amount for path, amount in converted if not path) == found.untouched
    assert sum(money) == found.total


@given(CONVERTED, st.sampled_from(sorted(WEIGHTS)))
def test_every_part_is_what_the_definition_gives(converted: list[tuple[Path, int]], model: str) -> None:
    touches = touches_of([path for path, _ in converted])
    money = np.array([amount for _, amount in converted], dtype=np.int64)
    parts = by_key(touches, shares(touches, WEIGHTS[model](touches), money), KEYS)
    exact = [Fraction(0)] * KEYS
    touched = [0] * KEYS
    for path, amount in converted:
        ordered = sorted(path, key=lambda touch: (-touch[1], touch[0]))
        for (key, _), share in zip(ordered, due(model, ordered), strict=True):
            exact[key] += amount * share
            touched[key] += 1
    for part, share, times in zip(parts, exact, touched, strict=True):
        assert abs(part - share) <= times
