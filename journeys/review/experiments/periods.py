"""Since when something was set as it is: the days of a journey by what its versions said."""

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta
from typing import Generic, NamedTuple, TypeVar

from journeys.engine.plan import Plan
from journeys.models import Journey, JourneyVersion
from journeys.runtime.plans import plan_of
from workspaces.localtime import zone_of

T = TypeVar("T")
DAY = timedelta(days=1)


class Period(NamedTuple, Generic[T]):
    """Days of enrolment, both included (None: without end), on which `value` held; `mixed`: it changed on this day."""

    since: date | None
    until: date | None
    value: T
    mixed: bool = False

    def holds(self, day: date) -> bool:
        return (self.since is None or day >= self.since) and (self.until is None or day <= self.until)


def periods(journey: Journey, value_of: Callable[[Plan], T]) -> list[Period[T]]:
    """Return the journey's life by a value of its versions, in order. A run has what the version that it began in said.

    The day of a change is a period of its own: who came on it may have either value. Days are the workspace's.
    """
    zone = zone_of(journey.workspace.timezone)
    versions = JourneyVersion.objects.filter(journey=journey).order_by("number").only("id", "published_at")
    return split([(one.published_at.astimezone(zone).date(), value_of(plan_of(str(one.pk)))) for one in versions])


def split(said: Sequence[tuple[date, T]]) -> list[Period[T]]:
    """Split the days by the values that were said on them, in order; the first held before, the last holds on."""
    if not said:
        return []
    (_, current), *later = said
    changes: dict[date, T] = {}
    last = current
    for day, value in later:
        if value != last:
            changes[day] = last = value
    found: list[Period[T]] = []
    since: date | None = None
    for day, value in changes.items():
        if since is None or since < day:
            found.append(Period(since, day - DAY, current))
        found.append(Period(day, day, value, True))
        since, current = day + DAY, value
    return [*found, Period(since, None, current)]


def period_of(found: Iterable[Period[T]], day: date) -> Period[T] | None:
    return next((period for period in found if period.holds(day)), None)
