"""Values read as instants for comparisons with the moment of judgement; the SQL functions zhitu_* mirror this.

A value is RFC 3339, a date (midnight of the person's zone), or Unix time in seconds or milliseconds. Pure.
"""

import re
from calendar import monthrange
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final, NamedTuple
from zoneinfo import ZoneInfo

from profiles.rules.compare import RELATIVE, compare, instant, number
from profiles.rules.durations import parse
from workspaces.localtime import UnknownZone, midnight, zone_of

_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# As seconds the first is the year 5138, as milliseconds 1973. What is further off than the second is no instant.
LEAST_MILLISECONDS: Final = 10**11
MOST_SECONDS: Final = 9 * 10**9


# Where nothing names a zone.
DEFAULT_ZONE: Final = zone_of("Asia/Shanghai")


class Clock(NamedTuple):
    """The moment of judgement (aware), and the zone whose midnight begins a day."""

    at: datetime
    zone: ZoneInfo


def zone_named(asked: Any, fallback: ZoneInfo) -> ZoneInfo:
    """The zone that a person names; anything that names none is no answer."""
    try:
        return zone_of(asked) if isinstance(asked, str) else fallback
    except UnknownZone:
        return fallback


def moment(value: Any, zone: ZoneInfo) -> datetime | None:
    read = number(value)
    if read is not None:
        seconds = read / 1000 if abs(read) >= LEAST_MILLISECONDS else read
        return _EPOCH + timedelta(microseconds=int(seconds * 10**6)) if abs(seconds) < MOST_SECONDS else None
    day = _date(value)
    return instant(value) if day is None else midnight(day, zone)


def anniversary(value: Any, clock: Clock) -> datetime | None:
    """The midnight at which the value's day returns next, today included: never before the day itself.

    29 February returns on the 28th in common years.
    """
    day = _date(value) or _local_date(moment(value, clock.zone), clock.zone)
    today = clock.at.astimezone(clock.zone).date()
    if day is None:
        return None
    returns = (_in_year(day, year) for year in (today.year, today.year + 1))
    return midnight(max(day, next(one for one in returns if one >= today)), clock.zone)


def compare_at(left: Any, cmp: str, right: Any, clock: Clock) -> bool:
    """`compare`, also for comparisons with the moment of judgement."""
    return _relative(left, cmp, right, clock) if cmp in RELATIVE else compare(left, cmp, right)


def _relative(value: Any, cmp: str, length: str, clock: Clock) -> bool:
    """`within_last`, `within_next` or `anniversary_within`: nearer than `length` to the moment of judgement."""
    span = parse(length).fixed
    if cmp == "anniversary_within":
        returns = anniversary(value, clock)
        return returns is not None and returns < clock.at + span
    read = moment(value, clock.zone)
    if read is None:
        return False
    return clock.at - span < read <= clock.at if cmp == "within_last" else clock.at <= read < clock.at + span


def _date(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) and _DATE.fullmatch(value) else None
    except ValueError:
        return None


def _local_date(read: datetime | None, zone: ZoneInfo) -> date | None:
    try:
        return None if read is None else read.astimezone(zone).date()
    except OverflowError:
        return None


def _in_year(day: date, year: int) -> date:
    return date(year, day.month, min(day.day, monthrange(year, day.month)[1]))
