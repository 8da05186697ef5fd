"""The calls' outbox in SQL: claim, settle, put off. One drain of a workspace runs at a time; ticks only insert."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from channels_app.jsonb import decoded

# From host to host by the index, however many calls wait at each.
HOSTS = """
with recursive hosts as (
    (select host from channels_app_webhookcall where workspace_id = %(workspace)s and state = 'queued'
     order by host limit 1)
    union all
    select (select c.host from channels_app_webhookcall c
            where c.workspace_id = %(workspace)s and c.state = 'queued' and c.host > h.host
            order by c.host limit 1)
    from hosts h where h.host is not null
)
"""
# A slow host keeps its own calls waiting and nobody else's. A claimed call is put off beyond its time-out.
CLAIM = f"""
{HOSTS}, due as (
    select c.id from hosts h
    left join unnest(%(busy)s::text[], %(counts)s::int[]) as b(host, calls) on b.host = h.host
    cross join lateral (
        select c.id, c.not_before from channels_app_webhookcall c
        where c.workspace_id = %(workspace)s and c.state = 'queued' and c.host = h.host and c.not_before <= %(now)s
        order by c.not_before, c.id limit greatest(%(of_host)s - coalesce(b.calls, 0), 0)
    ) c
    where h.host is not null
    order by c.not_before, c.id limit %(limit)s
)
update channels_app_webhookcall c
set attempts = c.attempts + 1,
    not_before = %(now)s + ((c.request ->> 'timeout')::float8 + %(grace)s) * interval '1 second'
from due where c.id = due.id
returning c.id, c.workspace_id, c.enrollment_id, c.node, c.method, c.host, c.request, c.attempts
"""
NEXT_AT = f"""
{HOSTS}
select min((
    select min(c.not_before) from channels_app_webhookcall c
    where c.workspace_id = %(workspace)s and c.state = 'queued' and c.host = h.host
)) from hosts h where h.host is not null
"""
SETTLE = """
update channels_app_webhookcall c
set state = g.state, reason = g.reason, status = g.status,
    not_before = coalesce(g.not_before, c.not_before),
    attempts = c.attempts - g.uncounted::int,
    finished_at = case when g.state <> 'queued' then %(now)s end,
    request = case when g.state <> 'queued' then '{}'::jsonb else c.request end
from unnest(%(ids)s::uuid[], %(states)s::text[], %(reasons)s::text[], %(statuses)s::int[],
            %(not_befores)s::timestamptz[], %(uncounted)s::bool[])
    as g(id, state, reason, status, not_before, uncounted)
where c.id = g.id and c.state = 'queued'
returning c.id
"""
REST = """
update channels_app_webhookcall set not_before = %(until)s
where workspace_id = %(workspace)s and host = %(host)s and state = 'queued' and not_before < %(until)s
  and id <> all(%(under_way)s::uuid[])
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A call whose turn has come. `attempts` counts this try."""

    id: UUID
    workspace_id: UUID
    enrollment_id: UUID
    node: str
    method: str
    host: str
    request: Mapping[str, Any]
    attempts: int


@dataclass(frozen=True, slots=True)
class Settled:
    """What became of a try: the call's state (`queued` with `not_before`: another try), and why."""

    id: UUID
    state: str
    reason: str = ""
    status: int | None = None
    not_before: datetime | None = None
    uncounted: bool = False


def claim(
    workspace: UUID, now: datetime, limit: int, of_host: int, busy: Mapping[str, int], grace: float
) -> list[Claimed]:
    """Take at most `limit` calls that are due, and of no host more than `of_host` with those that are `busy`."""
    values: dict[str, Any] = {
        "workspace": workspace,
        "now": now,
        "limit": limit,
        "of_host": of_host,
        "busy": list(busy.keys()),
        "counts": list(busy.values()),
        "grace": grace,
    }
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, values)
        rows = cursor.fetchall()
        return [Claimed(*row[:6], *map(decoded, row[6:7]), *row[7:]) for row in rows]


def settle(settled: Sequence[Settled], now: datetime) -> set[UUID]:
    """Write what became of calls; return those of which it was not known before."""
    if not settled:
        return set()
    values: dict[str, Any] = {
        "ids": [one.id for one in settled],
        "states": [one.state for one in settled],
        "reasons": [one.reason for one in settled],
        "statuses": [one.status for one in settled],
        "not_befores": [one.not_before for one in settled],
        "uncounted": [one.uncounted for one in settled],
        "now": now,
    }
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, values)
        return {row[0] for row in cursor.fetchall()}


def rest(workspace: UUID, host: str, until: datetime, under_way: Sequence[UUID]) -> None:
    """Put off every call to a host that has asked for patience, but those that are under way."""
    with connection.cursor() as cursor:
        cursor.execute(REST, {"workspace": workspace, "host": host, "until": until, "under_way": list(under_way)})


def next_at(workspace: UUID) -> datetime | None:
    """Return when the next call is due; None: there is none."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_AT, {"workspace": workspace})
        found: datetime | None = cursor.fetchone()[0]
        return found
