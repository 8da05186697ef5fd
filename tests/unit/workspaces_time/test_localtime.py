from datetime import UTC, date, datetime, time, timedelta

import pytest

from workspaces.localtime import UnknownZone, day_of, instant_of, midnight, zone_of

NEW_YORK, SHANGHAI = zone_of("America/New_York"), zone_of("Asia/Shanghai")
LORD_HOWE, APIA = zone_of("Australia/Lord_Howe"), zone_of("Pacific/Apia")
# Clocks in New York went from 02:00 to 03:00 on 8 March 2026, at 07:00 UTC.
GAP_ENDS = datetime(2026, 3, 8, 7, 0, tzinfo=UTC)


def test_a_local_time_is_the_instant_at_which_the_clocks_show_it() -> None:
    assert instant_of(datetime(2026, 3, 2, 10, 0), SHANGHAI) == datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "local",
    [
        datetime(2026, 3, 8, 2, 0),
        datetime(2026, 3, 8, 2, 0, 0, 700_000),
        datetime(2026, 3, 8, 2, 30),
        datetime(2026, 3, 8, 2, 30, 0, 1),
        datetime(2026, 3, 8, 2, 59, 59, 999_999),
    ],
)
def test_a_time_that_does_not_exist_is_the_first_instant_after_the_gap(local: datetime) -> None:
    assert instant_of(local, NEW_YORK) == GAP_ENDS


@pytest.mark.parametrize(
    ("local", "instant"),
    [
        (datetime(2026, 3, 8, 1, 59, 59, 999_999), GAP_ENDS - timedelta(microseconds=1)),
        (datetime(2026, 3, 8, 3, 0), GAP_ENDS),
    ],
)
def test_beside_the_gap_times_are_what_they_are(local: datetime, instant: datetime) -> None:
    assert instant_of(local, NEW_YORK) == instant


def test_an_ambiguous_time_is_its_first_occurrence() -> None:
    assert instant_of(datetime(2026, 11, 1, 1, 30), NEW_YORK) == datetime(2026, 11, 1, 5, 30, tzinfo=UTC)


def test_a_gap_of_half_an_hour() -> None:
    assert instant_of(datetime(2026, 10, 4, 2, 15), LORD_HOWE) == datetime(2026, 10, 3, 15, 30, tzinfo=UTC)


def test_a_day_that_was_left_out() -> None:
    noon = datetime.combine(date(2011, 12, 30), time(12, 0, 0, 5))
    assert instant_of(noon, APIA) == datetime(2011, 12, 30, 10, 0, tzinfo=UTC)


def test_a_day_begins_where_calendars_turn_to_it() -> None:
    begins = midnight(date(2026, 3, 2), SHANGHAI)
    assert begins == datetime(2026, 3, 1, 16, 0, tzinfo=UTC)
    assert day_of(begins, "Asia/Shanghai") == date(2026, 3, 2)
    assert day_of(begins - timedelta(microseconds=1), "Asia/Shanghai") == date(2026, 3, 1)


@pytest.mark.parametrize(
    "name", ["Mars/Olympus", "", "../../etc/passwd", "/etc/localtime", "America", "a\0b", "x" * 5000, "上海"]
)
def test_what_is_no_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone_of(name)
