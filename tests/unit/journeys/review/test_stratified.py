"""Periods with other shares, compared within themselves."""

import pytest

from journeys.engine.proportions import Group
from journeys.review.statistics.comparison import compare
from journeys.review.statistics.stratified import combine


def test_admissions_at_berkeley() -> None:
    """Bickel, Hammel, O'Connell, Science 187 (1975), 398-404: men were admitted more often (44 % against 30 %), but by
    department women were, a little. Figures of the six largest departments as in R's `UCBAdmissions`.
    """
    departments = [
        (Group(825, 512), Group(108, 89)),
        (Group(560, 353), Group(25, 17)),
        (Group(325, 120), Group(593, 202)),
        (Group(417, 138), Group(375, 131)),
        (Group(191, 53), Group(393, 94)),
        (Group(373, 22), Group(341, 24)),
    ]
    men, women = (
        Group(sum(p[i].people for p in departments), sum(p[i].converted for p in departments)) for i in (0, 1)
    )
    assert compare(men, women).difference == pytest.approx(0.142, abs=1e-3)
    found = combine(departments)
    assert found is not None
    assert found.difference == pytest.approx(-0.0204, abs=2e-3)
    assert found.p > 0.05


def test_one_period_is_the_plain_difference() -> None:
    first, second = Group(1000, 150), Group(500, 50)
    found = combine([(first, second), (Group(10, 1), Group(0, 0))])
    assert found is not None
    assert found.difference == pytest.approx(0.05)
    assert combine([(Group(10, 1), Group(0, 0))]) is None
