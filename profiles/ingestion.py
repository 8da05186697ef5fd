"""Ingestion: a batch of events becomes facts in one transaction, and whoever listens is told in the same one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from prometheus_client import Counter

from profiles import event_log
from profiles.event_log import Refusal
from profiles.hooks import StoredEvent, events_stored, profiles_changed
from profiles.identity import resolve_once
from profiles.incoming import CheckedEvent, IncomingEvent, check
from profiles.merging import arrivals
from profiles.merging.tries import until_settled
from profiles.person_changes import PersonChange, apply_changes
from profiles.privacy import tombstones
from workspaces.errors import DomainError
from workspaces.models import Workspace

TOO_LARGE = "attributes_too_large"
EVENTS = Counter("zhitu_events", "Events that came in, by what became of them.", ["outcome"])


@dataclass(frozen=True, slots=True)
class Rejected:
    """An item that was refused: its place in the batch (from 0) and why."""

    index: int
    code: str
    detail: str
    attr: str | None
    payload: object
    reader: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def because(cls, index: int, error: DomainError, payload: object, reader: Mapping[str, Any]) -> "Rejected":
        return cls(index, error.code, error.detail, error.attr, payload, reader)


@dataclass
class Ingested:
    """What became of a batch; the first three add up to its length.

    `taken` are the places of those that were accepted, `erased` those rejected for an erased person.
    """

    accepted: int = 0
    duplicates: int = 0
    rejected: list[Rejected] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    erased: list[Rejected] = field(default_factory=list)


def ingest(
    workspace: Workspace, items: Sequence[IncomingEvent | Rejected], received_at: datetime, *, keep: bool = True
) -> Ingested:
    """Store a batch of events in one transaction.

    Good items are stored whatever the others are; a bad one (also one that the caller has already found bad) is kept
    as a RejectedEvent, unless the caller sees to it (`keep`). An event whose id is known, from before or from earlier in
    this batch, is a duplicate and has no effect; the first one stands. Traits are set on the person in the order in
    which the events occurred.
    """
    result = Ingested()
    events: dict[str, CheckedEvent] = {}
    places: dict[UUID, int] = {}
    for index, item in enumerate(items):
        if isinstance(item, Rejected):
            result.rejected.append(item)
            continue
        try:
            event = check(item, received_at)
        except DomainError as error:
            result.rejected.append(Rejected.because(index, error, item.payload, item.reader))
            continue
        if event.event_id in events:
            result.duplicates += 1
        else:
            events[event.event_id] = event
            places[event.id] = index
    refused = result.rejected if keep else []
    refusals = [Refusal(one.code, one.detail, one.attr, one.payload, one.reader) for one in refused]
    result.taken, result.erased = until_settled(lambda: _take(workspace, events, places, refusals, received_at))
    result.accepted = len(result.taken)
    result.duplicates += len(events) - len(result.erased) - result.accepted
    result.rejected += result.erased
    EVENTS.labels("accepted").inc(result.accepted)
    EVENTS.labels("duplicate").inc(result.duplicates)
    EVENTS.labels("rejected").inc(len(result.rejected))
    return result


def _take(
    workspace: Workspace,
    events: Mapping[str, CheckedEvent],
    places: Mapping[UUID, int],
    refusals: Sequence[Refusal],
    received_at: datetime,
) -> tuple[set[int], list[Rejected]]:
    """Keep what is refused and store the rest; return the places of what is stored, and what was of erased people."""
    wanted = dict(events)
    erased = []
    for event in tombstones.of_erased(workspace.id, events.values(), received_at):
        # Nothing of it is kept, not even as a rejected event.
        del wanted[event.event_id]
        erased.append(Rejected(places[event.id], tombstones.CODE, tombstones.DETAIL, None, None))
    if refusals:
        event_log.keep_rejected(workspace.id, refusals, received_at)
    stored = _store(workspace, list(wanted.values()), received_at) if wanted else set()
    return {places[id_] for id_ in stored}, erased


def _store(workspace: Workspace, events: list[CheckedEvent], received_at: datetime) -> set[UUID]:
    resolution = resolve_once(
        workspace.id, [event.identities for event in events], received_at, [event.event_id for event in events]
    )
    owners = {event.id: owner for event, owner in zip(events, resolution.profile_ids, strict=True)}
    homes = {event.id: home for event, home in zip(events, resolution.homes, strict=True)}
    tombstones.check_alive(workspace.id, owners.values())
    new = event_log.append(workspace, events, owners, received_at)
    stored = [event for event in events if event.id in new]
    arrivals.of_events(workspace.id, {event.id: owners[event.id] for event in stored}, homes)
    what = _set_traits(workspace, stored, owners, homes, received_at)
    events_stored.send(workspace, list(_facts(stored, owners, received_at)))
    # Of who is new, or has a new identity, anything may have changed.
    known = {person: names for person, names in what.items() if person not in resolution.changed}
    profiles_changed.send(workspace, sorted(resolution.changed | what.keys()), known)
    return new


def _set_traits(
    workspace: Workspace,
    events: list[CheckedEvent],
    owners: Mapping[UUID, UUID],
    homes: Mapping[UUID, UUID],
    received_at: datetime,
) -> Mapping[UUID, set[str]]:
    """Set what events say about people; return the names of what has changed by person."""
    changes: dict[UUID, list[PersonChange]] = {}
    for event in sorted(events, key=lambda event: event.occurred_at):
        if event.traits:
            changes.setdefault(owners[event.id], []).append(
                PersonChange(event.traits, at=min(event.occurred_at, received_at), home=homes[event.id])
            )
    if not changes:
        return {}
    applied = apply_changes(changes, received_at)
    if applied.too_large:
        # The events stand: they happened. What they say about the person is kept where an operator finds it.
        refused = [(event, owners[event.id]) for event in events if event.traits]
        event_log.keep_rejected(
            workspace.id,
            [
                Refusal(
                    TOO_LARGE, "The person would have too many attributes.", "traits", event.traits, traits_of(owner)
                )
                for event, owner in refused
                if owner in applied.too_large
            ],
            received_at,
        )
    return applied.what


def traits_of(profile_id: UUID) -> dict[str, Any]:
    """How the traits of an event are read when they are sent again: the event itself was stored."""
    return {"by": "traits", "profile": str(profile_id)}


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
