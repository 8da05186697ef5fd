"""One scripted person in place of the stored ones: a WITH clause whose names shadow the tables.

So a test run asks the very statements that a tick asks, and a rule cannot mean two things.
"""

from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import orjson

from journeys.runtime.scenario import Scenario
from workspaces.models.base import new_id

ENTRY_EVENT = str(uuid5(NAMESPACE_OID, "entry event"))
_TABLES = ("profiles_profile", "profiles_identity", "profiles_consent", "profiles_event")
SHADOW = "with " + ", ".join(
    f"{table} as (select * from jsonb_populate_recordset(null::{table}, %({table})s::jsonb))" for table in _TABLES
)


def shadow_params(workspace: UUID, scenario: Scenario, entry_event: str | None) -> dict[str, str]:
    """The rows of each shadowed table as JSON. The entry event is there too: it counts in rules."""
    person = scenario.profile
    profile = str(person.uuid)
    tags = dict.fromkeys(person.tags) if isinstance(person.tags, list) else person.tags
    events: list[dict[str, Any]] = [_event(past.name, past.at, past.properties) for past in person.history]
    if entry_event:
        events.append(_event(entry_event, scenario.began, scenario.entry_properties) | {"id": ENTRY_EVENT})
    events += [
        _event(event.name, event.occurred_at, event.properties) | {"id": event.ref} for event in scenario.scripted()
    ]
    rows: dict[str, list[dict[str, Any]]] = {
        "profiles_profile": [{"id": profile, "attributes": person.attributes, "tags": tags}],
        "profiles_identity": [
            {"id": new_id(), "profile_id": profile, "type": kind, "value": value}
            for kind, value in person.identities.items()
        ],
        "profiles_consent": [
            {"id": new_id(), "profile_id": profile, "at": scenario.began, **consent.model_dump()}
            for consent in person.consents
        ],
        "profiles_event": [{**event, "profile_id": profile} for event in events],
    }
    return {
        table: orjson.dumps([{"workspace_id": workspace, **row} for row in rows[table]]).decode() for table in _TABLES
    }


def _event(name: str, at: Any, properties: Any) -> dict[str, Any]:
    return {"id": new_id(), "name": name, "occurred_at": at, "properties": properties}
