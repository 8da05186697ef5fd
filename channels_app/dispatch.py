"""Draining an account's outbox: claim, judge again, mark `sending`, commit, call, record, commit.

One drain runs for an account at a time (a session advisory lock). The database is used by the calling thread only;
other threads make the provider's calls, several at once. An attempt that was committed and whose answer is not
recorded is never sent again: it is looked up at the provider, and after a grace it is `unknown`.
"""

import logging
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from uuid_utils.compat import uuid7

from channels_app import outbox
from channels_app.accounts import open_provider
from channels_app.changes import publish
from channels_app.choices import MessageState
from channels_app.drain_lock import one_at_a_time
from channels_app.judging import judge_claimed
from channels_app.models import ChannelAccount
from channels_app.outbox import Orphan, Settlement
from channels_app.providers.base import (
    Accepted,
    Attempted,
    Outgoing,
    Reconciled,
    Refused,
    SendResult,
)
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused
from channels_app.settling import LOOK_AGAIN_AFTER, pause_of, reconciled, settlement_of

log = logging.getLogger(__name__)

CALLS_AT_ONCE = 4
CLAIM_MOST = 400
LOOKUPS_MOST = 500
# Long enough to fill every call, short enough that `now` and the account's settings stay fresh.
BUDGET_SECONDS = 5.0
POLL_SECONDS = 0.1


@dataclass(frozen=True, slots=True)
class Drained:
    """What a drain did: how many messages were accepted, whether more are due at once, else when something is."""

    accepted: int
    more: bool
    next_at: datetime | None


@dataclass(frozen=True, slots=True, eq=False)
class _Call:
    attempt: UUID
    messages: list[Outgoing]
    tries: Mapping[UUID, int]


@dataclass(eq=False)
class _Outcomes:
    accepted: list[tuple[UUID, str]] = field(default_factory=list)
    settlements: list[Settlement] = field(default_factory=list)
    again: list[_Call] = field(default_factory=list)


_Sending = Future[Mapping[UUID, SendResult]]
_Lookup = Future[Mapping[UUID, Reconciled | None]]


def drain(account_id: UUID, now: datetime) -> Drained:
    """Send what is due for an account at `now`.

    Raises DrainBusy, PortMissing, or ChannelAccount.DoesNotExist for an account that has been deleted.
    """
    with one_at_a_time(f"dispatch/{account_id}"):
        return _Drain(ChannelAccount.objects.get(pk=account_id), now).run()


