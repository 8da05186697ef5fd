"""A batch of events from a file. Past events are facts for rules; only `live` ones also move journeys."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import blake2b

import orjson
from django.db import transaction

from profiles import event_log
from profiles.computed.marks import mark_events
from profiles.hooks import profiles_changed
from profiles.identity import resolve
from profiles.identity_values import IdentityKey
from profiles.imports.csv_rows import Row
from profiles.imports.mapping import Mapping
from profiles.imports.outcome import DryRun, Outcome
from profiles.imports.people_rows import RefusedRow, check_row, put, read_cell, read_identities
from profiles.incoming import CheckedEvent, IncomingEvent, check
from profiles.ingestion import ingest
from profiles.merging import arrivals
from profiles.privacy import tombstones
from workspaces.errors import DomainError
from workspaces.models import Workspace

EventRow = tuple[Row, IncomingEvent, CheckedEvent]


def read_event(row: Row, mapping: Mapping, now: datetime) -> EventRow:
    """Raises RefusedRow.

    Without an id of its own an event's id is a hash of what it says: the same row again is the same event.
    """
    check_row(row, mapping.width)
    values: dict[str, object] = {}
    properties: dict[str, object] = {}
    for column in mapping.columns:
        cell = row.cells[column.place] if column.place < len(row.cells) else ""
        if column.target == "identity" or not cell or cell.isspace():
            continue
        if column.target == "property":
            put(properties, column.path, read_cell(column, cell))
        else:
            values[column.target] = read_cell(column, cell.strip())
    identities = read_identities(row.cells, mapping.of["identity"])
    occurred_at = values.get("occurred_at")
    if not isinstance(occurred_at, datetime):
        raise RefusedRow("occurred_at_required")
    name = values.get("event_name") or mapping.event_name
    facts = [name, [list(key) for key in identities], occurred_at.isoformat(), properties]
    incoming = IncomingEvent(
        payload=row.cells,
        name=name,
        identities=identities,
        event_id=values.get("event_id") or f"import:{blake2b(orjson.dumps(facts), digest_size=16).hexdigest()}",
        occurred_at=occurred_at.isoformat(),
        properties=properties,
    )
    try:
        return row, incoming, check(incoming, now)
    except DomainError as error:
        raise RefusedRow(error.code) from error


def write_events(workspace: Workspace, rows: Sequence[EventRow], now: datetime, *, live: bool, dry: bool) -> Outcome:
    """Store a batch; with `dry`, only say what it would be. Must run in a transaction."""
    outcome = Outcome()
    erased = {event.id for event in tombstones.of_erased(workspace.id, (checked for *_, checked in rows), now)}
    outcome.refused += [(row, RefusedRow(tombstones.CODE)) for row, _, checked in rows if checked.id in erased]
    rows = [row for row in rows if row[2].id not in erased]
    unique = {checked.event_id: (incoming, checked) for _, incoming, checked in rows}
    try:
        with transaction.atomic():
            if live and not dry:
                accepted = ingest(workspace, [incoming for incoming, _ in unique.values()], now).accepted
            else:
                new = _store(workspace, [checked for _, checked in unique.values()], now)
                accepted = len(new)
                outcome.fresh = [(IdentityKey("event_id", one),) for one in new]
            if dry:
                raise DryRun
    except DryRun:
        pass
    outcome.created = accepted
    outcome.unchanged = len(rows) - accepted
    return outcome


def _store(workspace: Workspace, events: Sequence[CheckedEvent], now: datetime) -> list[str]:
    """Ingestion without the journeys' part of it: nobody is let in, or woken, by what happened long ago."""
    resolution = resolve(
        workspace.id, [event.identities for event in events], now, [event.event_id for event in events]
    )
    tombstones.check_alive(workspace.id, resolution.profile_ids)
    owners = {event.id: owner for event, owner in zip(events, resolution.profile_ids, strict=True)}
    homes = {event.id: home for event, home in zip(events, resolution.homes, strict=True)}
    new = event_log.append(workspace, events, owners, now)
    arrivals.of_events(workspace.id, {id_: owners[id_] for id_ in new}, homes)
    mark_events(workspace.id, {(owners[event.id], event.name) for event in events if event.id in new})
    profiles_changed.send(workspace, sorted(resolution.changed | {owners[id_] for id_ in new}))
    return [event.event_id for event in events if event.id in new]
