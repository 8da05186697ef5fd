"""The event log's SQL: append, and keep what could not be appended."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from profiles.incoming import CheckedEvent
from workspaces.models.base import new_id

# One JSON document goes to the server: psycopg quotes arrays element by element in Python, which cost a third of the
# time of a batch. Rows go in by the order of event_id: two batches that repeat each other's events then wait for one
# another, never mutually.
_APPEND = """
insert into profiles_event (id, workspace_id, event_id, profile_id, name, occurred_at, received_at, properties)
select new.id, %(workspace)s, new.event_id, new.profile_id, new.name, new.occurred_at, %(received_at)s, new.properties
from json_to_recordset(%(events)s::json)
  as new(id uuid, event_id text, profile_id uuid, name text, occurred_at timestamptz, properties jsonb)
order by new.event_id
on conflict (workspace_id, event_id) do nothing
returning id
"""

_KEEP_REJECTED = """
insert into profiles_rejectedevent (id, workspace_id, code, detail, payload, received_at)
select new.id, %(workspace)s, new.code, new.detail, new.payload::jsonb, %(received_at)s
from unnest(%(ids)s::uuid[], %(codes)s::text[], %(details)s::text[], %(payloads)s::text[])
  as new(id, code, detail, payload)
"""


def append(
    workspace_id: UUID, events: Sequence[CheckedEvent], owners: Mapping[UUID, UUID], received_at: datetime
) -> set[UUID]:
    """Store the events that are not known yet and return their ids. `owners` maps an event's id to its person's."""
    rows = [
        {
            "id": event.id,
            "event_id": event.event_id,
            "profile_id": owners[event.id],
            "name": event.name,
            "occurred_at": event.occurred_at,
            "properties": orjson.Fragment(event.properties_json),
        }
        for event in events
    ]
    values: dict[str, Any] = {
        "workspace": workspace_id,
        "received_at": received_at,
        "events": orjson.dumps(rows).decode(),
    }
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, values)
        return {id_ for (id_,) in cursor.fetchall()}


def keep_rejected(workspace_id: UUID, rejected: Sequence[tuple[str, str, object]], received_at: datetime) -> None:
    """Keep (code, detail, payload) of items that were refused."""
    with connection.cursor() as cursor:
        cursor.execute(
            _KEEP_REJECTED,
            {
                "workspace": workspace_id,
                "received_at": received_at,
                "ids": [new_id() for _ in rejected],
                "codes": [code for code, _, _ in rejected],
                "details": [detail for _, detail, _ in rejected],
                "payloads": [orjson.dumps(payload).decode() for _, _, payload in rejected],
            },
        )
