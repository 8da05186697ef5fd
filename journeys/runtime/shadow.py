"""One scripted person in place of the stored ones: a WITH clause whose names shadow the tables.

So a test run asks the very statements that a tick asks, and a rule cannot mean two things.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import NAMESPACE_OID, UUID, uuid5

import orjson

from journeys.engine.enrollment import Enrollment, Event
from journeys.runtime.enrollment_rows import MAKE_A_STATE
from journeys.runtime.scenario import Scenario
from profiles.attributes import merge, merge_tags, show_tags
from profiles.person_changes import PersonChange
from workspaces.models.base import new_id

ENTRY_EVENT = str(uuid5(NAMESPACE_OID, "entry event"))
_TABLES = (
    "profiles_profile",
    "profiles_personhistory",
    "profiles_identity",
    "profiles_consent",
    "profiles_event",
    "journeys_enrollment",
    "journeys_enrollmentevent",
    "channels_app_message",
    "channels_app_receipt",
)
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
        table: orjson.dumps([{"workspace_id": workspace, **row} for row in rows.get(table, [])]).decode()
        for table in _TABLES
    }


def change_person(params: dict[str, Any], change: PersonChange, at: datetime) -> None:
    """Change the scripted person, and keep the change with its time as a stored one is kept."""
    (person,) = orjson.loads(params["profiles_profile"])
    own = {"profile_id": person["id"], "workspace_id": person["workspace_id"]}
    if person.get("history_since") is None:
        # What the script says of the person has always been so.
        before = {"attributes": person["attributes"], "tags": show_tags(person["tags"])}
        _add(params, "profiles_personhistory", {**own, "id": new_id(), "at": "-infinity", **before})
        person["history_since"] = at
    after = {"attributes": change.attributes, "tags": change.tags}
    _add(params, "profiles_personhistory", {**own, "id": new_id(), "at": at, **after})
    person["attributes"] = merge(person["attributes"], change.attributes)
    person["tags"] = merge_tags(person["tags"], change.tags)
    params["profiles_profile"] = orjson.dumps([person]).decode()


def add_message(params: dict[str, Any], message: str, channel: str, requested: datetime, sent: datetime) -> None:
    """A message of the run, for rules that count messages."""
    (person,) = orjson.loads(params["profiles_profile"])
    row = {"id": message, "profile_id": person["id"], "workspace_id": person["workspace_id"], "channel": channel}
    times = {"requested_at": requested, "attempted_at": sent, "updated_at": requested}
    _add(params, "channels_app_message", {**row, **times, "test": False, "state": "queued", "result": ""})


def move_message(params: dict[str, Any], message: str, state: str, at: datetime) -> None:
    rows = orjson.loads(params["channels_app_message"])
    for row in rows:
        if row["id"] == message:
            row |= {"state": state, "result": state, "updated_at": at}
            if state in {"accepted", "delivered"}:
                row[f"{state}_at"] = at
    params["channels_app_message"] = orjson.dumps(rows).decode()


def put_run(params: dict[str, Any], run: Enrollment, events: Sequence[Event]) -> None:
    """The run itself, for rules that ask where the person is in the journey: its row, and what made its state so."""
    try:
        journey = UUID(run.journey)
    except ValueError:
        # A graph that is no journey yet has no id that a rule could name.
        return
    (person,) = orjson.loads(params["profiles_profile"])
    own = {"workspace_id": person["workspace_id"]}
    row = {**own, "id": run.id, "profile_id": person["id"], "journey_id": journey, "state": run.state}
    params["journeys_enrollment"] = orjson.dumps(
        [{**row, "enrolled_at": run.enrolled_at, "ended_at": run.ended_at}]
    ).decode()
    made = next((event for event in reversed(events) if event.kind in MAKE_A_STATE), None)
    stream = [] if made is None else [{**own, "enrollment_id": run.id, "seq": len(events), **_entry(made)}]
    params["journeys_enrollmentevent"] = orjson.dumps(stream).decode()


def _entry(event: Event) -> dict[str, Any]:
    return {"at": event.at, "kind": event.kind, "node": event.node, "data": dict(event.data)}


def _add(params: dict[str, Any], table: str, row: dict[str, Any]) -> None:
    params[table] = orjson.dumps([*orjson.loads(params[table]), row]).decode()


def _event(name: str, at: Any, properties: Any) -> dict[str, Any]:
    return {"id": new_id(), "name": name, "occurred_at": at, "properties": properties}
