"""How current computed attributes are."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import connection

from profiles.models import Computed

# People to whom something happened, or for whom it is time, and whose value may be an old one.
BACKLOG: Final = """
select c.id, count(distinct waiting.profile_id) from profiles_computed c join lateral (
    select m.profile_id from profiles_computedmark m where m.workspace_id = c.workspace_id and (m.name = '' or exists (
        select 1 from unnest(c.events) as watched(name) where watched.name = m.name
            or (right(watched.name, 1) = '*' and starts_with(m.name, left(watched.name, -1)))
    ))
    union all
    select d.profile_id from profiles_computeddue d
    where d.workspace_id = c.workspace_id and d.computed_id = c.id and d.due_at <= %s
) waiting on true
where c.id = any(%s) group by c.id
"""


def backlogs(rows: Sequence[Computed], now: datetime) -> dict[UUID, int]:
    """How many people each definition has still to compute after an event or a window; who is in a pass is not among them."""
    with connection.cursor() as cursor:
        cursor.execute(BACKLOG, [now, [row.pk for row in rows]])
        return dict(cursor.fetchall())


def state_of(row: Computed) -> str:
    """`ending`, `failed` (tried again later), `computing`, `refused`, `waiting` (for its first pass) or `current`."""
    if row.is_ending:
        return "ending"
    if row.error:
        return "failed"
    if row.pass_at is not None or row.wanted_at is not None:
        return "computing"
    if row.refusal:
        return "refused"
    return "current" if row.computed_at is not None else "waiting"
