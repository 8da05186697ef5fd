"""The journeys in a person's timeline: when they came in, and when and how they left."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from journeys.store.postgres import query
from profiles.timeline import Position, TimelineEntry
from workspaces.models import Workspace

# One entry for a run that ended where it began (somebody held out): two at one place of a timeline could not be told apart.
RUNS = """
with run as (
    select e.id, e.journey_id, e.state, e.enrolled_at, e.ended_at, j.name
    from journeys_enrollment e join journeys_journey j on j.id = e.journey_id
    where e.profile_id = %(profile)s and e.workspace_id = %(workspace)s
), entry as (
    select id, journey_id, name, state, enrolled_at as at, ended_at = enrolled_at as ended, true as entered from run
    union all
    select id, journey_id, name, state, ended_at, true, false from run where ended_at > enrolled_at
)
select * from entry
where %(at)s::timestamptz is null or (at, id) < (%(at)s::timestamptz, %(id)s::uuid)
order by at desc, id desc limit %(limit)s
"""


def runs_of(workspace: Workspace, profile: UUID, before: Position | None, limit: int) -> Iterable[TimelineEntry]:
    """`profiles.timeline.TimelineSource`."""
    values = {
        "profile": profile,
        "workspace": workspace.id,
        "at": before.at if before else None,
        "id": before.id if before else None,
        "limit": limit,
    }
    for row in query(RUNS, values):
        data: dict[str, Any] = {
            "journey": str(row["journey_id"]),
            "enrollment": str(row["id"]),
            "entered": row["entered"],
        }
        if row["ended"]:
            data["state"] = row["state"]
        yield TimelineEntry(row["id"], row["at"], "journey", row["name"], data)
