"""Entry limits that hold exactly: whoever lets people in counts in a row that is locked until the commit."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from journeys.engine.decision import Zones
from journeys.engine.graph import Limit
from journeys.engine.plan import Plan
from journeys.engine.schedule import applied_zone
from journeys.store.postgres import execute, query
from workspaces.localtime import midnight
from workspaces.models import Workspace
from workspaces.models.base import new_id

MAKE = """
insert into journeys_entrytally (id, workspace_id, journey_id, total, today)
values (%(id)s, %(workspace)s, %(journey)s, 0, 0) on conflict (journey_id) do nothing
"""
LOCK = "select version_id::text as version, total, day, today from journeys_entrytally where journey_id = %(journey)s for update"
COUNT = """
select count(*) as total, count(*) filter (where enrolled_at >= %(start)s and enrolled_at < %(end)s) as today
from journeys_enrollment where journey_id = %(journey)s
"""
WRITE = """
update journeys_entrytally set version_id = %(version)s, total = %(total)s, day = %(day)s, today = %(today)s
where journey_id = %(journey)s
"""


class _Day(NamedTuple):
    date: date
    start: datetime
    end: datetime


class Turnstile:
    """Counts people in. Made when the first is welcome, inside the transaction that lets them in."""

    def __init__(self, workspace: Workspace, plan: Plan, now: datetime) -> None:
        self._plan = plan
        self._limit = plan.settings.entry.limit
        self._day = _day(now, applied_zone(None, Zones(None, plan.settings.timezone, workspace.timezone)).zone)
        values = {"id": new_id(), "workspace": workspace.id, "journey": plan.journey}
        execute(MAKE, values)
        row = query(LOCK, values)[0]
        # Runs that a version without limits, or of another zone, has let in count as well.
        anew = row["version"] != plan.version
        self._total, self._today, self._kept = row["total"], row["today"], row["day"]
        # A later day has begun with none: everybody of this version passes here.
        if anew or (self._kept is not None and self._day.date < self._kept):
            counted = query(COUNT, {"journey": plan.journey, "start": self._day.start, "end": self._day.end})[0]
            self._total, self._today = counted["total"], counted["today"]
        elif self._day.date != self._kept:
            self._today = 0
        if anew:
            self._kept = None
        self._let_in = 0

    def refuse(self) -> str:
        """Let one more in, and return the empty text; or the code of the limit that is reached."""
        if self._limit.total and self._total >= self._limit.total:
            return "limit_total"
        if self._limit.per_day and self._today >= self._limit.per_day:
            return "limit_per_day"
        self._total += 1
        self._today += 1
        self._let_in += 1
        return ""

    def close(self) -> None:
        """Write the tally. One who comes late with an earlier day leaves the count of the present day as it is."""
        if not self._let_in:
            return
        values = {"journey": self._plan.journey, "version": self._plan.version, "total": self._total}
        if self._kept is not None and self._day.date < self._kept:
            execute(
                "update journeys_entrytally set total = %(total)s where journey_id = %(journey)s",
                {"journey": self._plan.journey, "total": self._total},
            )
            return
        execute(WRITE, {**values, "day": self._day.date, "today": self._today})


def is_limited(limit: Limit) -> bool:
    return bool(limit.total or limit.per_day)


def _day(now: datetime, zone: ZoneInfo) -> _Day:
    today = now.astimezone(zone).date()
    start, end = (midnight(day, zone) for day in (today, today + timedelta(days=1)))
    return _Day(today, start.astimezone(UTC), end.astimezone(UTC))
