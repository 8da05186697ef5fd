"""The event log's SQL: append, and keep what could not be appended."""

from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection

from profiles.incoming import CheckedEvent
from workspaces.models import Workspace
from workspaces.models.base import new_id

# One JSON document goes to the server: psycopg quotes arrays element by element in Python, which cost a third of the
# time of a batch. The keys, which decide what is new, go in by their order: two batches that repeat each other's events
# then wait for one another, never mutually. Days stay on the calendar of Python: the end of 9999 is later in the east.
_APPEND = """
with new as materialized (
    select * from json_to_recordset(%(events)s::json)
      as new(id uuid, key uuid, month date, event_id text, profile_id uuid, name text, occurred_at timestamptz,
        properties jsonb)
), taken as (
    insert into profiles_eventkey (workspace_id, key, month) select %(workspace)s, key, month from new order by key
    on conflict (workspace_id, key) do nothing returning key
), stored as (
    insert into profiles_event (id, workspace_id, event_id, profile_id, name, occurred_at, received_at, properties)
    select id, %(workspace)s, event_id, profile_id, name, occurred_at, %(received_at)s, properties
    from new where key in (select key from taken)
    returning id, name, occurred_at, properties
), tallied as (
    insert into profiles_eventtally (workspace_id, name, day, count, received_at, sample)
    select %(workspace)s, name, greatest(least((occurred_at at time zone %(zone)s)::date, '9999-12-31'), '0001-01-01'),
        count(*), %(received_at)s,
        (array_agg(properties))[1]
    from stored group by 2, 3
)
select id from stored
"""

_KEEP_REJECTED = """
insert into profiles_rejectedevent (id, workspace_id, code, detail, attr, payload, reader, received_at, state, tries)
select new.id, %(workspace)s, new.code, new.detail, new.attr, coalesce(new.payload, 'null'), new.reader, %(received_at)s, 'open', 0
from json_to_recordset(%(rejected)s::json)
  as new(id uuid, code text, detail text, attr text, payload jsonb, reader jsonb)
"""

MAX_KEPT_BYTES = 256 * 1024
SHOWN_OF_LARGER = 2_000  # characters


class Refusal(NamedTuple):
    """What is kept of an item that was refused; `reader` says how the payload is read when it is sent again."""

    code: str
    detail: str
    attr: str | None
    payload: object
    reader: Mapping[str, Any]


def key_of(event_id: str) -> UUID:
    """The event's key in profiles_eventkey: 128 bits of SHA-256, which nobody meets twice by chance."""
    return UUID(bytes=sha256(event_id.encode()).digest()[:16])


def append(
    workspace: Workspace, events: Sequence[CheckedEvent], owners: Mapping[UUID, UUID], received_at: datetime
) -> set[UUID]:
    """Store the events that are not known yet and return their ids. `owners` maps an event's id to its person's."""
    rows = [
        {
            "id": event.id,
            "key": key_of(event.event_id),
            "month": month_of(event.occurred_at),
            "event_id": event.event_id,
            "profile_id": owners[event.id],
            "name": event.name,
            "occurred_at": event.occurred_at,
            "properties": orjson.Fragment(event.properties_json),
        }
        for event in events
    ]
    values: dict[str, Any] = {
        "workspace": workspace.id,
        "zone": workspace.timezone,
        "received_at": received_at,
        "events": orjson.dumps(rows).decode(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)
        return {id_ for (id_,) in cursor.fetchall()}


def month_of(instant: datetime) -> date:
    """The first day of the month (UTC) in which it lies."""
    return instant.astimezone(UTC).date().replace(day=1)


def keep_rejected(workspace_id: UUID, rejected: Sequence[Refusal], received_at: datetime) -> None:
    """Keep items that were refused. Of one that is larger than MAX_KEPT_BYTES the beginning is kept, for reading only."""
    rows = [{"id": new_id(), **_kept(one)} for one in rejected]
    values: dict[str, Any] = {
        "workspace": workspace_id,
        "received_at": received_at,
        "rejected": orjson.dumps(rows).decode(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_KEEP_REJECTED, values)


def _kept(refusal: Refusal) -> dict[str, Any]:
    payload = orjson.dumps(refusal.payload)
    reader = refusal.reader
    if len(payload) > MAX_KEPT_BYTES:
        beginning = payload[: 4 * SHOWN_OF_LARGER].decode(errors="ignore")[:SHOWN_OF_LARGER]
        payload, reader = orjson.dumps({"bytes": len(payload), "beginning": beginning}), {}
    return {
        "code": refusal.code,
        "detail": refusal.detail,
        "attr": (refusal.attr or "")[:255],
        "payload": orjson.Fragment(payload),
        "reader": reader,
    }
