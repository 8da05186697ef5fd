"""The two-proportion test, and several of them together."""

import pytest

from journeys.engine.proportions import Group
from journeys.review.statistics.comparison import compare, holm


def test_the_physicians_health_study() -> None:
    """Agresti, Categorical Data Analysis, 2nd ed., section 3.1.1: 189 of 11034 and 104 of 11037; difference 0.0077, and
    Pearson's χ², which is z², 25.0; relative risk 1.82.
    """
    found = compare(Group(11034, 189), Group(11037, 104))
    assert found.difference == pytest.approx(0.0077, abs=5e-5)
    assert found.z**2 == pytest.approx(25.01, abs=0.01)
    assert found.p == pytest.approx(5.7e-7, rel=0.01)
    assert found.uplift == pytest.approx(0.82, abs=0.005)


def test_without_a_conversion_of_the_control_there_is_no_uplift() -> None:
    found = compare(Group(100, 10), Group(100, 0))
    assert (found.uplift, found.uplift_interval) == (None, None)
    assert compare(Group(0, 0), Group(100, 5)).p == 1


def test_holms_adjustment_is_that_of_r() -> None:
    """`p.adjust(c(0.01, 0.04, 0.03, 0.005), "holm")` of R 4."""
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([]) == []
