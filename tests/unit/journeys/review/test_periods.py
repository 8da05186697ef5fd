"""Since when something was set as it is."""

from datetime import date

from journeys.review.experiments.periods import Period, period_of, split


def day(number: int) -> date:
    return date(2026, 3, number)


def test_without_a_change_there_is_one_period() -> None:
    assert split([(day(2), 5.0), (day(4), 5.0)]) == [Period(None, None, 5.0)]
    assert split([]) == []


def test_the_day_of_a_change_stands_by_itself() -> None:
    assert split([(day(2), 5), (day(6), 10)]) == [
        Period(None, day(5), 5),
        Period(day(6), day(6), 10, mixed=True),
        Period(day(7), None, 10),
    ]


def test_changes_of_one_day_and_of_days_in_a_row_leave_no_gap() -> None:
    found = split([(day(2), 5), (day(6), 10), (day(6), 20), (day(7), 30)])
    assert found == [
        Period(None, day(5), 5),
        Period(day(6), day(6), 20, mixed=True),
        Period(day(7), day(7), 30, mixed=True),
        Period(day(8), None, 30),
    ]
    for number in range(1, 15):
        assert [period.holds(day(number)) for period in found].count(True) == 1


def test_a_day_is_in_its_period() -> None:
    found = split([(day(2), 5), (day(6), 10)])
    assert [period_of(found, day(number)) for number in (1, 6, 9)] == found
    assert period_of([], day(1)) is None
