"""Looks that were stated before."""

from datetime import date, timedelta

import pytest

from journeys.engine.proportions import Group, pooled_z
from journeys.review.experiments.looks import looks

FIRST = date(2026, 3, 2)


def days(each: int, count: int) -> dict[tuple[str, date], int]:
    return {(name, FIRST + timedelta(days=number)): each for name in "ab" for number in range(count)}


def test_a_look_is_taken_when_so_many_have_come() -> None:
    people, converted = days(50, 10), {key: 5 + (key[0] == "b") for key in days(50, 10)}
    taken = looks(people, converted, ("b", "a"), 1000, 0.05)
    assert [(look.people, look.fraction) for look in taken] == [(300, 0.3), (500, 0.5), (800, 0.8), (1000, 1.0)]
    assert taken[-1].z == pytest.approx(pooled_z(Group(500, 60), Group(500, 50)))
    assert [look.crossed for look in taken] == [False] * 4
    # Bounds fall from look to look, and the last is stricter than that of a single look.
    bounds = [look.bound for look in taken]
    assert bounds == sorted(bounds, reverse=True)
    assert bounds[-1] > 1.96


def test_a_large_difference_is_found_early() -> None:
    converted = {key: 25 if key[0] == "b" else 2 for key in days(50, 10)}
    assert looks(days(50, 10), converted, ("b", "a"), 1000, 0.05)[0].crossed


def test_a_crowd_of_one_day_is_one_look_and_nobody_beyond_the_plan_makes_another() -> None:
    people = days(2000, 3)
    taken = looks(people, {}, ("b", "a"), 1000, 0.05)
    assert [(look.day, look.people, look.fraction) for look in taken] == [(FIRST, 4000, 1.0)]
    assert looks(days(1, 3), {}, ("b", "a"), 1000, 0.05) == []
