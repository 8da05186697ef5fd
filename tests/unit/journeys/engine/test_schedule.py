from datetime import UTC, datetime, timedelta

import pytest

from journeys.engine.decision import Zones
from journeys.engine.schedule import Window, add, applied_zone, minutes
from profiles.rules.durations import parse
from workspaces.localtime import zone_of

NEW_YORK, SHANGHAI = zone_of("America/New_York"), zone_of("Asia/Shanghai")
EVERY_DAY = range(1, 8)


def utc(year: int, month: int, day: int, hour: int, minute: int) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "duration", "end"),
    [
        # The night of 8 March 2026 has 23 hours in New York, that of 1 November 25: a day keeps the clock time.
        (utc(2026, 3, 7, 17, 0), "P1D", utc(2026, 3, 8, 16, 0)),
        (utc(2026, 3, 7, 17, 0), "PT24H", utc(2026, 3, 8, 17, 0)),
        (utc(2026, 10, 31, 16, 0), "P1D", utc(2026, 11, 1, 17, 0)),
        (utc(2026, 3, 7, 7, 30), "P1D", utc(2026, 3, 8, 7, 0)),
        (utc(2026, 1, 31, 17, 0), "P1M", utc(2026, 2, 28, 17, 0)),
        (utc(2024, 2, 29, 17, 0), "P1Y", utc(2025, 2, 28, 17, 0)),
        (utc(2025, 12, 31, 17, 0), "P2M", utc(2026, 2, 28, 17, 0)),
        (utc(2026, 1, 30, 17, 0), "P1M1D", utc(2026, 3, 1, 17, 0)),
        (utc(2026, 3, 7, 17, 0), "P1DT2H", utc(2026, 3, 8, 18, 0)),
        (utc(2026, 11, 1, 6, 30), "PT0S", utc(2026, 11, 1, 6, 30)),
        (utc(2026, 3, 2, 2, 0), "P2W", utc(2026, 3, 16, 1, 0)),
    ],
)
def test_months_and_days_are_of_the_calendar_and_hours_exact(start: datetime, duration: str, end: datetime) -> None:
    assert add(start, parse(duration), NEW_YORK) == end


def test_a_day_that_ends_in_a_gap_with_a_fraction_of_a_second_ends_at_once() -> None:
    start = utc(2026, 3, 7, 7, 0) + timedelta(milliseconds=700)
    assert add(start, parse("P1D"), NEW_YORK) == utc(2026, 3, 8, 7, 0)


@pytest.mark.parametrize(
    ("window", "at", "opens"),
    [
        (Window(EVERY_DAY, minutes("09:00"), minutes("21:00")), utc(2026, 3, 2, 1, 0), utc(2026, 3, 2, 1, 0)),
        (Window(EVERY_DAY, minutes("09:00"), minutes("21:00")), utc(2026, 3, 2, 0, 59), utc(2026, 3, 2, 1, 0)),
        (Window(EVERY_DAY, minutes("09:00"), minutes("21:00")), utc(2026, 3, 2, 13, 0), utc(2026, 3, 3, 1, 0)),
        # Across midnight, the window is of the day on which it starts: Monday 22:00 to Tuesday 02:00.
        (Window([1], minutes("22:00"), minutes("02:00")), utc(2026, 3, 2, 17, 59), utc(2026, 3, 2, 17, 59)),
        (Window([1], minutes("22:00"), minutes("02:00")), utc(2026, 3, 2, 18, 0), utc(2026, 3, 9, 14, 0)),
        (Window([2], minutes("22:00"), minutes("02:00")), utc(2026, 3, 2, 17, 59), utc(2026, 3, 3, 14, 0)),
        (Window(EVERY_DAY, minutes("22:00"), minutes("24:00")), utc(2026, 3, 2, 15, 59), utc(2026, 3, 2, 15, 59)),
        (Window(EVERY_DAY, minutes("22:00"), minutes("24:00")), utc(2026, 3, 2, 16, 0), utc(2026, 3, 3, 14, 0)),
        (Window(EVERY_DAY, minutes("00:00"), minutes("24:00")), utc(2026, 3, 2, 16, 0), utc(2026, 3, 2, 16, 0)),
        # Wednesday in Shanghai begins on Tuesday in UTC.
        (Window([3], minutes("07:00"), minutes("08:00")), utc(2026, 3, 2, 2, 0), utc(2026, 3, 3, 23, 0)),
        (Window([1], minutes("00:00"), minutes("01:00")), utc(2026, 3, 2, 2, 0), utc(2026, 3, 8, 16, 0)),
    ],
)
def test_a_window_in_shanghai_opens(window: Window, at: datetime, opens: datetime) -> None:
    assert window.next_open(at, SHANGHAI) == opens


def test_a_window_whose_beginning_falls_into_a_gap_opens_after_it() -> None:
    window = Window(EVERY_DAY, minutes("02:30"), minutes("04:00"))
    assert window.next_open(utc(2026, 3, 8, 6, 0), NEW_YORK) == utc(2026, 3, 8, 7, 0)


def test_a_window_that_lies_in_a_gap_opens_the_next_day() -> None:
    window = Window(EVERY_DAY, minutes("02:10"), minutes("02:50"))
    assert window.next_open(utc(2026, 3, 8, 6, 0), NEW_YORK) == utc(2026, 3, 9, 6, 10)


def test_a_window_at_an_ambiguous_time_opens_at_its_first_occurrence() -> None:
    window = Window(EVERY_DAY, minutes("01:30"), minutes("01:45"))
    assert window.next_open(utc(2026, 11, 1, 5, 0), NEW_YORK) == utc(2026, 11, 1, 5, 30)


@pytest.mark.parametrize(
    "window",
    [Window([], 540, 1260), Window(EVERY_DAY, 540, 540), Window(EVERY_DAY, minutes("24:00"), minutes("00:00"))],
)
def test_an_empty_window_never_opens(window: Window) -> None:
    assert window.next_open(utc(2026, 3, 2, 2, 0), SHANGHAI) is None


@pytest.mark.parametrize(
    ("wish", "zones", "name", "unknown"),
    [
        ("Asia/Tokyo", Zones("Europe/Paris", "profile", "Asia/Shanghai"), "Asia/Tokyo", ()),
        ("profile", Zones("Europe/Paris", "Asia/Tokyo", "Asia/Shanghai"), "Europe/Paris", ()),
        (None, Zones(None, "Asia/Tokyo", "Asia/Shanghai"), "Asia/Tokyo", ()),
        (None, Zones("", "profile", "Asia/Shanghai"), "Asia/Shanghai", ()),
        ("Mars", Zones("Venus", "profile", "Asia/Shanghai"), "Asia/Shanghai", ("Mars", "Venus")),
        (None, Zones("Venus", "Mars", "Pluto"), "UTC", ("Venus", "Mars", "Pluto")),
    ],
)
def test_an_unknown_zone_falls_back_to_the_next_level(
    wish: str | None, zones: Zones, name: str, unknown: tuple[str, ...]
) -> None:
    applied = applied_zone(wish, zones)
    assert (applied.name, applied.unknown) == (name, unknown)
