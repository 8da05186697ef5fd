"""Wake the workflows that drive lanes and channel accounts, after the commit that gave them something to do.

A nudge carries no data and may be lost: what happened is in PostgreSQL, and a sweep finds whoever is overdue. A
process without a sink (a management command, a test) therefore simply leaves the wake-up to the sweep.
"""

from collections.abc import Collection
from functools import partial
from typing import Protocol
from uuid import UUID

from django.db import transaction

from journeys.store.lane import Lane


class Sink(Protocol):
    """Takes nudges at once and delivers them soon, merged with others for the same workflow."""

    def lane(self, lane: Lane) -> None: ...

    def account(self, account: UUID) -> None: ...

    def segments(self, workspace: UUID) -> None: ...

    def webhooks(self, workspace: UUID) -> None: ...

    def forecast(self, forecast: UUID) -> None: ...

    def act(self, act: UUID) -> None: ...

    def followers(self, account: UUID) -> None: ...

    def contact_sync(self, sync: UUID) -> None: ...


class _NoSink:
    def lane(self, lane: Lane) -> None:
        pass

    def account(self, account: UUID) -> None:
        pass

    def segments(self, workspace: UUID) -> None:
        pass

    def webhooks(self, workspace: UUID) -> None:
        pass

    def forecast(self, forecast: UUID) -> None:
        pass

    def act(self, act: UUID) -> None:
        pass

    def followers(self, account: UUID) -> None:
        pass

    def contact_sync(self, sync: UUID) -> None:
        pass


_sink: Sink = _NoSink()


def connect(sink: Sink) -> None:
    """Deliver this process's nudges through `sink` from now on."""
    global _sink
    _sink = sink


def lanes_after_commit(lanes: Collection[Lane]) -> None:
    for lane in set(lanes):
        transaction.on_commit(partial(_sink.lane, lane))


def accounts_after_commit(accounts: Collection[UUID]) -> None:
    for account in set(accounts):
        transaction.on_commit(partial(_sink.account, account))


def webhooks_after_commit(workspace: UUID) -> None:
    transaction.on_commit(partial(_sink.webhooks, workspace))


def forecast_after_commit(forecast: UUID) -> None:
    transaction.on_commit(partial(_sink.forecast, forecast))


def act_after_commit(act: UUID) -> None:
    transaction.on_commit(partial(_sink.act, act))


def account(account_id: UUID) -> None:
    """Nudge a channel account's dispatch now; the caller's transaction has committed."""
    _sink.account(account_id)


def followers(account_id: UUID) -> None:
    """Have a channel account's followers read now; the caller's transaction has committed."""
    _sink.followers(account_id)


def segments(workspace_id: UUID) -> None:
    """Have a workspace's people judged by its segments now; the caller's transaction has committed."""
    _sink.segments(workspace_id)


def contact_sync(sync_id: UUID) -> None:
    """Have a synchronisation of contacts go on; the caller's transaction has committed."""
    _sink.contact_sync(sync_id)
