"""Items that could not be taken: sent again when what was wrong has been put right, or discarded, and forgotten in time.

A replay is idempotent: an item is settled in the transaction that takes its event, and one that came without an id has
that of its own row. The order of events does not suffer: an event counts where its `occurred_at` puts it, and one without
that occurred when it first came.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from profiles.attributes import merge, read_patch
from profiles.choices import RejectedState
from profiles.hooks import profiles_changed
from profiles.incoming import IncomingEvent
from profiles.ingestion import Rejected, ingest
from profiles.locks import lock_people
from profiles.merging.aliases import current_ids
from profiles.models import Profile, RejectedEvent
from profiles.person_changes import PersonChange, apply_changes
from profiles.privacy import tombstones
from profiles.tracking import read_message
from workspaces.errors import DomainError
from workspaces.models import Workspace

AT_ONCE = 500


class CannotReplay(DomainError):
    """Nobody knows how to read the item: it came from inside, or only its beginning was kept."""


@dataclass
class Replayed:
    """What became of items that were sent again; `last` is the highest id that was looked at.

    Of those looked at, the ones that somebody else was sending just then are in no other count.
    """

    taken: int = 0
    duplicates: int = 0
    failed: int = 0
    looked_at: int = 0
    last: UUID | None = None

    def count(self, state: str) -> None:
        self.taken += state == RejectedState.TAKEN
        self.duplicates += state == RejectedState.DUPLICATE
        self.failed += state == RejectedState.OPEN


def can_replay(row: RejectedEvent) -> bool:
    return bool(row.reader) and row.state == RejectedState.OPEN


def replay(
    workspace: Workspace, rows: QuerySet[RejectedEvent], patch: Mapping[str, Any] | None, now: datetime
) -> Replayed:
    """Send the next AT_ONCE open items of `rows` again, by their ids.

    `patch` is a JSON Merge Patch (RFC 7396) that puts the payload right first. One that fails again stays open, with its
    newest reason. Items that somebody else is sending just now are passed over.
    """
    chosen = rows.filter(workspace=workspace, state=RejectedState.OPEN).order_by("id")
    ids = list(chosen.values_list("id", "reader")[:AT_ONCE])
    result = Replayed(looked_at=len(ids), last=ids[-1][0] if ids else None)
    traits = [id_ for id_, reader in ids if reader.get("by") == "traits"]
    events = [id_ for id_, reader in ids if reader.get("by") != "traits"]
    # Apart, because each takes the locks of all its people at once.
    for settle, wanted in ((_take_events, events), (_set_traits, traits)):
        with transaction.atomic():
            open_ = RejectedEvent.objects.filter(id__in=wanted, state=RejectedState.OPEN).order_by("id")
            batch = list(open_.select_for_update(skip_locked=True))
            settle(workspace, batch, patch, now)
            _write(batch, now)
        for row in batch:
            result.count(row.state)
    return result


def _write(batch: Sequence[RejectedEvent], now: datetime) -> None:
    for row in batch:
        row.tries += 1
        row.settled_at = None if row.state == RejectedState.OPEN else now
    fields = ["state", "settled_at", "tries", "code", "detail", "attr", "payload"]
    RejectedEvent.objects.bulk_update(batch, fields)


def _take_events(
    workspace: Workspace, batch: Sequence[RejectedEvent], patch: Mapping[str, Any] | None, now: datetime
) -> None:
    taken = ingest(workspace, [_read(place, row, patch) for place, row in enumerate(batch)], now, keep=False)
    refused = {one.index: one for one in taken.rejected}
    for place, row in enumerate(batch):
        if place in refused and refused[place].code == tombstones.CODE:
            # Nothing is kept of an erased person.
            row.state, row.payload, row.detail = RejectedState.DISCARDED, {}, tombstones.DETAIL
            row.code = tombstones.CODE
        elif place in refused:
            _fail(row, refused[place].code, refused[place].detail, refused[place].attr)
        else:
            row.state = RejectedState.TAKEN if place in taken.taken else RejectedState.DUPLICATE


def discard(rows: QuerySet[RejectedEvent], now: datetime) -> int:
    """Let the open items of `rows` be; they are shown as discarded until they are forgotten."""
    return rows.filter(state=RejectedState.OPEN).update(state=RejectedState.DISCARDED, settled_at=now)


def _read(place: int, row: RejectedEvent, patch: Mapping[str, Any] | None) -> IncomingEvent | Rejected:
    """Read an item as it was read first, as of when it came."""
    try:
        row.payload = _patched(row, patch)
        match row.reader.get("by"):
            case "events":
                item = IncomingEvent.from_rest(row.payload)
            case "tracking":
                item = read_message(row.reader["kind"], row.payload, row.reader["sent_at"], row.received_at)
            case _:
                raise CannotReplay("cannot_replay", "Of this item too little is known to send it again.")
    except DomainError as error:
        return Rejected.because(place, error, row.payload, row.reader)
    return replace(
        item,
        event_id=f"rejected:{row.id}" if item.event_id is None else item.event_id,
        occurred_at=row.received_at.isoformat() if item.occurred_at is None else item.occurred_at,
    )


def _patched(row: RejectedEvent, patch: Mapping[str, Any] | None) -> Any:
    if not patch:
        return row.payload
    if not isinstance(row.payload, dict):
        raise CannotReplay("not_an_object", "The item is no object, so nothing in it can be put right.")
    return merge(row.payload, patch)


def _fail(row: RejectedEvent, code: str, detail: str, attr: str | None) -> None:
    row.code, row.detail, row.attr = code, detail, (attr or "")[:255]


def _set_traits(
    workspace: Workspace, batch: Sequence[RejectedEvent], patch: Mapping[str, Any] | None, now: datetime
) -> None:
    """Set the traits of events that were stored without them, on the people who are still there."""
    present = current_ids(workspace.id, {UUID(row.reader["profile"]) for row in batch})
    lock_people(workspace.id, present.values())
    # Whoever is merged while the locks are waited for is not there then: the row is tried again by whoever asks again.
    people = set(Profile.objects.filter(workspace=workspace, id__in=present.values()).values_list("id", flat=True))
    changed: set[UUID] = set()
    for row in batch:
        home = UUID(row.reader["profile"])
        profile = present[home]
        if profile not in people:
            _fail(row, "unknown_profile", "There is no such profile any more.", None)
            continue
        try:
            row.payload = _patched(row, patch)
            change = PersonChange(read_patch(row.payload, "traits"), home=home)
            applied = apply_changes({profile: [change]}, now)
        except DomainError as error:
            _fail(row, error.code, error.detail, error.attr)
            continue
        if not applied.too_large:
            row.state = RejectedState.TAKEN
            changed |= applied.changed
    profiles_changed.send(workspace, sorted(changed))
