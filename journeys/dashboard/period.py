"""The borders of the day and of the week on a workspace's clock."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from workspaces.localtime import instant_of, midnight

DAYS_OF_WEEK = 7


@dataclass(frozen=True, slots=True)
class Period:
    """Instants in UTC. A week begins on Monday; `week_before` is when last week began, and `now_before` the same clock
    time as now on the same day of it: the two stretches can be compared."""

    now: datetime
    today: date
    midnight: datetime
    monday: date
    week: datetime
    week_before: datetime
    now_before: datetime

    @property
    def days(self) -> list[date]:
        return [self.monday + timedelta(days=day) for day in range(DAYS_OF_WEEK)]


def period_of(now: datetime, zone: ZoneInfo) -> Period:
    """Return the day and the week in which `now` falls in this zone."""
    local = now.astimezone(zone).replace(tzinfo=None)
    today = local.date()
    monday = today - timedelta(days=today.weekday())
    week = timedelta(days=DAYS_OF_WEEK)
    return Period(
        now=now.astimezone(UTC),
        today=today,
        midnight=midnight(today, zone),
        monday=monday,
        week=midnight(monday, zone),
        week_before=midnight(monday - week, zone),
        now_before=instant_of(local - week, zone),
    )
