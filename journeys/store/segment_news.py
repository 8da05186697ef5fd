"""What moves in journeys, and what becomes of messages, for the segments and the exit rules that ask about either."""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple, TypeAlias
from uuid import UUID

from django.db import connection

from channels_app.models import Message
from channels_app.ports import MessageChange
from profiles.rules import dependencies
from profiles.segment_checks import note

WATCHED = """
select distinct name from profiles_segmentwatch
where workspace_id = %(workspace)s and name like any(%(patterns)s)
"""
JOURNEYS, MESSAGES = dependencies.journey(""), dependencies.message("")
# Of each person the names of what has changed.
Changed: TypeAlias = Mapping[UUID, Collection[str]]


class Listener(NamedTuple):
    """Who else wants to know: whether they do is asked of a workspace first, as mostly nobody does."""

    wants: Callable[[UUID], bool]
    told: Callable[[UUID, Changed], None]


listeners: list[Listener] = []


def moved(workspace: UUID, runs: Iterable[tuple[str, str, bool]], at: datetime) -> None:
    """Runs have moved: of each the person, the journey, and whether it asked for a message."""
    names, others = _watched(workspace, JOURNEYS, MESSAGES), _listening(workspace)
    if not names and not others:
        return
    # Of which channel is not said: any that somebody watches, and `message:` itself for whoever else listens.
    messages = {MESSAGES, *(name for name in names if name.startswith(MESSAGES))}
    changed: dict[UUID, set[str]] = defaultdict(set)
    for person, journey, asked in runs:
        changed[UUID(person)] |= {dependencies.journey(journey)} | (messages if asked else set())
    _tell(workspace, changed, others, at, to_segments=bool(names))


def entered(workspace: UUID, people: Sequence[UUID], journey: str) -> None:
    """People have come into a journey."""
    names, others = _watched(workspace, JOURNEYS), _listening(workspace)
    if names or others:
        name = dependencies.journey(journey)
        _tell(workspace, {person: [name] for person in people}, others, to_segments=bool(names))


def messages_changed(changes: list[MessageChange]) -> None:
    """Listener of channels_app.ports: called inside the transaction that changes the messages."""
    by_workspace: dict[UUID, list[UUID]] = defaultdict(list)
    for change in changes:
        by_workspace[change.workspace_id].append(change.message_id)
    for workspace, messages in by_workspace.items():
        names, others = _watched(workspace, MESSAGES), _listening(workspace)
        if names or others:
            rows = Message.objects.filter(id__in=messages).values_list("profile_id", "channel")
            changed: dict[UUID, set[str]] = defaultdict(set)
            for person, channel in rows:
                changed[person].add(dependencies.message(channel))
            _tell(workspace, changed, others, to_segments=bool(names))


def _tell(
    workspace: UUID,
    changed: Changed,
    others: Iterable[Listener],
    at: datetime | None = None,
    *,
    to_segments: bool,
) -> None:
    if to_segments:
        note(workspace, changed, at)
    for listener in others:
        listener.told(workspace, changed)


def _listening(workspace: UUID) -> list[Listener]:
    return [listener for listener in listeners if listener.wants(workspace)]


def _watched(workspace: UUID, *beginnings: str) -> Collection[str]:
    """The names with these beginnings that any segment watches: mostly none, and then there is nobody to tell."""
    with connection.cursor() as cursor:
        cursor.execute(WATCHED, {"workspace": workspace, "patterns": [f"{beginning}%" for beginning in beginnings]})
        return {name for (name,) in cursor.fetchall()}
