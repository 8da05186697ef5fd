"""Whose date has come: the audience of a date trigger, read in batches."""

from collections.abc import Mapping
from datetime import date, datetime
from functools import lru_cache
from typing import Any, NamedTuple
from uuid import UUID
from zoneinfo import available_timezones

import orjson

from journeys.engine.anniversaries import Days, Moment, date_of, days_that_count, moment_at, next_moment
from journeys.engine.decision import Zones
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.engine.schedule import applied_zone
from journeys.store.postgres import query
from workspaces.localtime import zone_of
from workspaces.models import Workspace

# A text that is a date is compared where it lies; what else may be one is read here, exactly.
CANDIDATES = """
select p.id, p.attributes #> %(path)s as value, p.attributes ->> 'timezone' as zone
from profiles_profile p
where p.workspace_id = %(workspace)s and p.id > %(after)s and case
    when jsonb_typeof(p.attributes #> %(path)s) not in ('string', 'number') then false
    when (p.attributes #>> %(path)s) ~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$'
        then substr(p.attributes #>> %(path)s, 6) = any(%(month_days)s)
    else coalesce(zhitu_instant(p.attributes #> %(path)s) is not null, false)
        or zhitu_number(p.attributes #> %(path)s) is not null
end
order by p.id limit %(limit)s
"""


class Batch(NamedTuple):
    """Those of a batch who are due, and the last who was looked at (None: nobody is left)."""

    people: list[UUID]
    cursor: UUID | None


@lru_cache(maxsize=1)
def all_zones() -> frozenset[str]:
    """Every zone that a person may name."""
    return frozenset(available_timezones())


def is_date(value: str | None) -> bool:
    """Whether an attribute, as JSON text, can be read as a day."""
    return value is not None and date_of(orjson.loads(value), zone_of("UTC")) is not None


def zones_of(workspace: Workspace, plan: Plan) -> tuple[frozenset[str], str]:
    """The zones whose clocks count, and the one of people who name none. In a journey with a zone, that alone."""
    fallback = applied_zone(None, Zones(None, plan.settings.timezone, workspace.timezone)).name
    return (all_zones() if plan.settings.timezone == "profile" else frozenset({fallback})), fallback


def next_due(workspace: Workspace, plan: Plan, trigger: TriggerConfig, after: datetime) -> datetime:
    zones, fallback = zones_of(workspace, plan)
    return next_moment(after, trigger.time, zones | {fallback}).at


def due_people(
    workspace: Workspace, plan: Plan, trigger: TriggerConfig, at: datetime, after: UUID, limit: int
) -> Batch:
    """Those whose date has come at `at`, among the next `limit` who may be due."""
    zones, fallback = zones_of(workspace, plan)
    moment = moment_at(at, trigger.time, zones | {fallback})
    counting = {day: days_that_count(day, trigger.offset, trigger.yearly) for day in set(moment.days.values())}
    rows = query(
        CANDIDATES,
        {
            "workspace": workspace.id,
            "path": (trigger.attribute or "").split("."),
            "after": after,
            "month_days": sorted({text for days in counting.values() for text in days.month_days()}),
            "limit": limit,
        },
    )
    found = [row["id"] for row in rows if _is_due(row, moment, counting, zones, fallback)]
    return Batch(found, rows[-1]["id"] if len(rows) == limit else None)


def _is_due(
    row: Mapping[str, Any], moment: Moment, counting: Mapping[date, Days], zones: frozenset[str], fallback: str
) -> bool:
    name = row["zone"] if row["zone"] in zones else fallback
    today = moment.days.get(name)
    if today is None:
        return False
    value = date_of(orjson.loads(row["value"]), zone_of(name))
    return value is not None and counting[today].count(value)
