"""Who has won, and how sure that is."""

import pytest

from journeys.engine.proportions import Group
from journeys.engine.winner import compare


def test_a_clear_difference_is_sure_and_a_small_one_is_not() -> None:
    clear = compare({"a": Group(1000, 100), "b": Group(1000, 150)})
    # 0.05 / sqrt(0.125 * 0.875 * 2/1000) = 3.3806; the normal distribution function there is 0.99964.
    assert clear.best == "b"
    assert clear.confidence == pytest.approx(0.99964, abs=1e-5)
    small = compare({"a": Group(100, 10), "b": Group(100, 11)})
    assert (small.best, small.confidence < 0.6) == ("b", True)


@pytest.mark.parametrize(
    "groups",
    [
        {"a": Group(0, 0), "b": Group(0, 0)},
        {"a": Group(10, 0), "b": Group(10, 0)},
        {"a": Group(10, 10), "b": Group(10, 10)},
        {"a": Group(10, 10), "b": Group(0, 0)},
    ],
)
def test_where_nothing_can_be_known_nothing_is_claimed(groups: dict[str, Group]) -> None:
    assert compare(groups).confidence == 0.5


def test_the_two_best_are_compared() -> None:
    three = compare({"a": Group(1000, 10), "b": Group(1000, 150), "c": Group(1000, 149)})
    assert three.best == "b"
    assert three.confidence < 0.6
