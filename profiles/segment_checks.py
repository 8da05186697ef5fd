"""Who is to be judged again, by which segments: noted in the transaction that changed them.

A change that no segment watches leaves nothing. What it leaves is small: who, and the names of what has changed.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from uuid import UUID

import orjson
from django.db import connection, transaction

from profiles.hooks import Changes, StoredEvent
from profiles.models import SegmentKind, SegmentState
from profiles.rules import dependencies
from profiles.segment_index import dependents
from workspaces.models import Workspace

# Called after the commit with a workspace that has people to check.
checks_wanted: list[Callable[[UUID], None]] = []

# Who listens (`segment_listener`) hears of it with the commit.
CHANNEL = "zhitu_segments"
ENQUEUE = f"""
with noted as (
    insert into profiles_segmentcheck (workspace_id, profile_id, at, changed)
    select %(workspace)s, one.profile_id, %(at)s, one.changed
    from json_to_recordset(%(rows)s::json) as one(profile_id uuid, changed jsonb)
    where one.changed <> 'null' or exists (
        select 1 from profiles_segmentstate s where s.workspace_id = %(workspace)s)
    order by one.profile_id
    returning 1
), counted as (select count(*) as rows from noted)
select c.rows, case when c.rows > 0 then pg_notify('{CHANNEL}', %(workspace)s::text)::text end from counted c
"""
CLAIM = """
select id, profile_id, at, changed from profiles_segmentcheck where workspace_id = %s order by id limit %s
for update skip locked
"""


@dataclass(frozen=True, slots=True)
class Check:
    """Somebody to be judged as of `at` or later. `changed`: names of changes; None: anything may have."""

    id: int
    profile_id: UUID
    at: datetime | None
    changed: frozenset[str] | None


def events_stored(workspace: Workspace, events: Sequence[StoredEvent]) -> None:
    """Listener of profiles.hooks."""
    if events:
        changed: dict[UUID, set[str]] = defaultdict(set)
        for event in events:
            changed[event.profile_id].add(dependencies.event(event.name))
        note(workspace.id, changed, max(event.received_at for event in events))


def profiles_changed(workspace: Workspace, changes: Changes) -> None:
    """Listener of profiles.hooks."""
    note(workspace.id, changes)


def note(workspace: UUID, changes: Changes, at: datetime | None = None) -> None:
    """Have people judged by the segments that watch what has changed. Must run in the transaction that changed them."""
    watched = dependents(workspace, {name for names in changes.values() for name in names or ()})
    concerned = {
        person: None if names is None else sorted(watched.keys() & set(names))
        for person, names in changes.items()
        if names is None or not watched.keys().isdisjoint(names)
    }
    if concerned:
        rows = [{"profile_id": person, "changed": names} for person, names in concerned.items()]
        with connection.cursor() as cursor:
            cursor.execute(ENQUEUE, {"workspace": workspace, "at": at, "rows": orjson.dumps(rows).decode()})
            if cursor.fetchone()[0]:
                wake_after_commit(workspace)


def claim(workspace: Workspace, limit: int) -> list[Check]:
    """Take the next checks, the oldest first; whoever else claims meanwhile gets others."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, [workspace.id, limit])
        return [
            Check(id_, person, at, None if changed is None else frozenset(orjson.loads(changed)))
            for id_, person, at, changed in cursor.fetchall()
        ]


def concerned(workspace: Workspace, checks: Iterable[Check]) -> dict[UUID, set[UUID]]:
    """Whom each segment is asked about. Must be called with the people locked, as a new segment is found only then."""
    anything = {check.profile_id for check in checks if check.changed is None}
    changes = {(name, check.profile_id) for check in checks for name in check.changed or ()}
    watching = dependents(workspace.id, {name for name, _ in changes})
    asked: dict[UUID, set[UUID]] = defaultdict(set)
    for name, person in changes:
        for segment in watching.get(name, ()):
            asked[segment].add(person)
    if anything:
        for segment in _all(workspace):
            asked[segment] |= anything
    return asked


def wake_after_commit(workspace: UUID) -> None:
    """There is something to judge in this workspace."""
    for wanted in checks_wanted:
        transaction.on_commit(partial(wanted, workspace))


def _all(workspace: Workspace) -> Collection[UUID]:
    states = SegmentState.objects.filter(workspace_id=workspace.id, segment__kind=SegmentKind.RULE)
    return states.values_list("segment_id", flat=True)
