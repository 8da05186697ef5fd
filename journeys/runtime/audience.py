"""The audience of a launch, read in batches by the order of ids, so that it can go on where it was."""

from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.models import Launch
from journeys.runtime.people_dates import due_people
from journeys.store.postgres import query
from profiles.rule_sql import Sql, condition
from profiles.rules.ast import InSegment
from profiles.segment_definitions import Definitions
from profiles.segments import PEOPLE
from workspaces.models import Workspace

FIRST = UUID(int=0)
# Who came in since is let in by having entered.
MEMBERS = """
select m.profile_id as id from profiles_segmentmember m
where m.segment_id = %(segment)s and m.workspace_id = %(workspace)s and m.profile_id > %(after)s and m.since <= %(at)s
order by m.profile_id limit %(limit)s
"""


class Batch(NamedTuple):
    """The next people of the audience, and the last who was looked at (None: nobody is left)."""

    people: list[UUID]
    cursor: UUID | None


def next_batch(workspace: Workspace, plan: Plan, trigger: TriggerConfig, launch: Launch, limit: int) -> Batch:
    """The next of those whom this launch concerns, at most `limit`, after its cursor."""
    after = launch.cursor or FIRST
    if trigger.kind == "date":
        due = due_people(workspace, plan, trigger, launch.due_at, after, limit)
        return Batch(due.people, due.cursor)
    assert launch.started_at is not None
    if trigger.kind == "segment":
        values: dict[str, Any] = {"segment": trigger.segment, "workspace": workspace.id, "at": launch.due_at}
        rows = query(MEMBERS, {**values, "after": after, "limit": limit})
    else:
        asked = people_statement(workspace, trigger.segment, launch.started_at, after, limit)
        rows = query(asked.text, asked.params)
    people = [row["id"] for row in rows]
    return Batch(people, people[-1] if len(people) == limit else None)


def people_statement(workspace: Workspace, segment: str | None, at: datetime, after: UUID, limit: int) -> Sql:
    """The next people of a segment, or (None) of the workspace."""
    rule = Sql("true")
    if segment is not None:
        rule = condition(InSegment(op="segment", id=segment), at, Definitions(workspace.id))
    return Sql(
        f"select p.id from {PEOPLE} where p.workspace_id = %s and p.id > %s and {rule.text} order by p.id limit %s",
        (workspace.id, after, *rule.params, limit),
    )
