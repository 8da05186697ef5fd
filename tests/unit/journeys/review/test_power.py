"""Numbers of people, against Fleiss' tables."""

from itertools import pairwise

import pytest

from journeys.review.statistics.power import detectable, people_needed, power


# Fleiss, Levin, Paik, Statistical Methods for Rates and Proportions, 3rd ed., table A.4 (with the correction for
# continuity), and the same without it, for α = 0.05 (two-sided) and a power of 0.80.
@pytest.mark.parametrize(
    ("p1", "p2", "corrected", "plain"),
    [
        (0.05, 0.10, 474, 435),
        (0.10, 0.15, 726, 686),
        (0.10, 0.20, 219, 199),
        (0.20, 0.30, 313, 294),
        (0.60, 0.70, 376, 356),
    ],
)
def test_people_are_those_of_fleiss_table(p1: float, p2: float, corrected: int, plain: int) -> None:
    assert abs(people_needed(p1, p2, continuity=True) - corrected) <= 1  # the table rounds, here nobody is cut
    assert people_needed(p1, p2) == plain


def test_fleiss_example_in_the_text() -> None:
    """Section 4.2: shares of 0.60 and 0.70, α = 0.01, a power of 0.95."""
    found = people_needed(0.6, 0.7, alpha=0.01, wanted=0.95, continuity=True)
    assert abs(found - 827) <= 1


def test_power_and_people_and_difference_are_one_formula() -> None:
    for ratio in (0.5, 1.0, 3.0):
        people = people_needed(0.08, 0.10, ratio=ratio)
        assert power(0.08, 0.10, people, people * ratio) == pytest.approx(0.8, abs=1e-3)
        assert detectable(0.08, people, people * ratio) == pytest.approx(0.02, abs=1e-4)


def test_nobody_finds_anything() -> None:
    assert power(0.1, 0.2, 0, 100) == 0
    assert detectable(0.1, 0, 100) is None
    assert detectable(0.9, 5, 5) is None
    with pytest.raises(ValueError, match="no difference"):
        people_needed(0.1, 0.1)


def test_more_people_see_smaller_differences() -> None:
    seen = [detectable(0.1, people, people) for people in (100, 1_000, 10_000, 100_000)]
    assert all(a is not None and b is not None and a > b > 0 for a, b in pairwise(seen))
