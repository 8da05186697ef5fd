"""Five-field cron: minute, hour, day of month, month, day of week (0 and 7 are Sunday), on the clock of a zone. Pure.

Values, ranges, lists, steps, `*`, and the English names of months and days. As in every cron, a day that is limited
both by month and by week is met by either. A local time that does not exist (a clock put forward) runs at the first
instant after the gap; one that occurs twice runs once, at the first.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, NamedTuple
from zoneinfo import ZoneInfo

from workspaces.localtime import instant_of

_MONTHS: Final = {
    name: number
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
_DAYS: Final = {name: number for number, name in enumerate(("sun", "mon", "tue", "wed", "thu", "fri", "sat"))}
# 29 February is the rarest day, and 1900 and 2100 have none: eight years lie between two of them at most.
_FARTHEST: Final = timedelta(days=8 * 366 + 2)


class InvalidCron(ValueError):
    """The text is not a cron expression of five fields."""

    code = "invalid_cron"


class Cron(NamedTuple):
    """The minutes, hours, days of month, months and days of week (0 is Sunday) on which it fires."""

    minutes: tuple[int, ...]
    hours: tuple[int, ...]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    either_day: bool

    def next_after(self, instant: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the first UTC instant after `instant` (aware) at which it fires, or None if it never does."""
        local = instant.astimezone(zone).replace(tzinfo=None)
        day, last = local.date(), local.date() + _FARTHEST
        while day <= last:
            if day.month not in self.months:
                day = _first_of_next_month(day)
                continue
            if self._is_day(day):
                found = self._in_day(day, instant, local, zone)
                if found is not None:
                    return found
            day += timedelta(days=1)
        return None

    def _is_day(self, day: date) -> bool:
        by_month, by_week = day.day in self.days, day.isoweekday() % 7 in self.weekdays
        return (by_month or by_week) if self.either_day else (by_month and by_week)

    def _in_day(self, day: date, instant: datetime, local: datetime, zone: ZoneInfo) -> datetime | None:
        for hour in self.hours:
            for minute in self.minutes:
                candidate = datetime.combine(day, time(hour, minute))
                if candidate > local:
                    # In an hour that occurs twice, a later clock time may be an earlier instant.
                    fires = instant_of(candidate, zone).astimezone(UTC)
                    if fires > instant:
                        return fires
        return None


def parse_cron(text: str) -> Cron:
    """Read a cron expression. Raises InvalidCron."""
    fields = text.split()
    if len(fields) != 5:
        raise InvalidCron(f"{text[:100]!r} has {len(fields)} fields; minute, hour, day, month and weekday are five.")
    minutes, hours, days, months, weekdays = (
        _field(fields[0], 0, 59),
        _field(fields[1], 0, 23),
        _field(fields[2], 1, 31),
        _field(fields[3], 1, 12, _MONTHS),
        frozenset(day % 7 for day in _field(fields[4], 0, 7, _DAYS)),
    )
    # As Vixie's cron has it: a field that begins with a star limits nothing.
    either = not fields[2].startswith("*") and not fields[4].startswith("*")
    return Cron(tuple(sorted(minutes)), tuple(sorted(hours)), days, months, weekdays, either)


_NO_NAMES: Final[Mapping[str, int]] = {}


def _field(text: str, low: int, high: int, names: Mapping[str, int] = _NO_NAMES) -> frozenset[int]:
    values: set[int] = set()
    for part in text.split(","):
        span, slash, step_text = part.partition("/")
        step = _number(step_text, 1, high + 1, _NO_NAMES) if slash else 1
        if span == "*":
            first, last = low, high
        else:
            first_text, dash, last_text = span.partition("-")
            first = _number(first_text, low, high, names)
            last = _number(last_text, low, high, names) if dash else (high if slash else first)
        if last < first:
            raise InvalidCron(f"{part[:20]!r}: a range goes from the smaller to the larger.")
        values.update(range(first, last + 1, step))
    return frozenset(values)


def _number(text: str, low: int, high: int, names: Mapping[str, int]) -> int:
    if text.lower() in names:
        return names[text.lower()]
    if not (text.isascii() and text.isdigit() and len(text) <= 2 and low <= int(text) <= high):
        raise InvalidCron(f"{text[:20]!r} is no number from {low} to {high}.")
    return int(text)


def _first_of_next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)
