"""Cron: what the expressions mean, and the two traps of daylight saving."""

from datetime import UTC, datetime, timedelta
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from journeys.engine.cron import InvalidCron, parse_cron
from workspaces.localtime import instant_of, zone_of


def fires(cron: str, after: str, zone: str = "UTC", count: int = 1) -> list[str]:
    """The first instants after a local time, on the zone's clock with its offset."""
    where, at = zone_of(zone), instant_of(datetime.fromisoformat(after), zone_of(zone))
    found = []
    for _ in range(count):
        following = parse_cron(cron).next_after(at, where)
        if following is None:
            break
        at = following
        found.append(at.astimezone(where).isoformat(timespec="minutes"))
    return found


@pytest.mark.parametrize(
    ("cron", "after", "expected"),
    [
        ("* * * * *", "2026-03-02T10:00:30", "2026-03-02T10:01+00:00"),
        ("0 9 * * *", "2026-03-02T09:00:00", "2026-03-03T09:00+00:00"),
        ("0 9 * * *", "2026-03-02T08:59:59", "2026-03-02T09:00+00:00"),
        ("*/15 9-11 * * *", "2026-03-02T09:50:00", "2026-03-02T10:00+00:00"),
        ("5/20 * * * *", "2026-03-02T09:26:00", "2026-03-02T09:45+00:00"),
        ("0 9 1,15 * *", "2026-03-02T00:00:00", "2026-03-15T09:00+00:00"),
        ("30 7 * * wed", "2026-03-02T00:00:00", "2026-03-04T07:30+00:00"),
        ("0 0 * * 7", "2026-03-02T00:00:00", "2026-03-08T00:00+00:00"),
        ("0 0 * JAN-mar/2 SUN", "2026-03-09T00:00:00", "2026-03-15T00:00+00:00"),
        ("0 0 13 * 5", "2026-03-02T00:00:00", "2026-03-06T00:00+00:00"),
        ("0 0 */10 * 1", "2026-03-03T00:00:00", "2026-05-11T00:00+00:00"),
        ("0 0 31 * *", "2026-03-31T12:00:00", "2026-05-31T00:00+00:00"),
        ("0 0 29 2 *", "2096-02-29T12:00:00", "2104-02-29T00:00+00:00"),
        ("59 23 31 12 *", "2026-03-02T00:00:00", "2026-12-31T23:59+00:00"),
    ],
)
def test_the_next_time(cron: str, after: str, expected: str) -> None:
    assert fires(cron, after) == [expected]


@pytest.mark.parametrize("cron", ["0 0 30 2 *", "0 0 31 4,6,9,11 *"])
def test_a_day_that_does_not_exist_never_comes(cron: str) -> None:
    assert fires(cron, "2026-03-02T00:00:00") == []


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "* * * *",
            "* * * * * *",
            "60 * * * *",
            "* 24 * * *",
            "* * 0 * *",
            "* * * 13 *",
            "* * * * 8",
            "a * * * *",
        ),
        "*/0 * * * *",
        "5-1 * * * *",
        "1,, * * * *",
        "1- * * * *",
        "٣ * * * *",
        "-1 * * * *",
        "+1 * * * *",
        "@daily",
        "* * L * *",
    ],
)
def test_what_is_no_cron_is_refused(text: str) -> None:
    with pytest.raises(InvalidCron):
        parse_cron(text)


def test_a_week_in_shanghai_is_a_week_in_shanghai() -> None:
    assert fires("0 7 * * 3", "2026-03-02T00:00:00", "Asia/Shanghai") == ["2026-03-04T07:00+08:00"]


def test_a_time_in_the_gap_runs_once_at_its_end() -> None:
    # In Berlin there is no time from 02:00 to 03:00 on 29 March 2026.
    expected = ["2026-03-28T02:30+01:00", "2026-03-29T03:00+02:00", "2026-03-30T02:30+02:00"]
    assert fires("30 2 * * *", "2026-03-28T00:00:00", "Europe/Berlin", 3) == expected
    expected = ["2026-03-29T01:40+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:20+02:00"]
    assert fires("*/20 1-3 * * *", "2026-03-29T01:20:00", "Europe/Berlin", 3) == expected


