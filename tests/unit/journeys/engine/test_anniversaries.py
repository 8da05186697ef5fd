"""Date triggers: which dates count on a day, and when their time comes in every zone."""

import calendar
from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from journeys.engine.anniversaries import date_of, days_that_count, moment_at, next_moment

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1990-03-02", date(1990, 3, 2)),
        ("2026-03-02T16:30:00Z", date(2026, 3, 3)),
        ("2026-03-02 23:30:00+08:00", date(2026, 3, 2)),
        (1772467200, date(2026, 3, 3)),
        ("1772467200000", date(2026, 3, 3)),
        (-1, date(1970, 1, 1)),
        ("1990-02-30", None),
        ("1990-3-2", None),
        ("soon", None),
        (True, None),
        (None, None),
        (1e40, None),
        ([], None),
    ],
)
def test_what_reads_as_a_date(value: Any, expected: date | None) -> None:
    assert date_of(value, SHANGHAI) == expected


@pytest.mark.parametrize(
    ("today", "offset", "yearly", "value", "counts"),
    [
        ("2026-03-02", "P0D", False, "2026-03-02", True),
        ("2026-03-02", "P0D", False, "2025-03-02", False),
        ("2026-03-02", "P3D", False, "2026-02-27", True),
        ("2026-03-02", "-P1W", False, "2026-03-09", True),
        ("2026-02-28", "P1M", False, "2026-01-31", True),
        ("2026-02-28", "P1M", False, "2026-01-28", True),
        ("2026-03-31", "P1M", False, "2026-02-28", False),
        ("2026-03-31", "-P1M", False, "2026-04-30", False),
        ("2026-03-30", "-P1M", False, "2026-04-30", True),
        ("2026-03-02", "P0D", True, "1990-03-02", True),
        ("2026-03-02", "P0D", True, "2026-03-02", True),
        ("2026-03-02", "P0D", True, "2027-03-02", False),
        ("2026-02-28", "P0D", True, "2000-02-29", True),
        ("2028-02-28", "P0D", True, "2000-02-29", False),
        ("2028-02-29", "P0D", True, "2000-02-29", True),
        ("2026-03-01", "P0D", True, "2000-02-29", False),
        ("2026-02-21", "-P7D", True, "2000-02-29", True),
        ("2025-12-29", "-P7D", True, "1990-01-05", True),
        ("2026-01-02", "P3D", True, "1990-12-30", True),
    ],
)
def test_which_dates_count(today: str, offset: str, yearly: bool, value: str, counts: bool) -> None:
    days = days_that_count(date.fromisoformat(today), offset, yearly)
    assert days.count(date.fromisoformat(value)) is counts
    if counts:
        assert value[5:] in days.month_days()


@given(st.dates(date(1900, 1, 1), date(2020, 1, 1)), st.integers(2021, 2100), st.integers(-40, 40))
def test_a_birthday_comes_once_a_year_with_any_offset(born: date, year: int, shift: int) -> None:
    offset = f"-P{-shift}D" if shift < 0 else f"P{shift}D"
    leap = (born.month, born.day) == (2, 29) and not calendar.isleap(year)
    birthday = date(year, 2, 28) if leap else born.replace(year=year)
    around = [birthday + timedelta(days=shift + day) for day in range(-180, 180)]
    assert [day for day in around if days_that_count(day, offset, True).count(born)] == [
        birthday + timedelta(days=shift)
    ]


def test_the_time_comes_zone_by_zone_each_with_its_own_day() -> None:
    zones = {"Asia/Shanghai", "Asia/Tokyo", "Pacific/Kiritimati", "Pacific/Honolulu"}
    first = next_moment(datetime(2026, 3, 2, 0, 30, tzinfo=UTC), "09:00", zones)
    assert (first.at, first.days) == (datetime(2026, 3, 2, 1, 0, tzinfo=UTC), {"Asia/Shanghai": date(2026, 3, 2)})
    # Kiritimati is a whole day ahead of Honolulu.
    both = next_moment(first.at, "09:00", zones)
    assert both.days == {"Pacific/Kiritimati": date(2026, 3, 3), "Pacific/Honolulu": date(2026, 3, 2)}
    assert moment_at(both.at, "09:00", zones) == both
    assert moment_at(both.at + timedelta(minutes=1), "09:00", zones).days == {}


@pytest.mark.parametrize(("time", "hour", "minute"), [("02:30", 1, 0), ("03:00", 1, 0), ("24:00", 22, 0)])
def test_a_time_in_the_gap_comes_at_its_end(time: str, hour: int, minute: int) -> None:
    found = next_moment(datetime(2026, 3, 28, 23, 0, tzinfo=UTC), time, {"Europe/Berlin"})
    assert found.at == datetime(2026, 3, 29, hour, minute, tzinfo=UTC)
    assert found.days == {"Europe/Berlin": date(2026, 3, 29)}
