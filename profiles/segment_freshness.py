"""How current a segment is, and how large: read for many segments in a few statements."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from profiles.models import SegmentPhase
from workspaces.models import Workspace

STATES = """
select s.segment_id, s.phase, s.done, s.total, s.size, s.judged_at, s.filled_at, d.due_at,
    s.error, s.retry_at
from profiles_segmentstate s left join lateral (
    select due_at from profiles_segmentdue where segment_id = s.segment_id order by due_at limit 1
) d on true
where s.workspace_id = %(workspace)s and s.segment_id = any(%(segments)s)
"""
# Of a long backlog its beginning tells enough.
BACKLOG = """
with waiting as (select profile_id, changed from profiles_segmentcheck where workspace_id = %(workspace)s limit %(most)s),
names as (select w.profile_id, n.name from waiting w cross join lateral jsonb_array_elements_text(w.changed) as n(name)
    where jsonb_typeof(w.changed) = 'array'),
anything as (select count(distinct profile_id) as people from waiting where changed is null or changed = 'null')
select s.segment_id, a.people + (
    select count(distinct n.profile_id) from names n join profiles_segmentwatch w
    on w.workspace_id = %(workspace)s and w.segment_id = s.segment_id
    and (n.name = w.name or (w.is_prefix and starts_with(n.name, w.name)))
) from profiles_segmentstate s cross join anything a
where s.workspace_id = %(workspace)s and s.segment_id = any(%(segments)s)
"""
MOST_WAITING = 10_000


@dataclass(frozen=True, slots=True)
class Freshness:
    """`backlog`: people (of the first MOST_WAITING changes) who have changed and were not judged yet; `done` of `total`
    people have been judged since computing began; `known_since`: since when who enters and leaves is written down;
    `error`: why it has failed; `retry_at`: when it is tried again.
    """

    phase: str
    done: int
    total: int
    size: int
    judged_at: datetime | None
    known_since: datetime | None
    next_due: datetime | None
    error: str
    retry_at: datetime | None
    backlog: int


# What was made past the services (by the admin, say) has no members yet.
UNKNOWN = Freshness(SegmentPhase.COMPUTING, 0, 0, 0, None, None, None, "", None, 0)


def freshness_of(workspace: Workspace, segments: Collection[UUID]) -> dict[UUID, Freshness]:
    """The freshness of each of these segments."""
    values: dict[str, Any] = {"workspace": workspace.id, "segments": list(segments), "most": MOST_WAITING}
    with connection.cursor() as cursor:
        cursor.execute(BACKLOG, values)
        backlog = dict(cursor.fetchall())
        cursor.execute(STATES, values)
        found = {row[0]: Freshness(*(*row[1:], backlog.get(row[0], 0))) for row in cursor.fetchall()}
    return {id_: found.get(id_, UNKNOWN) for id_ in segments}
