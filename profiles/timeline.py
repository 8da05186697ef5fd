"""What happened to one person, newest first, whoever recorded it."""

import base64
import binascii
import heapq
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any, NamedTuple, Self
from uuid import UUID

from django.db.models import Q

from profiles.models import Event
from workspaces.errors import DomainError
from workspaces.models import Workspace


class Position(NamedTuple):
    """A place in a timeline: everything that is older, or as old with a lower id, comes after it."""

    at: datetime
    id: UUID

    def encode(self) -> str:
        return base64.urlsafe_b64encode(f"{self.at.isoformat()} {self.id}".encode()).decode()

    @classmethod
    def decode(cls, cursor: str) -> Self:
        """Raises DomainError (invalid_cursor)."""
        try:
            at, _, id_ = base64.b64decode(cursor.encode("ascii"), b"-_", validate=True).decode().partition(" ")
            return cls(datetime.fromisoformat(at).astimezone(UTC), UUID(id_))
        except (binascii.Error, ValueError, OverflowError) as error:
            raise DomainError("invalid_cursor", "This is not a cursor of a timeline.", "cursor") from error


@dataclass(frozen=True, slots=True)
class TimelineEntry:
    id: UUID
    at: datetime
    kind: str
    name: str
    data: dict[str, Any]

    @property
    def position(self) -> Position:
        return Position(self.at, self.id)


# Called with (workspace, profile id, before, limit): at most `limit` entries before that position, newest first.
TimelineSource = Callable[[Workspace, UUID, Position | None, int], Iterable[TimelineEntry]]
_sources: list[TimelineSource] = []


def register(source: TimelineSource) -> None:
    """Let another app's facts appear in timelines; registering twice changes nothing."""
    if source not in _sources:
        _sources.append(source)


def timeline(workspace: Workspace, profile_id: UUID, before: Position | None, limit: int) -> list[TimelineEntry]:
    """Return up to `limit` entries that come after the position `before`, newest first."""
    streams = [source(workspace, profile_id, before, limit) for source in (_events, *_sources)]
    return list(islice(heapq.merge(*streams, key=lambda entry: entry.position, reverse=True), limit))


def _events(workspace: Workspace, profile_id: UUID, before: Position | None, limit: int) -> Iterable[TimelineEntry]:
    events = Event.objects.filter(workspace=workspace, profile_id=profile_id)
    if before:
        events = events.filter(Q(occurred_at__lt=before.at) | Q(occurred_at=before.at, id__lt=before.id))
    for event in events.order_by("-occurred_at", "-id")[:limit]:
        yield TimelineEntry(event.id, event.occurred_at, "event", event.name, event.properties)
