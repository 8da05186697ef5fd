"""Whether groups are as large as they should be."""

import pytest

from journeys.review.statistics.sample_ratio import Stratum, check


def test_the_example_of_kohavi_tang_and_xu() -> None:
    """Trustworthy Online Controlled Experiments, chapter 3: 821,588 and 815,482 people at 1:1 have p = 1.8e-6."""
    found = check([Stratum({"a": 821_588, "b": 815_482}, {"a": 50, "b": 50})])
    assert found.verdict == "mismatch"
    assert found.p == pytest.approx(1.8e-6, rel=0.03)


def test_mendels_peas() -> None:
    """Mendel 1866, as every textbook of χ² has it: 315, 108, 101 and 32 at 9:3:3:1 give 0.470 with 3 degrees, p 0.925."""
    peas = {"round yellow": 315, "wrinkled yellow": 101, "round green": 108, "wrinkled green": 32}
    weights = {"round yellow": 9.0, "wrinkled yellow": 3.0, "round green": 3.0, "wrinkled green": 1.0}
    found = check([Stratum(peas, weights)])
    assert (found.verdict, found.degrees) == ("ok", 3)
    assert found.statistic == pytest.approx(0.470, abs=5e-4)
    assert found.p == pytest.approx(0.925, abs=5e-4)
    assert found.expected["wrinkled green"] == pytest.approx(34.75)


def test_periods_with_other_weights_are_judged_by_their_own() -> None:
    """Together they look like 1:1 gone wrong, each by itself is as it should be."""
    halves, tenths = (
        Stratum({"a": 500, "b": 500}, {"a": 50, "b": 50}),
        Stratum({"a": 900, "b": 100}, {"a": 90, "b": 10}),
    )
    found = check([halves, tenths])
    assert (found.verdict, found.statistic, found.degrees) == ("ok", 0.0, 2)
    assert found.expected == {"a": 1400.0, "b": 600.0}


def test_few_people_prove_nothing() -> None:
    assert check([Stratum({"a": 9, "b": 0}, {"a": 50, "b": 50})]).verdict == "too_few"
    assert check([]).verdict == "too_few"


def test_people_whom_no_weight_allows_are_a_mismatch() -> None:
    assert check([Stratum({"a": 100, "b": 100, "c": 1}, {"a": 50, "b": 50, "c": 0})]).verdict == "mismatch"