class _Drain:
    def __init__(self, account: ChannelAccount, now: datetime) -> None:
        self._account = account
        self._started_at = now
        self._started = time.monotonic()
        self._provider = open_provider(account)
        self._calls: dict[_Sending, _Call] = {}
        self._lookups: dict[_Lookup, list[Orphan]] = {}
        self._accepted = 0

    def _now(self) -> datetime:
        """The workflow's time, moved on by what has passed since."""
        return self._started_at + timedelta(seconds=time.monotonic() - self._started)

    def _resting(self) -> bool:
        until = self._account.paused_until
        return not self._account.enabled or (until is not None and until > self._now())

    def run(self) -> Drained:
        more = True
        with ThreadPoolExecutor(CALLS_AT_ONCE + 1, thread_name_prefix="dispatch") as pool:
            self._look_up_orphans(pool)
            while more or self._calls or self._lookups:
                in_budget = time.monotonic() - self._started < BUDGET_SECONDS
                if in_budget and len(self._calls) < CALLS_AT_ONCE:
                    more = not self._resting() and self._claim(pool)
                if self._calls or self._lookups:
                    self._wait(pool)
                elif not in_budget:
                    break
        return self._drained(more)

    def _drained(self, more: bool) -> Drained:
        queued, sending = outbox.next_at(self._account.pk)
        if not self._account.enabled:
            queued = None
        elif queued is not None and self._account.paused_until is not None:
            queued = max(queued, self._account.paused_until)
        return Drained(self._accepted, more, min((at for at in (queued, sending) if at is not None), default=None))

    def _claim(self, pool: ThreadPoolExecutor) -> bool:
        """Claim, judge and start calls; tell whether more may be due."""
        now = self._now()
        limit = CLAIM_MOST * (CALLS_AT_ONCE - len(self._calls)) // CALLS_AT_ONCE
        with transaction.atomic():
            claimed = outbox.claim(self._account.pk, now, limit)
            if not claimed:
                return False
            judged = judge_claimed(claimed, self._provider, now)
            tries = {message.id: message.attempts + 1 for message in claimed}
            calls = [_Call(uuid7(), messages, tries) for messages in self._provider.plan(judged.sendable)]
            outbox.mark_sending([(m.message_id, call.attempt) for call in calls for m in call.messages], now)
            publish(outbox.settle(judged.settlements, now))
        for call in calls:
            self._start(pool, call)
        return len(claimed) == limit

    def _start(self, pool: ThreadPoolExecutor, call: _Call) -> None:
        self._calls[pool.submit(self._provider.send_batch, call.attempt, call.messages)] = call

    def _look_up_orphans(self, pool: ThreadPoolExecutor) -> None:
        orphans = outbox.orphans(self._account.pk, self._now(), LOOKUPS_MOST)
        if orphans:
            attempted = [Attempted(o.id, o.attempt, o.attempted_at, o.address) for o in orphans]
            self._lookups[pool.submit(self._provider.reconcile, attempted)] = orphans

    def _wait(self, pool: ThreadPoolExecutor) -> None:
        waiting: list[Future[Any]] = [*self._calls, *self._lookups]
        done, _ = wait(waiting, POLL_SECONDS, FIRST_COMPLETED)
        if done:
            self._record(pool, [f for f in self._calls if f in done], [f for f in self._lookups if f in done])

    def _record(self, pool: ThreadPoolExecutor, answered: Sequence[_Sending], looked_up: Sequence[_Lookup]) -> None:
        now = self._now()
        outcomes = _Outcomes()
        with transaction.atomic():
            for sending in answered:
                self._outcome(self._calls.pop(sending), sending, outcomes, now)
            for lookup in looked_up:
                outcomes.settlements += self._found(self._lookups.pop(lookup), lookup, now)
            again = [(message.message_id, call.attempt) for call in outcomes.again for message in call.messages]
            outbox.mark_sending(again, now, counts=False)
            publish(outbox.accept(outcomes.accepted, now) + outbox.settle(outcomes.settlements, now))
        for call in outcomes.again:
            self._start(pool, call)

    def _outcome(self, call: _Call, sending: _Sending, outcomes: _Outcomes, now: datetime) -> None:
        error = sending.exception()
        if error is None:
            results = sending.result()
        elif isinstance(error, CallRefused):
            self._pause(error, now)
            if error.of_one and len(call.messages) > 1:
                half = len(call.messages) // 2
                parts = (call.messages[:half], call.messages[half:])
                outcomes.again += [_Call(uuid7(), part, call.tries) for part in parts]
                return
            refused = Refused(error.error_class, error.code, error.detail, error.delay)
            results = {message.message_id: refused for message in call.messages}
        else:
            # CallOutcomeUnknown, or a fault of ours after the bytes may have left: looked up by the next drain.
            level = logging.WARNING if isinstance(error, CallOutcomeUnknown) else logging.ERROR
            log.log(level, "attempt %s has no answer", call.attempt, exc_info=error)
            return
        first = next(iter(results.values()))
        if isinstance(first, Accepted) and all(result is first for result in results.values()):
            outcomes.accepted.append((call.attempt, first.provider_id))
            self._accepted += len(results)
            return
        for message_id, result in results.items():
            settlement = settlement_of(message_id, call.attempt, result, call.tries[message_id], now)
            if settlement is not None:
                outcomes.settlements.append(settlement)
                self._accepted += settlement.state == MessageState.ACCEPTED

    def _pause(self, error: CallRefused, now: datetime) -> None:
        pause = pause_of(error)
        if pause is not None:
            self._account.paused_until = now + pause
            self._account.pause_reason = error.code[:128]
            self._account.save(update_fields=["paused_until", "pause_reason"])
            log.warning("account %s rests until %s: %s", self._account.pk, self._account.paused_until, error.code)

    def _found(self, orphans: Sequence[Orphan], lookup: _Lookup, now: datetime) -> list[Settlement]:
        error = lookup.exception()
        if error is not None:
            log.error("attempts could not be looked up", exc_info=error)
        records = {} if error else lookup.result()
        settled = {o.id: reconciled(o, records[o.id], now) for o in orphans if o.id in records}
        later = [orphan.id for orphan in orphans if settled.get(orphan.id) is None]
        outbox.look_again(later, now + LOOK_AGAIN_AFTER)
        return [settlement for settlement in settled.values() if settlement is not None]
