"""Wake the workflows that drive lanes and channel accounts, after the commit that gave them something to do.

A nudge carries no data and may be lost: what happened is in PostgreSQL, and a sweep finds whoever is overdue. A
process without a sink (a management command, a test) therefore simply leaves the wake-up to the sweep.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from functools import partial
from typing import Protocol
from uuid import UUID

from django.db import transaction

from journeys.store.lane import Lane


class Sink(Protocol):
    """Takes nudges at once and delivers them soon, merged with others for the same workflow."""

    def lane(self, lane: Lane, people: int) -> None: ...

    def account(self, account: UUID) -> None: ...

    def segments(self, workspace: UUID) -> None: ...

    def webhooks(self, workspace: UUID) -> None: ...

    def forecast(self, forecast: UUID) -> None: ...

    def counterfactual(self, counterfactual: UUID) -> None: ...

    def act(self, act: UUID) -> None: ...

    def file_job(self, kind: str, job: UUID) -> None: ...

    def followers(self, account: UUID) -> None: ...

    def contact_sync(self, sync: UUID) -> None: ...

    def upkeep(self, workspace: UUID) -> None: ...

    def matching(self, run: UUID) -> None: ...

    def review(self, journey: UUID) -> None: ...


class _NoSink:
    def lane(self, lane: Lane, people: int) -> None:
        pass

    def account(self, account: UUID) -> None:
        pass

    def segments(self, workspace: UUID) -> None:
        pass

    def webhooks(self, workspace: UUID) -> None:
        pass

    def forecast(self, forecast: UUID) -> None:
        pass

    def counterfactual(self, counterfactual: UUID) -> None:
        pass

    def act(self, act: UUID) -> None:
        pass

    def file_job(self, kind: str, job: UUID) -> None:
        pass

    def followers(self, account: UUID) -> None:
        pass

    def contact_sync(self, sync: UUID) -> None:
        pass

    def upkeep(self, workspace: UUID) -> None:
        pass

    def matching(self, run: UUID) -> None:
        pass

    def review(self, journey: UUID) -> None:
        pass


_sink: Sink = _NoSink()


def connect(sink: Sink) -> None:
    """Deliver this process's nudges through `sink` from now on."""
    global _sink
    _sink = sink


def lanes_after_commit(lanes: Iterable[Lane] | Mapping[Lane, int]) -> None:
    """Wake lanes after the commit. How often each is named, or its number, tells a crowd from a few people."""
    for lane, people in Counter(lanes).items():
        transaction.on_commit(partial(_sink.lane, lane, people))


def accounts_after_commit(accounts: Collection[UUID]) -> None:
    for account in set(accounts):
        transaction.on_commit(partial(_sink.account, account))


def webhooks_after_commit(workspace: UUID) -> None:
    transaction.on_commit(partial(_sink.webhooks, workspace))


def forecast_after_commit(forecast: UUID) -> None:
    transaction.on_commit(partial(_sink.forecast, forecast))


def counterfactual_after_commit(counterfactual: UUID) -> None:
    transaction.on_commit(partial(_sink.counterfactual, counterfactual))


def act_after_commit(act: UUID) -> None:
    transaction.on_commit(partial(_sink.act, act))


def account(account_id: UUID) -> None:
    """Nudge a channel account's dispatch now; the caller's transaction has committed."""
    _sink.account(account_id)


def followers(account_id: UUID) -> None:
    """Have a channel account's followers read now; the caller's transaction has committed."""
    _sink.followers(account_id)


def import_job(job: UUID) -> None:
    """Have an import go on now; the caller's transaction has committed."""
    _sink.file_job("import", job)


def export_job(job: UUID) -> None:
    """Have an export go on now; the caller's transaction has committed."""
    _sink.file_job("export", job)


def report(report_id: UUID) -> None:
    """Have a report of the review sent on now; the caller's transaction has committed."""
    _sink.file_job("report", report_id)


def segments(workspace_id: UUID) -> None:
    """Have a workspace's people judged by its segments now; the caller's transaction has committed."""
    _sink.segments(workspace_id)


def contact_sync(sync_id: UUID) -> None:
    """Have a synchronisation of contacts go on; the caller's transaction has committed."""
    _sink.contact_sync(sync_id)


def upkeep(workspace_id: UUID) -> None:
    """Have a workspace's tags and computed attributes brought up to date; the caller's transaction has committed."""
    _sink.upkeep(workspace_id)


def matching(run_id: UUID) -> None:
    """Have a search for matches taken up; the caller's transaction has committed."""
    _sink.matching(run_id)


def review(journey_id: UUID) -> None:
    """Have the review of a journey brought up to its logs; what it is to read is committed."""
    _sink.review(journey_id)
