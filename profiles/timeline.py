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

import orjson
from django.db import connection

from workspaces.errors import DomainError
from workspaces.models import Workspace

# The order is that of the index `event_timeline`, month by month.
_EVENTS = """
select id, occurred_at, name, properties from profiles_event
where profile_id = %s and workspace_id = %s {before} order by occurred_at desc, id desc limit %s
"""


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
_sources: dict[str, TimelineSource] = {}


def register(kind: str, source: TimelineSource) -> None:
    """Let facts of a kind appear in timelines, also another app's. There is one source of a kind: the newest."""
    _sources[kind] = source


def timeline(
    workspace: Workspace, profile_id: UUID, before: Position | None, limit: int, kind: str | None = None
) -> list[TimelineEntry]:
    """Return up to `limit` entries that come after the position `before`, newest first; of one kind if that is named.

    Raises DomainError (unknown_kind).
    """
    sources = {"event": _events, **_sources}
    if kind is not None and kind not in sources:
        raise DomainError("unknown_kind", f"A timeline has {', '.join(sorted(sources))}.", "kind")
    wanted = sources.values() if kind is None else [sources[kind]]
    streams = [source(workspace, profile_id, before, limit) for source in wanted]
    return list(islice(heapq.merge(*streams, key=lambda entry: entry.position, reverse=True), limit))


def _events(workspace: Workspace, profile_id: UUID, before: Position | None, limit: int) -> Iterable[TimelineEntry]:
    where = ""
    params: list[Any] = []
    if before:
        # The first says which months can hold them, the second where among them the index is entered.
        where = "and occurred_at <= %s and (occurred_at, id) < (%s, %s)"
        params = [before.at, before.at, before.id]
    with connection.cursor() as cursor:
        cursor.execute(_EVENTS.format(before=where), [profile_id, workspace.id, *params, limit])
        rows = cursor.fetchall()
    for id_, at, name, properties in rows:
        yield TimelineEntry(id_, at, "event", name, orjson.loads(properties))
