"""Hours of the day on a local clock, exact over changes of daylight-saving time."""

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from workspaces.localtime import instant_of

DAY = timedelta(days=1)
SHANGHAI = ZoneInfo("Asia/Shanghai")
MINUTES_A_DAY = 24 * 60
_CLOCK = re.compile(r"([01]\d|2[0-3]):([0-5]\d)|24:00", re.ASCII)


def parse_clock(text: str) -> int:
    """Read "HH:MM" as minutes after midnight; "24:00" is allowed. Raises ValueError for anything else."""
    match = _CLOCK.fullmatch(text) if isinstance(text, str) else None
    if match is None:
        raise ValueError(f"{text!r} is not a time of day such as 21:00")
    return MINUTES_A_DAY if match[1] is None else int(match[1]) * 60 + int(match[2])


def clock(minutes: int) -> str:
    """Write minutes after midnight as "HH:MM"."""
    return f"{minutes // 60:02}:{minutes % 60:02}"


@dataclass(frozen=True, slots=True)
class DailyHours:
    """The half-open interval `[start, end)` of each day, in minutes after local midnight.

    With `start` later than `end` it spans midnight and belongs to the day it starts on; with both equal it is empty.
    """

    start: int
    end: int

    @classmethod
    def parse(cls, start: str, end: str) -> "DailyHours":
        return cls(parse_clock(start), parse_clock(end))


def instant(day: date, minutes: int, zone: ZoneInfo) -> datetime:
    """Return the instant (UTC) at which the local clock shows `minutes` after midnight of `day`."""
    return instant_of(datetime.combine(day, time()) + timedelta(minutes=minutes), zone)


@lru_cache(maxsize=4096)
def end_of_hours(hours: DailyHours, zone: ZoneInfo, now: datetime) -> datetime | None:
    """Return when `hours` that contain `now` end (UTC), or None if `now` is outside them.

    Cached, because all who are judged in one tick share `now` and mostly the zone.
    """
    today = now.astimezone(zone).date()
    for day in (today - DAY, today):
        start = instant(day, hours.start, zone)
        end = instant(day + DAY if hours.start > hours.end else day, hours.end, zone)
        if start <= now < end:
            return end
    return None
