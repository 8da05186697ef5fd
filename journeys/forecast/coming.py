"""When somebody of the audience may come in: as the trigger says, else as is assumed, else at the start."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cached_property

import orjson

from journeys.engine.anniversaries import Days, date_of, days_that_count, instant_on
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.forecast.assumptions import Occurrence
from journeys.forecast.audience import Entrant
from journeys.forecast.request import ForecastRequest
from journeys.runtime.launches import next_due
from journeys.runtime.people_dates import zones_of
from workspaces.localtime import zone_of
from workspaces.models import Workspace

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
Instants = Sequence[datetime]


def lets_in_at_start(trigger: TriggerConfig) -> bool:
    """Whether everybody who is in the segment is let in by publishing."""
    return trigger.kind == "segment" and trigger.on == "enter" and trigger.backfill


class Coming:
    """Says of each person when they may come in. Several instants: each is a try, as long as none has succeeded.

    `event` is the assumed event that is the trigger's own.
    """

    def __init__(
        self,
        workspace: Workspace,
        plan: Plan,
        request: ForecastRequest,
        trigger: TriggerConfig,
        event: Occurrence | None,
    ) -> None:
        self._workspace = workspace
        self._plan = plan
        self._request = request
        self._trigger = trigger
        self._event = event

    def of(self, person: Entrant, share: float) -> Instants | str:
        """The instants (of an event perhaps beyond the forecast's end), or why there are none.

        `share` of the audience is looked at.
        """
        began = self._request.began
        if self._event is not None:
            delay = self._event.drawn(self._plan.journey, person.profile)
            return "no_trigger" if delay is None else (began + delay,)
        match self._trigger.kind:
            case "schedule":
                return self.firings or "not_due"
            case "date":
                return self._dates.of(person) or "not_due"
        arrivals = self._request.assumptions.arrivals
        if arrivals is None or lets_in_at_start(self._trigger):
            return (began,)
        # People of the same hour come together: few enough instants to be asked in groups.
        hours = (person.place - 1) * 24 / (arrivals.per_day * share)
        at = began + int(hours) * HOUR
        return (at,) if at <= self._request.end else "not_due"

    @cached_property
    def firings(self) -> Instants:
        """The launches of a schedule. One whose only time has passed is launched at the start."""
        found: list[datetime] = []
        began = self._request.began
        if self._trigger.at is not None and self._trigger.at <= began:
            return (began,)
        at = next_due(self._workspace, self._plan, began)
        while at is not None and at <= self._request.end:
            found.append(at)
            at = next_due(self._workspace, self._plan, at) if self._trigger.cron else None
        return tuple(found)

    @cached_property
    def _dates(self) -> "_Dates":
        return _Dates(self._workspace, self._plan, self._trigger, self._request.began, self._request.end)


class _Dates:
    """When the dates of a date trigger come. People share dates: each is worked out once for a zone."""

    def __init__(
        self, workspace: Workspace, plan: Plan, trigger: TriggerConfig, began: datetime, end: datetime
    ) -> None:
        self._zones, self._fallback = zones_of(workspace, plan)
        self._time = trigger.time
        self._began, self._end = began, end
        entry = plan.settings.entry
        self._closes = entry.ends_at or datetime.max.replace(tzinfo=UTC)
        self._opens = entry.starts_at or began
        self._counting: dict[date, Days] = {}
        self._by_month_day: Mapping[str, list[date]] = defaultdict(list)
        # A day more on either side, for the zones of the world.
        for number in range(-1, (end - began).days + 2):
            day = (began + number * DAY).date()
            self._counting[day] = days_that_count(day, trigger.offset, trigger.yearly)
            for text in self._counting[day].month_days():
                self._by_month_day[text].append(day)
        self._known: dict[tuple[str, date], Instants] = {}

    def of(self, person: Entrant) -> Instants:
        if person.value is None:
            return ()
        zone = person.zone if person.zone in self._zones else self._fallback
        assert zone is not None
        value = date_of(orjson.loads(person.value), zone_of(zone))
        if value is None:
            return ()
        key = (zone, value)
        if key not in self._known:
            self._known[key] = tuple(self._instants(zone, value))
        return self._known[key]

    def _instants(self, zone: str, value: date) -> list[datetime]:
        days = [day for day in self._by_month_day.get(f"{value:%m-%d}", ()) if self._counting[day].count(value)]
        found = [instant_on(day, self._time, zone) for day in days]
        return [at for at in found if self._began < at <= self._end and self._opens <= at < self._closes]
