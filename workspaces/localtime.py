"""Local clock times as instants, with the two traps of daylight saving decided once for the whole product.

Pure: no clock, no I/O. `docs` of the rule: a local time that does not exist means the first instant after the
gap; an ambiguous one means its first occurrence.
"""

from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError


class UnknownZone(ValueError):
    """The text is not the name of an IANA time zone."""

    code = "unknown_time_zone"


@lru_cache(maxsize=1024)
def zone_of(name: str) -> ZoneInfo:
    """Return the IANA zone called `name`. Raises UnknownZone."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise UnknownZone(f"{name!r} is not the name of a time zone.") from error


def day_of(instant: datetime, zone: str) -> date:
    """Return the date that calendars in the zone called `zone` show at `instant` (aware). Raises UnknownZone."""
    return instant.astimezone(zone_of(zone)).date()


def instant_of(local: datetime, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which the clocks of `zone` show `local` (a naive datetime)."""
    later = local.replace(tzinfo=zone, fold=0).astimezone(UTC)
    if later.astimezone(zone).replace(tzinfo=None) == local:
        return later
    # In a gap the reading with fold=1 lies before the change of offset and the one with fold=0 after it.
    return _change_between(local.replace(tzinfo=zone, fold=1).astimezone(UTC), later, zone)


def midnight(day: date, zone: ZoneInfo) -> datetime:
    """Return the UTC instant at which `day` begins in `zone`: midnight, or the first moment after a gap there."""
    return instant_of(datetime.combine(day, time.min), zone)


def _change_between(before: datetime, after: datetime, zone: ZoneInfo) -> datetime:
    # Clocks change at whole seconds; halving between anything finer would not come to an end.
    before, after = before.replace(microsecond=0), after.replace(microsecond=0) + timedelta(seconds=1)
    offset = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset:
            before = middle
        else:
            after = middle
    return after
