"""Models of attribution against published examples, and against their definitions written out."""

from collections.abc import Sequence
from itertools import combinations
from math import factorial

import numpy as np
import pytest

from journeys.review.attribution.crediting import CONVERSION, MODELS, Amounts, credited
from journeys.review.attribution.markov import divide, removal_effects
from journeys.review.attribution.touches import Touches, by_key, shares
from journeys.review.attribution.weights import HALF_LIFE, WEIGHTS


def touches(paths: Sequence[str], ages: Sequence[Sequence[float]] | None = None) -> Touches:
    """Paths as words, one letter a touch; `a` is key 0."""
    owner = [place for place, path in enumerate(paths) for _ in path]
    key = [ord(letter) - ord("a") for path in paths for letter in path]
    age = [one for each in ages for one in each] if ages else [-float(n) for n in range(len(owner))]
    return Touches(np.array(owner, dtype=np.int64), np.array(key, dtype=np.int64), np.array(age, dtype=np.float64))


def divided(model: str, paths: Sequence[str], amounts: Sequence[int], keys: int = 3) -> list[int]:
    each = touches(paths)
    return by_key(each, shares(each, WEIGHTS[model](each), np.array(amounts)), keys)


@pytest.mark.parametrize(
    ("model", "parts"),
    [
        ("first", [1000, 0, 0]),
        ("last", [0, 0, 1000]),
        ("linear", [250, 500, 250]),
        ("position", [400, 200, 400]),
        ("shapley", [333, 333, 334]),
    ],
)
def test_one_path(model: str, parts: list[int]) -> None:
    assert divided(model, ["abbc"], [1000]) == parts


@pytest.mark.parametrize(("path", "parts"), [("a", [100, 0, 0]), ("ab", [50, 50, 0]), ("abc", [40, 20, 40])])
def test_position_of_short_paths(path: str, parts: list[int]) -> None:
    assert divided("position", [path], [100]) == parts


def test_time_decay_halves_with_every_half_life() -> None:
    each = touches(["ab"], [[HALF_LIFE, 0.0]])
    assert by_key(each, shares(each, WEIGHTS["time_decay"](each), np.array([300])), 2) == [100, 200]


def test_removal_effects_of_the_published_example() -> None:
    """https://analyzecore.com/2016/08/03/attribution-model-r-part-1/: C1 > C2 > C3 converts, C1 and C2 > C3 do not."""
    effects = removal_effects(touches(["abc"]), touches(["a", "bc"]), 3)
    assert effects == pytest.approx([0.5, 1.0, 1.0])
    assert divide(1000, effects) == [200, 400, 400]


def test_removal_effects_worked_out_by_hand() -> None:
    """Google Ads (a) twice, mailing (b), a > b convert, a does not: the chain converts at 0.8; without a mailing's 1/5
    stays, without b the half of the 4/5 who begin with a.
    """
    effects = removal_effects(touches(["a", "a", "b", "ab"]), touches(["a"]), 2)
    assert effects == pytest.approx([1 - 0.2 / 0.8, 1 - 0.4 / 0.8])


def test_loops_of_a_state_with_itself_change_nothing() -> None:
    once = removal_effects(touches(["abc", "ac"]), touches(["b"]), 3)
    assert removal_effects(touches(["abbbc", "aac"]), touches(["bb"]), 3) == pytest.approx(once)


def test_the_shapley_value_of_the_published_example() -> None:
    """Facebook, Google, LinkedIn of "Data-Driven Marketing Attribution" (J. de la Cuesta, Towards Data Science, 2018), in
    which 18, 4, 8, 10, 26, 7 and 27 of 100 conversions had F, G, L, FG, FL, GL and FGL: 45, 21.5 and 33.5.
    """
    sets = {"a": 18, "b": 4, "c": 8, "ab": 10, "ac": 26, "bc": 7, "abc": 27}
    paths = [path for path, times in sets.items() for _ in range(times)]
    assert divided("shapley", paths, [6] * 100) == [270, 129, 201]


def test_the_simplified_shapley_value_is_the_defined_one() -> None:
    paths = ["ab", "b", "cab", "da", "dd", "abcd", "c", "bca", "ad", "adb"]
    amount = 12
    sets = [frozenset(path) for path in paths]

    def worth(coalition: frozenset[str]) -> int:
        return sum(amount for one in sets if one <= coalition)

    keys = "abcd"
    defined = []
    for key in keys:
        others = [other for other in keys if other != key]
        value = 0.0
        for size in range(len(keys)):
            weight = factorial(size) * factorial(len(keys) - size - 1) / factorial(len(keys))
            for chosen in combinations(others, size):
                coalition = frozenset(chosen)
                value += weight * (worth(coalition | {key}) - worth(coalition))
        defined.append(value)
    assert divided("shapley", paths, [amount] * len(paths), 4) == pytest.approx(defined)


def test_sums_are_exact_also_of_more_money_than_an_array_holds() -> None:
    each = touches(["abc", "ab", "ca"])
    amounts = np.array([2**61 + 7, 2**60 + 1, 3], dtype=np.int64)
    conversions = np.full(4, CONVERSION, dtype=np.int64)
    found = credited(
        each,
        touches(["b"]),
        [Amounts("conversions", conversions), Amounts("CNY", np.append(amounts, 11))],
        3,
        4,
    )
    assert [one.untouched for one in found] == [CONVERSION, 11]
    for one in found:
        assert tuple(one.models) == MODELS
        assert {sum(parts) + one.untouched for parts in one.models.values()} == {one.total}


def test_nobody_converted() -> None:
    (found,) = credited(touches([]), touches(["ab"]), [Amounts("conversions", np.zeros(0, dtype=np.int64))], 2, 0)
    assert set(map(tuple, found.models.values())) == {(0, 0)}
