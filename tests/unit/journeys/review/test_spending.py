"""Bounds of stated looks, against published tables."""

import pytest

from journeys.review.statistics.spending import bounds, spent


# Reboussin, DeMets, Kim, Lan, Controlled Clinical Trials 21 (2000), and the example of `bounds` in R's package ldbounds
# (five looks); Jennison and Turnbull, Group Sequential Methods (2000), chapter 7, and East for fewer looks. α = 0.05.
@pytest.mark.parametrize(
    "expected",
    [
        [2.9626, 1.9686],
        [3.7103, 2.5114, 1.9930],
        [4.3326, 2.9631, 2.3590, 2.0141],
        [4.8769, 3.3569, 2.6803, 2.2898, 2.0310],
    ],
)
def test_bounds_of_equal_looks_are_the_published_ones(expected: list[float]) -> None:
    looks = len(expected)
    assert bounds([(look + 1) / looks for look in range(looks)]) == pytest.approx(expected, abs=2e-4)


def test_a_single_look_is_the_plain_test() -> None:
    assert bounds([1.0]) == pytest.approx([1.959964], abs=1e-6)


def test_all_of_alpha_is_spent_in_the_end_and_next_to_nothing_early() -> None:
    assert spent(1.0) == pytest.approx(0.05)
    assert spent(0.0) == 0
    assert spent(0.2) < 0.00002
    assert bounds([0.01, 1.0]) == pytest.approx([8.0, 1.959964], abs=1e-3)


@pytest.mark.parametrize("fractions", [[], [0.5, 0.5], [0.0, 1.0], [0.5, 1.2]])
def test_looks_go_forward_to_the_end(fractions: list[float]) -> None:
    with pytest.raises(ValueError, match="fractions grow"):
        bounds(fractions)
