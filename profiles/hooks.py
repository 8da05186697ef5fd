"""What this app tells others: an event was stored, a person changed. Who wants to know connects a listener.

A listener is called inside the transaction, so what it writes commits with the fact it was told; if it raises, the
whole batch is rolled back. One connected with `after_commit` is called when the fact is certain; its errors are logged
and change nothing, because the sender has been told by then that its data is safe.
"""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db import transaction

from workspaces.models import Workspace

Fact = TypeVar("Fact")


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """An event that is new: it was not known before this transaction."""

    id: UUID
    event_id: str
    profile_id: UUID
    name: str
    occurred_at: datetime
    received_at: datetime
    properties: dict[str, Any]

    @property
    def stimulus_at(self) -> datetime:
        """When it happened, for matching: a sender's clock in the future counts as the moment of receipt."""
        return min(self.occurred_at, self.received_at)


class Hook(Generic[Fact]):
    """A list of listeners, called in the order in which they were connected."""

    def __init__(self) -> None:
        self._inside: list[Callable[[Workspace, list[Fact]], None]] = []
        self._after: list[Callable[[Workspace, list[Fact]], None]] = []

    def connect(self, listener: Callable[[Workspace, list[Fact]], None], *, after_commit: bool = False) -> None:
        """Call `listener` from now on; connecting it twice changes nothing."""
        listeners = self._after if after_commit else self._inside
        if listener not in listeners:
            listeners.append(listener)

    def disconnect(self, listener: Callable[[Workspace, list[Fact]], None]) -> None:
        for listeners in (self._inside, self._after):
            if listener in listeners:
                listeners.remove(listener)

    def send(self, workspace: Workspace, facts: list[Fact]) -> None:
        """Tell everybody; must be called inside the transaction that makes the facts true."""
        if not facts:
            return
        for listener in self._inside:
            listener(workspace, facts)
        for listener in self._after:
            transaction.on_commit(partial(listener, workspace, facts), robust=True)


# For each person the names of what has changed (`profiles.rules.dependencies`); None: it may be anything.
Changes = Mapping[UUID, Collection[str] | None]


class PeopleHook(Hook[UUID]):
    """People who have changed. Whoever knows what of them has changed says so, and whoever wants to know is told."""

    def __init__(self) -> None:
        super().__init__()
        self._told_what: list[Callable[[Workspace, Changes], None]] = []

    def connect_what(self, listener: Callable[[Workspace, Changes], None]) -> None:
        """Call `listener` inside the transaction, with what has changed; connecting it twice changes nothing."""
        if listener not in self._told_what:
            self._told_what.append(listener)

    def send(self, workspace: Workspace, facts: list[UUID], what: Changes | None = None) -> None:
        """Tell everybody. Of a person who is not in `what`, anything may have changed."""
        super().send(workspace, facts)
        if facts:
            known = what or {}
            for listener in self._told_what:
                listener(workspace, {id_: known.get(id_) for id_ in facts})


events_stored: Hook[StoredEvent] = Hook()
profiles_changed = PeopleHook()
