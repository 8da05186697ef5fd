"""A test that may be looked at all the time is wrong no more often than it says."""

from math import log, sqrt

import numpy as np
import pytest

from journeys.engine.proportions import Group
from journeys.review.statistics.always_valid import bound, deviation, growth_needed, judge, judgeable, thought


@pytest.mark.parametrize(("n", "m", "alpha"), [(1, 1, 0.05), (10, 1, 0.05), (1000, 25, 0.01), (10**6, 400, 0.1)])
def test_the_bound_is_that_of_robbins(n: int, m: int, alpha: float) -> None:
    """Robbins 1970, formula 17: P(|S_n| ≥ sqrt((n + m)(a² + ln(n/m + 1))) for some n) ≤ exp(-a²/2), for a unit variance
    and a mixture of variance 1/m; a mean is S_n / n, and a² = 2 ln(1/α).
    """
    robbins = sqrt((n + m) * (2 * log(1 / alpha) + log(n / m + 1))) / n
    assert bound(1 / sqrt(n), 1 / sqrt(m), alpha) == pytest.approx(robbins)


def test_p_reaches_alpha_where_the_interval_leaves_zero() -> None:
    control = Group(20_000, 1_000)
    seen = [judge(Group(20_000, converted), control) for converted in range(900, 1400)]
    for found in seen:
        assert (found.p <= 0.05) == (not found.interval.low <= 0 <= found.interval.high)
    assert {found.p <= 0.05 for found in seen} == {True, False}


def test_the_interval_holds_nothing_that_no_difference_of_shares_can_be() -> None:
    few = judge(Group(2, 1), Group(1, 0))
    assert few.interval == (-1.0, 1.0)
    assert judge(Group(2_000, 1_900), Group(2_000, 100)).interval.high < 1


def test_it_asks_for_more_than_one_look_does() -> None:
    """At the difference at which a single look finds something (z = 1.96), it does not yet."""
    first, second = Group(10_000, 1_085), Group(10_000, 1_000)
    assert (first.rate - second.rate) / deviation(first, second) > 1.96
    assert judge(first, second).p > 0.05


def test_looking_after_every_hundred_people_is_wrong_at_most_as_often_as_alpha() -> None:
    """Two equal groups, 200 looks each: a fixed z test would find something in about a third of them."""
    chance, tests, looks = np.random.Generator(np.random.PCG64(7)), 2_000, 200
    first = chance.binomial(100, 0.1, (tests, looks)).cumsum(axis=1)
    second = chance.binomial(100, 0.1, (tests, looks)).cumsum(axis=1)
    people = np.arange(1, looks + 1) * 100
    wrong = wrong_at_once = 0
    for a, b in zip(first, second):
        pairs = [(Group(int(n), int(x)), Group(int(n), int(y))) for n, x, y in zip(people[::4], a[::4], b[::4])]
        wrong += any(judgeable(*pair) and judge(*pair).p <= 0.05 for pair in pairs)
        p = (a + b) / (2 * people)
        z = (a - b) / people / np.sqrt(np.maximum(p * (1 - p), 1e-9) * 2 / people)
        wrong_at_once += bool((np.abs(z) > 1.96).any())
    # Three deviations of a count of 2,000 at 0.05 are 29.
    assert wrong / tests <= 0.05 + 29 / 2_000
    assert wrong_at_once / tests > 0.25


def growth(first: Group, second: Group) -> float | None:
    return growth_needed(first.rate - second.rate, deviation(first, second), thought(first, second))


def test_people_still_needed_end_the_test() -> None:
    first, second = Group(10_000, 1_085), Group(10_000, 1_000)
    times = growth(first, second)
    assert times is not None
    assert times > 1
    larger, smaller = (
        tuple(Group(round(group.people * part), round(group.converted * part)) for group in (first, second))
        for part in (times * 1.01, times * 0.99)
    )
    assert judge(larger[0], larger[1]).p < 0.05 < judge(smaller[0], smaller[1]).p
    assert growth(Group(10_000, 2_000), second) == 1
    assert growth(second, second) is None


def test_nothing_is_claimed_of_nothing() -> None:
    assert judge(Group(0, 0), Group(10, 1)) == (1.0, (-1.0, 1.0))
    assert judge(Group(10, 0), Group(10, 0)).p == 1
    assert not judgeable(Group(100, 9), Group(100, 50))
    assert thought(Group(0, 0), Group(0, 0)) == 0
