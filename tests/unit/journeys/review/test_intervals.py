"""Intervals of shares, against the tables in which they were published."""

import pytest

from journeys.engine.proportions import Group
from journeys.review.statistics.intervals import difference, ratio, wilson


# Newcombe 1998, Statistics in Medicine 17, 857-872, table I, method 3.
@pytest.mark.parametrize(
    ("converted", "people", "low", "high"),
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_score_interval_is_that_of_newcombes_table(converted: int, people: int, low: float, high: float) -> None:
    assert wilson(Group(people, converted)) == pytest.approx((low, high), abs=5e-5)


# Newcombe 1998, Statistics in Medicine 17, 873-890, table II, method 10.
@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((0, 10), (0, 10), -0.2775, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
        ((10, 10), (0, 10), 0.6075, 1.0),
    ],
)
def test_the_hybrid_interval_is_that_of_newcombes_table(
    first: tuple[int, int], second: tuple[int, int], low: float, high: float
) -> None:
    found = difference(Group(first[1], first[0]), Group(second[1], second[0]))
    assert found == pytest.approx((low, high), abs=5e-5)


def test_the_interval_of_a_ratio_is_agrestis() -> None:
    """Agresti, Categorical Data Analysis, section 3.1: heart attacks with placebo and with aspirin, 1.82 (1.43, 2.31)."""
    found = ratio(Group(11034, 189), Group(11037, 104))
    assert found == pytest.approx((1.433, 2.306), abs=5e-4)


def test_of_nobody_nothing_is_known() -> None:
    assert wilson(Group(0, 0)) == (0, 1)
    assert difference(Group(0, 0), Group(10, 5)) == (-1, 1)
    assert ratio(Group(10, 0), Group(10, 5)) is None


def test_bounds_stay_bounds() -> None:
    assert wilson(Group(1_000_000, 1_000_000)).high == 1
    assert wilson(Group(1_000_000, 0)).low == 0
