"""Whether a journey is open, and who is kept out to be compared with. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from journeys.engine.bucketing import position
from journeys.engine.enrollment import Enrollment, Event, evolve
from journeys.engine.graph import Settings
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.engine.step import Step, begin


def closed(settings: Settings, now: datetime) -> str | None:
    """Return why nobody may enter at `now` (`not_started`, `ended`), or None while the journey is open."""
    starts_at, ends_at = settings.entry.starts_at, settings.entry.ends_at
    if starts_at and now < starts_at:
        return "not_started"
    return "ended" if ends_at and now >= ends_at else None


def cause(trigger: TriggerConfig) -> dict[str, Any]:
    """What the first event says of a way in that the trigger alone describes: a segment, a schedule, a date, the API."""
    match trigger.kind:
        case "segment":
            return {"trigger": "segment", "segment": trigger.segment, "on": trigger.on}
        case "schedule" if trigger.segment:
            return {"trigger": "schedule", "segment": trigger.segment}
        case "date":
            return {"trigger": "date", "attribute": trigger.attribute}
        case kind:
            return {"trigger": kind}


def enter(enrollment: Enrollment, plan: Plan, now: datetime, source: Mapping[str, Any]) -> Step:
    """The first event of a stream: `enrolled`, or `held_out` for the stable share of people kept for comparison.

    Goals count for those held out too: the difference between the two groups is the journey's uplift.
    """
    holdout = plan.settings.holdout
    if holdout is not None and holdout.percent > 0:
        bucket = position(f"{plan.journey}/holdout", enrollment.profile)
        if bucket < holdout.percent:
            data = {**source, "bucket": bucket, "percent": holdout.percent}
            event = Event("held_out", plan.trigger, now, data)
            return Step(evolve(enrollment, event), (event,))
    return begin(enrollment, plan, now, source)
