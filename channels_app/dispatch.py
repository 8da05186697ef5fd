"""Draining an account's outbox: claim, judge again, mark `sending`, commit, call, record, commit.

One drain runs for an account at a time (a session advisory lock). The calling thread claims and judges, a second one
writes answers down meanwhile, each on a database connection of its own; others make the provider's calls. An attempt
that was committed and whose answer is not recorded is never blindly sent again: a provider that knows its id gets it
once more with that id, others are asked for it, and after a grace it is `unknown`.
"""

import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from channels_app import breaker, outbox
from channels_app.accounts import open_provider
from channels_app.answers import Call
from channels_app.claiming import Claim, Claimer, ClaimsAhead
from channels_app.drain_lock import one_at_a_time
from channels_app.judging import Known, attempted_of
from channels_app.models import ChannelAccount
from channels_app.outbox import Orphan
from channels_app.own_thread import OwnThread
from channels_app.paces import pace_ended, pace_of
from channels_app.polling import Polling
from channels_app.providers.base import Reconciled, SendResult
from channels_app.recording import Recorded, Recorder

LOOKUPS_MOST = 500
# Long enough to fill every call, short enough that `now` and the account's settings stay fresh.
BUDGET_SECONDS = 5.0
POLL_SECONDS = 0.1
# How long after the kill switch a running drain may still claim.
STOPS_SECONDS = 0.5
# A repetition must arrive before the provider forgets the id.
REPEAT_MARGIN = timedelta(seconds=30)
REPEAT_AFTER = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Drained:
    """What a drain did: how many messages were accepted, whether more are due at once, else when something is."""

    accepted: int
    more: bool
    next_at: datetime | None


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
        self._most = self._provider.calls_at_once * self._provider.most_in_call * self._provider.calls_ahead
        self._pace = pace_of(account, now)
        self._polling = Polling(account, self._provider)
        self._calls: dict[_Sending, Call] = {}
        self._recording: Future[Recorded] | None = None
        self._lookups: dict[_Lookup, list[Orphan]] = {}
        self._accepted = 0
        self._claimer = Claimer(account, self._provider, Known(account.workspace_id))
        self._crowded = False
        self._stopped: set[str] = set()
        self._stops_read = 0.0

    def _now(self) -> datetime:
        """The workflow's time, moved on by what has passed since."""
        return self._started_at + timedelta(seconds=time.monotonic() - self._started)

    def _resting(self) -> bool:
        if time.monotonic() - self._stops_read > STOPS_SECONDS:
            self._stopped = breaker.stopped_channels(self._account.workspace_id)
            self._stops_read = time.monotonic()
        until = self._account.paused_until
        paused = until is not None and until > self._now()
        return not self._account.enabled or paused or breaker.ANY_CHANNEL in self._stopped

    def _under_way(self) -> bool:
        return bool(self._calls or self._lookups or self._recording)

    def _on_their_way(self) -> int:
        return sum(len(call.messages) for call in self._calls.values())

    def _room(self) -> int:
        """Return how many messages may be claimed now; a handful is not worth a transaction."""
        under_way = self._on_their_way()
        if self._account.failures:
            return 0 if under_way or self._recording else 1
        room = self._most - under_way
        if self._pace is not None:
            if not self._pace.worth_claiming():
                return 0
            room = min(room, self._pace.room())
        return room if not under_way or room * 4 >= self._most or self._pace is not None else 0

    def run(self) -> Drained:
        more = True
        try:
            with (
                OwnThread("recorder") as recording,
                OwnThread("claimer") as one,
                OwnThread("claimer") as other,
                ThreadPoolExecutor(self._provider.calls_at_once + 1, thread_name_prefix="dispatch") as pool,
                closing(ClaimsAhead(self._claimer, [one, other])) as ahead,
            ):
                recorder = Recorder(self._account, recording, polls=self._provider.poll_every is not None)
                self._look_up_orphans(pool)
                self._polling.start(pool, self._now())
                while more or self._under_way() or ahead:
                    in_budget = time.monotonic() - self._started < BUDGET_SECONDS
                    room = 0
                    if self._crowded or ahead:
                        more = self._claim_ahead(pool, ahead, wanted=in_budget and more) and more
                    else:
                        room = self._room() if in_budget and more else 0
                        if room:
                            more = not self._resting() and self._claim(pool, room)
                    if self._under_way() or ahead:
                        self._wait(pool, recorder, ahead, may_claim=in_budget and more and self._room() > 0)
                    elif not in_budget:
                        break
                    elif more and not room and self._pace is not None:
                        time.sleep(min(self._pace.wait(), POLL_SECONDS))
                self._polling.finish(self._now())
        finally:
            pace_ended(self._account, self._pace, self._now(), whole=not self._calls)
        return self._drained(more)

    def _drained(self, more: bool) -> Drained:
        at = outbox.next_at(self._account.pk, self._stopped, self._polling.asked_since(self._now()))
        queued = at.queued
        if not self._account.enabled or breaker.ANY_CHANNEL in self._stopped:
            queued = None
        elif queued is not None and self._account.paused_until is not None:
            queued = max(queued, self._account.paused_until)
        poll = self._polling.next_at(at.open_since, self._now())
        next_at = min((one for one in (queued, at.sending, poll) if one is not None), default=None)
        return Drained(self._accepted, more or self._polling.more, next_at)

    def _claim(self, pool: ThreadPoolExecutor, room: int) -> bool:
        """Claim, judge and start calls; tell whether more may be due."""
        claim = self._claimer.claim(room, self._stopped, self._now())
        # A rate is kept by claiming no more than may leave.
        self._crowded = claim.full and self._pace is None
        return self._begin(pool, [claim])

    def _claim_ahead(self, pool: ThreadPoolExecutor, ahead: ClaimsAhead, *, wanted: bool) -> bool:
        """Have claims made ready, and start the calls of those for which there is room; tell whether more may be due."""
        if self._resting() or self._account.failures:
            ahead.turn_away()
            self._crowded = False
        else:
            if wanted:
                ahead.begin(self._most // 2, frozenset(self._stopped), self._now())
            ahead.let(self._most - self._on_their_way())
        return self._begin(pool, ahead.take())

    def _begin(self, pool: ThreadPoolExecutor, claims: Sequence[Claim]) -> bool:
        for claim in claims:
            for call in claim.calls:
                self._start(pool, call)
        return all(claim.full for claim in claims)

    def _start(self, pool: ThreadPoolExecutor, call: Call) -> None:
        if self._pace is not None:
            self._pace.take(len(call.messages))
        self._calls[pool.submit(self._provider.send_batch, call.attempt, call.messages)] = call

    def _look_up_orphans(self, pool: ThreadPoolExecutor) -> None:
        now = self._now()
        orphans = outbox.orphans(self._account.pk, now, LOOKUPS_MOST)
        known_for, channels = self._provider.idempotent_for, self._provider.idempotent_channels
        again = [
            orphan
            for orphan in orphans
            if now < orphan.attempted_at + known_for - REPEAT_MARGIN
            and (channels is None or orphan.channel in channels)
        ]
        if again:
            outbox.repeat([orphan.id for orphan in again], now + REPEAT_AFTER, known_for - REPEAT_MARGIN)
        asked = [orphan for orphan in orphans if orphan not in again]
        if asked:
            self._lookups[pool.submit(self._provider.reconcile, attempted_of(asked))] = asked

    def _wait(self, pool: ThreadPoolExecutor, recorder: Recorder, ahead: ClaimsAhead, *, may_claim: bool) -> None:
        """Wait until something is answered or written down, and have what has been answered written down next."""
        # What is answered while something is being written down is written down together, when that is done.
        pending: list[Future[Any]] = [*self._calls, *self._lookups] if self._recording is None else [self._recording]
        pending += ahead.waited_for()
        wait(pending, 0 if may_claim and not ahead and self._recording else POLL_SECONDS, FIRST_COMPLETED)
        if self._recording is not None:
            if not self._recording.done():
                return
            recorded, self._recording = self._recording.result(), None
            self._take(pool, recorded)
        answered = {self._calls.pop(sending): sending for sending in [f for f in self._calls if f.done()]}
        looked_up = [(self._lookups.pop(lookup), lookup) for lookup in [f for f in self._lookups if f.done()]]
        if self._pace is not None:
            for call in answered:
                self._pace.answered(len(call.messages))
        if not answered and not looked_up:
            return
        if may_claim or ahead:
            self._recording = recorder.write_beside(answered, looked_up, self._now())
        else:
            self._take(pool, recorder.write(answered, looked_up, self._now()))

    def _take(self, pool: ThreadPoolExecutor, recorded: Recorded) -> None:
        self._accepted += recorded.accepted
        for call in recorded.again:
            self._start(pool, call)
