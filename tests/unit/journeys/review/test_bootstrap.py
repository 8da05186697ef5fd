"""Intervals of values, from grouped values and without chance."""

from itertools import product
from statistics import mean, pstdev
from time import process_time

import numpy as np
import pytest

from journeys.review.statistics.bootstrap import (
    MOST_VALUES,
    grouped,
    mean_difference,
    mean_value,
    percentiles,
    replicates,
    seed_of,
)

# Efron and Tibshirani, An Introduction to the Bootstrap (1993), table 2.1: survival of mice in days.
TREATED = [94, 197, 16, 38, 99, 141, 23]
CONTROL = [52, 104, 146, 10, 50, 31, 40, 27, 46]


def test_the_mice_of_efron_and_tibshirani() -> None:
    """Table 2.2: the bootstrap's standard error of the mean of the treated mice is 23.36 with endlessly many samples."""
    treated, control = (grouped([(value, 1) for value in mice], len(mice)) for mice in (TREATED, CONTROL))
    drawn = replicates(treated, seed_of("mice"), 50_000)
    assert float(drawn.std()) == pytest.approx(23.36, rel=0.02)
    assert mean_difference(treated, control, (1, 2)).difference == pytest.approx(30.63, abs=0.01)


def test_all_samples_of_three_give_the_same_percentiles() -> None:
    """27 equally likely samples of three values: the distribution is known without drawing."""
    values = [0.0, 10.0, 100.0]
    exact = np.array([mean(sample) for sample in product(values, repeat=3)])
    drawn = replicates(grouped([(value, 1) for value in values], 3), 1, 100_000)
    assert percentiles(drawn, 0.8) == pytest.approx(percentiles(exact, 0.8))
    assert float(drawn.std()) == pytest.approx(pstdev(exact.tolist()), rel=0.01)


def test_the_same_ids_give_the_same_interval() -> None:
    sample = grouped([(100.0, 30), (59.5, 12)], 1000)
    assert mean_value(sample, seed_of("j", "n", "a")) == mean_value(sample, seed_of("j", "n", "a"))
    assert mean_value(sample, seed_of("j", "n", "a")) != mean_value(sample, seed_of("j", "n", "b"))


def test_equal_values_are_one_group_and_the_rest_has_none() -> None:
    sample = grouped([(10.0, 2), (10.0, 3)], 100)
    assert dict(zip(sample.values.tolist(), sample.people.tolist())) == {0.0: 95, 10.0: 5}
    assert sample.mean == 0.5


def test_joined_values_keep_mean_and_deviation() -> None:
    amounts = np.random.Generator(np.random.PCG64(3)).lognormal(5, 1.2, 40_000).round(2)
    sample = grouped([(float(amount), 1) for amount in amounts], 400_000)
    assert len(sample.values) <= MOST_VALUES
    assert sample.size == 400_000
    assert sample.mean == pytest.approx(amounts.sum() / 400_000)
    everybody = np.concatenate([amounts, np.zeros(360_000)])
    expected = everybody.std() / np.sqrt(400_000)
    assert float(replicates(sample, 5).std()) == pytest.approx(expected, rel=0.06)
    found = mean_value(sample, 5).interval
    assert found == pytest.approx((sample.mean - 1.96 * expected, sample.mean + 1.96 * expected), rel=0.005)


def test_a_million_people_take_seconds_and_not_minutes() -> None:
    amounts = np.random.Generator(np.random.PCG64(4)).lognormal(5, 1.2, 100_000).round(2)
    pairs = [(float(amount), 1) for amount in amounts]
    began = process_time()
    found = mean_value(grouped(pairs, 1_000_000), 6)
    # Half a second where nobody disturbs; drawn one by one they would take minutes.
    assert process_time() - began < 10
    assert found.interval.low < found.mean < found.interval.high


def test_nobody_is_worth_nothing() -> None:
    assert mean_value(grouped([], 0), 1) == (0.0, (0.0, 0.0))
    assert mean_value(grouped([], 10), 1) == (0.0, (0.0, 0.0))
