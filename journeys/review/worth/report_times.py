"""When a report is sent. Pure: no clock, no I/O."""

from calendar import monthrange
from datetime import date, datetime, time, timedelta
from typing import Final

from workspaces.localtime import instant_of, zone_of

DAY: Final = "day"
WEEK: Final = "week"
MONTH: Final = "month"


def next_time(every: str, on_day: int, at: time, zone: str, after: datetime) -> datetime:
    """Return the first instant (aware UTC) later than `after` at which a report is due.

    `on_day` is 1 = Monday to 7 of a week, or the day of a month, whose last day stands for one that it does not have;
    of every day it says nothing. `at` is a clock time of `zone`.
    """
    local = zone_of(zone)
    day = after.astimezone(local).date()
    # A month that has just begun may be due at its end only; two months have every case.
    for _ in range(63):
        if _is_due(every, on_day, day):
            due = instant_of(datetime.combine(day, at), local)
            if due > after:
                return due
        day += timedelta(days=1)
    raise ValueError(f"{every} on {on_day} never comes.")


def _is_due(every: str, on_day: int, day: date) -> bool:
    match every:
        case "day":
            return True
        case "week":
            return day.isoweekday() == on_day
        case "month":
            return day.day == min(on_day, monthrange(day.year, day.month)[1])
        case _:
            return False
