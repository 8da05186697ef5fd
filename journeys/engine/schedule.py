"""When: durations, windows and zones turned into instants."""

import calendar
from collections.abc import Collection
from datetime import UTC, datetime, time, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from journeys.engine.decision import Zones
from profiles.rules.durations import Duration
from workspaces.localtime import UnknownZone, instant_of, zone_of


class AppliedZone(NamedTuple):
    """The zone that applies, its name, and the names that were tried before it and do not exist."""

    zone: ZoneInfo
    name: str
    unknown: tuple[str, ...]

    def as_data(self) -> dict[str, object]:
        return {"zone": self.name, **({"unknown_zones": list(self.unknown)} if self.unknown else {})}


def applied_zone(wish: str | None, zones: Zones) -> AppliedZone:
    """Choose the zone: a named one, else ("profile") the person's own, the journey's, the workspace's, UTC."""
    unknown: list[str] = []
    for name in (wish, zones.profile, zones.journey, zones.workspace):
        if name and name != "profile":
            try:
                return AppliedZone(zone_of(name), name, tuple(unknown))
            except UnknownZone:
                unknown.append(name)
    return AppliedZone(zone_of("UTC"), "UTC", tuple(unknown))


def add(instant: datetime, duration: Duration, zone: ZoneInfo) -> datetime:
    """Add a duration: months and days on the calendar of `zone` (they keep the clock time), the rest exactly."""
    if duration.months or duration.days:
        local = instant.astimezone(zone).replace(tzinfo=None)
        months = local.year * 12 + local.month - 1 + duration.months
        year, month = divmod(months, 12)
        day = min(local.day, calendar.monthrange(year, month + 1)[1])
        instant = instant_of(local.replace(year=year, month=month + 1, day=day) + timedelta(days=duration.days), zone)
    return (instant + duration.exact).astimezone(UTC)


class Window(NamedTuple):
    """[start, end) of the local day in minutes from midnight, on some weekdays (1 = Monday ... 7 = Sunday).

    A window with start > end spans midnight and belongs to the day on which it starts; start == end is empty.
    """

    days: Collection[int]
    start: int
    end: int

    @property
    def is_empty(self) -> bool:
        """Whether it never opens. From 24:00 to 00:00 is no time either; from 00:00 to 24:00 is the whole day."""
        return not self.days or self.start == self.end or (self.start, self.end) == (24 * 60, 0)

    def next_open(self, instant: datetime, zone: ZoneInfo) -> datetime | None:
        """Return the first instant at or after `instant` that is inside the window, or None if it never opens."""
        if self.is_empty:
            return None
        today = instant.astimezone(zone).date()
        best = None
        # From yesterday (its window may span midnight) to a week on (a window may open once a week).
        for offset in range(-1, 9):
            day = today + timedelta(days=offset)
            if day.isoweekday() not in self.days:
                continue
            midnight = datetime.combine(day, time())
            end_minutes = self.end if self.end > self.start else self.end + 24 * 60
            opens = instant_of(midnight + timedelta(minutes=self.start), zone)
            closes = instant_of(midnight + timedelta(minutes=end_minutes), zone)
            if instant < closes and opens < closes:
                found = max(instant, opens)
                best = found if best is None else min(best, found)
        return best


def minutes(local_time: str) -> int:
    """Read "HH:MM" ("24:00" allowed) as minutes from midnight."""
    hours, _, rest = local_time.partition(":")
    return int(hours) * 60 + int(rest)
