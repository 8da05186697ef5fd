"""Wake the workflows that drive lanes and channel accounts, after the commit that gave them something to do.

A nudge carries no data and may be lost: what happened is in PostgreSQL, and a sweep finds whoever is overdue. A
process without a sink (a management command, a test) therefore simply leaves the wake-up to the sweep.
"""

from collections.abc import Collection
from typing import Protocol
from uuid import UUID

from django.db import transaction

from journeys.store.lane import Lane


class Sink(Protocol):
    """Takes nudges at once and delivers them soon, merged with others for the same workflow."""

    def lane(self, lane: Lane, journey: UUID | None, profile: UUID | None) -> None: ...

    def account(self, account: UUID) -> None: ...


class _NoSink:
    def lane(self, lane: Lane, journey: UUID | None, profile: UUID | None) -> None:
        pass

    def account(self, account: UUID) -> None:
        pass


_sink: Sink = _NoSink()


def connect(sink: Sink) -> None:
    """Deliver this process's nudges through `sink` from now on."""
    global _sink
    _sink = sink


def lanes_after_commit(lanes: Collection[tuple[Lane, UUID | None, UUID | None]]) -> None:
    """Nudge (lane, journey, profile) after the commit; journey and profile name the workflow of a lane of one."""
    wanted = set(lanes)
    if wanted:
        transaction.on_commit(lambda: [_sink.lane(*item) for item in wanted] and None)


def accounts_after_commit(accounts: Collection[UUID]) -> None:
    wanted = set(accounts)
    if wanted:
        transaction.on_commit(lambda: [_sink.account(item) for item in wanted] and None)
