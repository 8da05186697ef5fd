"""What the checks of a trigger look up in the workspace: segments, the values of an attribute, launches that were."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal
from uuid import UUID

from journeys.choices import JourneyState
from journeys.engine.issues import Issue, References
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.validation.reading import Draft, read
from journeys.models import Journey, Launch
from journeys.runtime.people_dates import is_date
from journeys.store.postgres import query
from profiles.models import Segment
from profiles.rules.ast import InSegment
from profiles.segments import Use, members
from workspaces.models import Workspace

# Enough to tell an attribute that holds dates from one that does not.
SAMPLE = 200
VALUES = """
select p.attributes #> %(path)s as value from profiles_profile p
where p.workspace_id = %(workspace)s and coalesce(p.attributes #> %(path)s, 'null') not in ('null', '""') limit %(limit)s
"""
NAMED = """
select distinct j.name from journeys_journey j join journeys_journeyversion v on v.journey_id = j.id
where j.workspace_id = %(workspace)s and j.state = any(%(states)s) and strpos(lower(v.graph::text), %(segment)s) > 0
order by j.name
"""


def with_ways_in(
    references: References, workspace: Workspace, graph: Any, now: datetime, journey: Journey | None
) -> References:
    """Add what a graph's way in is checked against."""
    segments = {str(id_) for id_ in Segment.objects.filter(workspace=workspace).values_list("id", flat=True)}
    references = references._replace(segments=segments, now=now)
    trigger = _trigger(graph)
    if trigger is None:
        return references
    empty = [trigger.segment] if trigger.segment and _is_empty(workspace, trigger.segment, segments, now) else []
    return references._replace(
        empty_segments=empty, date_attributes=_date_attributes(workspace, trigger), launched=_launched(journey)
    )


def journeys_naming(workspace: UUID, segment: UUID) -> list[Use]:
    """The journeys that need a segment: those that are published and not archived. `profiles.segments.InUse`."""
    states = [JourneyState.LIVE, JourneyState.PAUSED, JourneyState.STOPPED]
    values = {"workspace": workspace, "states": [str(state) for state in states], "segment": str(segment)}
    return [Use(f"旅程“{row['name']}”", f"journey {row['name']}") for row in query(NAMED, values)]


def _trigger(graph: Any) -> TriggerConfig | None:
    unread: list[Issue] = []
    draft: Draft | None = read(graph, unread)
    configs = [node.config for node in draft.nodes] if draft else []
    return next((config for config in configs if isinstance(config, TriggerConfig)), None)


def _is_empty(workspace: Workspace, segment: str, segments: set[str], now: datetime) -> bool:
    if segment.lower() not in segments:
        return False
    return not members(workspace, InSegment(op="segment", id=segment), now).exists()


def _date_attributes(workspace: Workspace, trigger: TriggerConfig) -> Mapping[str, Literal["date", "other", "missing"]]:
    if trigger.kind != "date" or not trigger.attribute:
        return {}
    path = trigger.attribute.split(".")
    rows = query(VALUES, {"workspace": workspace.id, "path": path, "limit": SAMPLE})
    if not rows:
        return {trigger.attribute: "missing"}
    return {trigger.attribute: "date" if any(is_date(row["value"]) for row in rows) else "other"}


def _launched(journey: Journey | None) -> list[datetime]:
    """When the journey has been launched: an edit may be published although that time has passed."""
    if journey is None:
        return []
    began = Launch.objects.filter(journey=journey, started_at__isnull=False).order_by("-due_at")
    return list(began.values_list("due_at", flat=True)[:1000])
