"""Ingestion: a batch of events becomes facts in one transaction, and whoever listens is told in the same one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from django.db import transaction
from prometheus_client import Counter

from profiles import event_log
from profiles.hooks import StoredEvent, events_stored, profiles_changed
from profiles.identity import resolve
from profiles.incoming import CheckedEvent, IncomingEvent, check
from profiles.locks import lock_people
from profiles.person_changes import PersonChange, apply_changes
from workspaces.errors import DomainError
from workspaces.models import Workspace

EVENTS = Counter("zhitu_events", "Events that came in, by what became of them.", ["outcome"])


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item that was refused: its place in the batch (from 0) and why."""

    index: int
    code: str
    detail: str
    attr: str | None
    payload: object

    @classmethod
    def because(cls, index: int, error: DomainError, payload: object) -> "Rejected":
        return cls(index, error.code, error.detail, error.attr, payload)


@dataclass
class Ingested:
    """What became of a batch; the three add up to its length."""

    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejected] = field(default_factory=list)


def ingest(workspace: Workspace, items: Sequence[IncomingEvent | Rejected], received_at: datetime) -> Ingested:
    """Store a batch of events in one transaction.

    Good items are stored whatever the others are; a bad one (also one that the caller has already found bad) is kept
    as a RejectedEvent. An event whose id is known, from before or from earlier in this batch, is a duplicate and has
    no effect; the first one stands. Traits are set on the person in the order in which the events occurred.
    """
    result = Ingested()
    events: dict[str, CheckedEvent] = {}
    for index, item in enumerate(items):
        if isinstance(item, Rejected):
            result.rejected.append(item)
            continue
        try:
            event = check(item, received_at)
        except DomainError as error:
            result.rejected.append(Rejected.because(index, error, item.payload))
            continue
        if event.event_id in events:
            result.duplicates += 1
        else:
            events[event.event_id] = event
    with transaction.atomic():
        if result.rejected:
            event_log.keep_rejected(
                workspace.id, [(one.code, one.detail, one.payload) for one in result.rejected], received_at
            )
        if events:
            result.accepted = _store(workspace, list(events.values()), received_at)
    result.duplicates += len(events) - result.accepted
    EVENTS.labels("accepted").inc(result.accepted)
    EVENTS.labels("duplicate").inc(result.duplicates)
    EVENTS.labels("rejected").inc(len(result.rejected))
    return result


def _store(workspace: Workspace, events: list[CheckedEvent], received_at: datetime) -> int:
    resolution = resolve(workspace.id, [event.identities for event in events])
    owners = {event.id: owner for event, owner in zip(events, resolution.profile_ids, strict=True)}
    lock_people(workspace.id, owners.values())
    new = event_log.append(workspace.id, events, owners, received_at)
    stored = [event for event in events if event.id in new]
    changed = resolution.changed | _set_traits(workspace, stored, owners, received_at)
    events_stored.send(workspace, list(_facts(stored, owners, received_at)))
    profiles_changed.send(workspace, sorted(changed))
    return len(stored)


def _set_traits(
    workspace: Workspace, events: list[CheckedEvent], owners: dict[UUID, UUID], received_at: datetime
) -> set[UUID]:
    changes: dict[UUID, list[PersonChange]] = {}
    for event in sorted(events, key=lambda event: event.occurred_at):
        if event.traits:
            changes.setdefault(owners[event.id], []).append(PersonChange(attributes=event.traits))
    if not changes:
        return set()
    applied = apply_changes(changes)
    if applied.too_large:
        # The events stand: they happened. What they say about the person is kept where an operator finds it.
        refused = [(event, owners[event.id]) for event in events if event.traits]
        event_log.keep_rejected(
            workspace.id,
            [
                ("attributes_too_large", "The person would have too many attributes.", event.traits)
                for event, owner in refused
                if owner in applied.too_large
            ],
            received_at,
        )
    return applied.changed


def _facts(events: list[CheckedEvent], owners: dict[UUID, UUID], received_at: datetime) -> Iterable[StoredEvent]:
    for event in events:
        yield StoredEvent(
            id=event.id,
            event_id=event.event_id,
            profile_id=owners[event.id],
            name=event.name,
            occurred_at=event.occurred_at,
            received_at=received_at,
            properties=event.properties,
        )