def test_a_time_that_occurs_twice_runs_at_the_first() -> None:
    # In Berlin it is 02:00 to 03:00 twice on 25 October 2026.
    expected = ["2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"]
    assert fires("30 2 * * *", "2026-10-25T00:00:00", "Europe/Berlin", 2) == expected


def test_between_the_two_of_an_hour_that_occurs_twice_the_next_is_after_both() -> None:
    between = datetime(2026, 10, 25, 1, 10, tzinfo=UTC)
    found = parse_cron("*/30 * * * *").next_after(between, zone_of("Europe/Berlin"))
    assert found == datetime(2026, 10, 25, 2, 0, tzinfo=UTC)


NUMBERS = {0: (0, 59), 1: (0, 23), 2: (1, 31), 3: (1, 12), 4: (0, 7)}


def field(place: int) -> st.SearchStrategy[str]:
    low, high = NUMBERS[place]
    single = st.integers(low, high).map(str)
    span = st.tuples(st.integers(low, high), st.integers(low, high)).map(lambda ends: f"{min(ends)}-{max(ends)}")
    stepped = st.builds("{}/{}".format, st.just("*") | span | single, st.integers(1, high))
    return st.just("*") | st.lists(single | span | stepped, min_size=1, max_size=3).map(",".join)


CRONS = st.tuples(*(field(place) for place in NUMBERS)).map(" ".join)
INSTANTS = st.datetimes(datetime(2020, 1, 1), datetime(2035, 1, 1), timezones=st.just(UTC))
ZONES = st.sampled_from(
    ["UTC", "Asia/Shanghai", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Africa/Cairo"]
)


@settings(max_examples=150, deadline=None)
@given(CRONS, INSTANTS, ZONES)
def test_the_next_time_is_later_and_no_minute_before_it_fires(text: str, after: datetime, name: str) -> None:
    cron, zone = parse_cron(text), zone_of(name)
    found = cron.next_after(after, zone)
    if found is None:
        return
    assert found > after
    # Another way to ask: which minutes of the local clock fire, and when they are.
    start = after.astimezone(zone).replace(tzinfo=None, second=0, microsecond=0) - timedelta(hours=3)
    minutes = min(int((found - after).total_seconds() // 60) + 400, 3000)
    met = [
        instant_of(local, zone).astimezone(UTC)
        for local in (start + timedelta(minutes=minute) for minute in range(minutes))
        if _meets(text, local)
    ]
    later = [instant for instant in met if instant > after]
    if later and minutes < 3000:
        assert min(later) == found
    else:
        assert all(instant >= found for instant in later)


def _meets(text: str, local: datetime) -> bool:
    """The rule of cron in the most literal words."""
    values = (local.minute, local.hour, local.day, local.month, local.isoweekday() % 7)
    held = [_held(one, value, place) for place, (one, value) in enumerate(zip(text.split(), values, strict=True))]
    stars = [one.startswith("*") for one in text.split()]
    day = held[2] and held[4] if stars[2] or stars[4] else held[2] or held[4]
    return held[0] and held[1] and held[3] and day


@cache
def _held(one: str, value: int, place: int) -> bool:
    return any(_in(part, value, place) for part in one.split(","))


def _in(part: str, value: int, place: int) -> bool:
    low, high = NUMBERS[place]
    span, _, step = part.partition("/")
    first, _, last = span.partition("-")
    begin = low if span == "*" else int(first)
    end = high if span == "*" or (step and not last) else int(last or first)
    candidates = {value, 7} if place == 4 and value == 0 else {value}
    return any(begin <= one <= end and (one - begin) % int(step or 1) == 0 for one in candidates)
