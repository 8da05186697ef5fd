"""Date triggers: on which days a date counts, and when the clock shows their time. Pure."""

import calendar
from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from journeys.engine.instants import instant_from
from journeys.engine.schedule import minutes
from profiles.rules.durations import Duration, parse
from workspaces.localtime import instant_of, zone_of


def date_of(value: Any, zone: ZoneInfo) -> date | None:
    """Read an attribute as a day: a date, or the local day of an RFC 3339 instant or of Unix (milli)seconds."""
    at = instant_from(value, zone)
    try:
        return None if at is None else at.astimezone(zone).date()
    except OverflowError:
        return None


class Days(NamedTuple):
    """Which dates count on one day. `yearly`: month and day are enough, from the date itself on."""

    dates: frozenset[date]
    yearly: bool

    def count(self, value: date) -> bool:
        if not self.yearly:
            return value in self.dates
        return any(value <= day and _anniversary(value, day.year) == day for day in self.dates)

    def month_days(self) -> frozenset[str]:
        """The texts "MM-DD" of the dates that can count."""
        found = {f"{day:%m-%d}" for day in self.dates}
        if self.yearly and any((day.month, day.day) == (2, 28) and not calendar.isleap(day.year) for day in self.dates):
            found.add("02-29")
        return frozenset(found)


def days_that_count(today: date, offset: str, yearly: bool) -> Days:
    """The dates whose `offset` leads to `today`. `offset` is in days, weeks, months or years, perhaps negative."""
    sign, duration = (-1, parse(offset[1:])) if offset.startswith("-") else (1, parse(offset))
    about = _shifted(today, duration, -sign)
    # Months differ in length: several dates may lead to one day, and some days have none.
    near = (about + timedelta(days=days) for days in range(-4, 5))
    return Days(frozenset(day for day in near if _shifted(day, duration, sign) == today), yearly)


def _shifted(day: date, duration: Duration, sign: int) -> date:
    months = day.year * 12 + day.month - 1 + sign * duration.months
    year, month = divmod(months, 12)
    length = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, length)) + timedelta(days=sign * duration.days)


def _anniversary(value: date, year: int) -> date:
    """The day on which a date returns; 29 February returns on the 28th in common years."""
    if (value.month, value.day) == (2, 29) and not calendar.isleap(year):
        return date(year, 2, 28)
    return value.replace(year=year)


class Moment(NamedTuple):
    """An instant at which the time of a date trigger comes, and in which zones, each with its local day."""

    at: datetime
    days: dict[str, date]


def next_moment(after: datetime, local_time: str, zones: Collection[str]) -> Moment:
    """The first instant after `after` (aware) at which the clock of some zone shows `local_time`."""
    found: dict[datetime, dict[str, date]] = {}
    for name in zones:
        day, at = next((day, at) for day, at in _times(name, local_time, after) if at > after)
        found.setdefault(at, {})[name] = day
    at = min(found)
    return Moment(at, found[at])


def moment_at(at: datetime, local_time: str, zones: Collection[str]) -> Moment:
    """In which zones the time comes at exactly `at`."""
    days = {name: day for name in zones for day, then in _times(name, local_time, at) if then == at}
    return Moment(at, days)


def _times(name: str, local_time: str, near: datetime) -> Iterator[tuple[date, datetime]]:
    """The instants of the time, day by day, from two days before `near` to two days after it."""
    zone = zone_of(name)
    today = near.astimezone(zone).date()
    for shift in range(-2, 3):
        day = today + timedelta(days=shift)
        yield day, instant_on(day, local_time, name)


@lru_cache(maxsize=16_384)
def instant_on(day: date, local_time: str, name: str) -> datetime:
    """When the clock of a zone shows the time on that day."""
    local = datetime.combine(day, time()) + timedelta(minutes=minutes(local_time))
    return instant_of(local, zone_of(name)).astimezone(UTC)
