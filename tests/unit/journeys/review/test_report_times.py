"""When a report is due, by the clocks of a zone."""

from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.review.worth.report_times import next_time

SHANGHAI = "Asia/Shanghai"


def at(*parts: int, zone: str = SHANGHAI) -> datetime:
    return datetime(*parts, tzinfo=ZoneInfo(zone)).astimezone(UTC)  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("every", "on_day", "after", "due"),
    [
        ("day", 1, at(2026, 3, 2, 8, 59), at(2026, 3, 2, 9)),
        ("day", 1, at(2026, 3, 2, 9), at(2026, 3, 3, 9)),
        ("week", 1, at(2026, 3, 2, 9), at(2026, 3, 9, 9)),
        ("week", 7, at(2026, 3, 2, 9), at(2026, 3, 8, 9)),
        ("month", 31, at(2026, 2, 1, 0), at(2026, 2, 28, 9)),
        ("month", 31, at(2026, 2, 28, 9), at(2026, 3, 31, 9)),
        ("month", 1, at(2026, 12, 1, 9), at(2027, 1, 1, 9)),
    ],
)
def test_the_next_time(every: str, on_day: int, after: datetime, due: datetime) -> None:
    assert next_time(every, on_day, time(9), SHANGHAI, after) == due


def test_a_clock_time_that_a_day_does_not_have_is_the_first_after_the_gap() -> None:
    # Clocks in Berlin go from two to three.
    after = at(2026, 3, 28, 12, zone="Europe/Berlin")
    due = next_time("day", 1, time(2, 30), "Europe/Berlin", after)
    assert due == at(2026, 3, 29, 3, zone="Europe/Berlin")


@given(
    every=st.sampled_from(["day", "week", "month"]),
    on_day=st.integers(1, 7),
    clock=st.times(),
    after=st.datetimes(datetime(2000, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),
)
def test_it_is_later_and_never_far(every: str, on_day: int, clock: time, after: datetime) -> None:
    due = next_time(every, on_day, clock, SHANGHAI, after)
    assert after < due <= after + {"day": timedelta(1), "week": timedelta(7), "month": timedelta(31)}[every]
    local = due.astimezone(ZoneInfo(SHANGHAI))
    assert every != "week" or local.isoweekday() == on_day
    assert every != "month" or local.day == on_day
