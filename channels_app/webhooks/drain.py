"""Draining a workspace's calls: claim, commit, call, record, commit.

A claimed call is put off beyond its time-out before it is made. So a worker that dies between the call and its record
leaves it queued, and it is made again with the same `webhook-id`, by which its receiver knows it: at least once, as
Standard Webhooks has it. The database is used by the calling thread only.
"""

import logging
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, CancelledError, Future, wait
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction

from channels_app.drain_lock import one_at_a_time
from channels_app.models import CallState
from channels_app.ports import CallFinished, PendingSend, ports
from channels_app.webhooks import calls
from channels_app.webhooks.answers import MOST_TRIES, Answer, next_delay
from channels_app.webhooks.caller import Caller, Outgoing
from channels_app.webhooks.calls import Claimed, Settled
from channels_app.webhooks.signing import signed_headers, signing_keys

log = logging.getLogger(__name__)

CALLS_AT_ONCE = 32
CALLS_OF_HOST = 8
# A try ends at its time-out; its record may be late by this, in seconds, before the call is taken for lost.
GRACE_SECONDS = 15.0
# Long enough not to stand still behind one slow call after another, short enough to look at the settings now and then.
BUDGET_SECONDS = 60.0
POLL_SECONDS = 0.1
GATHER_SECONDS = 0.01
STOP_SECONDS = 3.0
HANDOVER = timedelta(seconds=2)


@dataclass(frozen=True, slots=True)
class Drained:
    """What a drain did: how many fates are known, whether more is due at once, else when something is."""

    finished: int
    more: bool
    next_at: datetime | None


def drain(
    workspace_id: UUID,
    now: datetime,
    stop: threading.Event | None = None,
    make_caller: Callable[[], Caller] | None = None,
) -> Drained:
    """Make the calls of a workspace that are due at `now`, until none is, or `stop` is set. Raises DrainBusy."""
    with one_at_a_time(f"webhooks/{workspace_id}"), (make_caller or _caller)() as caller:
        return _Drain(workspace_id, now, caller, stop or threading.Event()).run()


def _caller() -> Caller:
    return Caller(None if settings.WEBHOOK_ALLOW_PRIVATE else frozenset(settings.WEBHOOK_ALLOWED_HOSTS))


class _Drain:
    def __init__(self, workspace_id: UUID, now: datetime, caller: Caller, stop: threading.Event) -> None:
        self._workspace = workspace_id
        self._started_at = now
        self._started = time.monotonic()
        self._caller = caller
        self._stop = stop
        self._running: dict[Future[Answer], Claimed] = {}
        self._keys: list[str] = []
        self._finished = 0

    def _now(self) -> datetime:
        """The workflow's time, moved on by what has passed since."""
        return self._started_at + timedelta(seconds=time.monotonic() - self._started)

    def run(self) -> Drained:
        more = True
        while more or self._running:
            if self._stop.is_set():
                self._break_off()
                # Not at once: that would be this very worker's again.
                return Drained(self._finished, False, self._now() + HANDOVER)
            in_budget = time.monotonic() - self._started < BUDGET_SECONDS
            if in_budget:
                more = self._claim()
            if self._running:
                # Where one has ended, its host may take the next.
                more = self._wait(POLL_SECONDS) or more
            elif not in_budget:
                break
        return Drained(self._finished, more, calls.next_at(self._workspace))

    def _claim(self) -> bool:
        """Start calls; tell whether there were any to start."""
        free = CALLS_AT_ONCE - len(self._running)
        if free <= 0:
            return True
        now = self._now()
        busy = Counter(call.host for call in self._running.values())
        with transaction.atomic():
            claimed = calls.claim(self._workspace, now, free, CALLS_OF_HOST, busy, GRACE_SECONDS)
            startable = self._startable(claimed, now)
        if startable:
            # Asked once: a secret that is replaced meanwhile signs for a day yet.
            self._keys = self._keys or signing_keys(self._workspace, now)
            for call in startable:
                self._running[self._caller.start(_outgoing(call, self._keys, now))] = call
        return bool(claimed)

    def _startable(self, claimed: Sequence[Claimed], now: datetime) -> list[Claimed]:
        """Settle what is not to be called: whose person has left, and what has cost too many workers their lives."""
        vetoed: Mapping[UUID, str] = {}
        if claimed and ports.send_veto is not None:
            sends = [PendingSend(call.id, call.enrollment_id, call.node) for call in claimed]
            vetoed = ports.send_veto.vetoed(self._workspace, sends, now)
        startable = []
        for call in claimed:
            if call.id in vetoed:
                self._settle([(call, Answer("failure", vetoed[call.id]))], now)
            elif call.attempts > MOST_TRIES:
                self._settle([(call, Answer("failure", "no_record"))], now)
            else:
                startable.append(call)
        return startable

    def _wait(self, seconds: float) -> bool:
        """Record what has ended; tell whether anything has."""
        done, _ = wait(list(self._running), seconds, FIRST_COMPLETED)
        if done:
            # What ends at about the same time is recorded at once.
            done, _ = wait(list(self._running), GATHER_SECONDS)
        answers = [(self._running.pop(future), _answer(future)) for future in done]
        now = self._now()
        # What is remembered changes the enrollment's row, which a tick may hold: alone, no two can wait for each other.
        together, batches = [], []
        for call, answer in answers:
            if answer.outcome == "success" and call.request["save_as"]:
                batches.append([(call, answer)])
            else:
                together.append((call, answer))
        for batch in [*batches, together] if together else batches:
            with transaction.atomic():
                self._settle(batch, now)
        return bool(done)

    def _settle(self, answers: Sequence[tuple[Claimed, Answer]], now: datetime) -> None:
        settled = [_settled(call, answer, now) for call, answer in answers]
        known = calls.settle(settled, now)
        for call, answer in answers:
            if answer.outcome == "retry" and answer.retry_after:
                under_way = [call.id, *(other.id for other in self._running.values())]
                calls.rest(self._workspace, call.host, now + answer.retry_after, under_way)
        finished = [
            _finished(call, answer, one, now)
            for (call, answer), one in zip(answers, settled, strict=True)
            if one.state != CallState.QUEUED and one.id in known
        ]
        self._finished += len(finished)
        if finished:
            for listener in ports.call_finished:
                listener(finished)

    def _break_off(self) -> None:
        """Leave: what does not end in a moment is put back, and made again by another worker."""
        deadline = time.monotonic() + STOP_SECONDS
        while self._running and time.monotonic() < deadline:
            self._wait(POLL_SECONDS)
        for future in self._running:
            future.cancel()
        now = self._now()
        back = [Settled(call.id, CallState.QUEUED, not_before=now, uncounted=True) for call in self._running.values()]
        calls.settle(back, now)
        self._running.clear()


def _outgoing(call: Claimed, keys: Sequence[str], now: datetime) -> Outgoing:
    request = call.request
    body = (request["body"] or "").encode()
    headers = list(request["headers"].items())
    if request["body"] is not None and "content-type" not in {name.lower() for name, _ in headers}:
        headers.append(("Content-Type", "application/json" if request["json"] else "text/plain; charset=utf-8"))
    headers += signed_headers(keys, call.id, now, body)
    return Outgoing(call.method, request["url"], headers, body, request["timeout"], bool(request["save_as"]))


def _answer(future: "Future[Answer]") -> Answer:
    try:
        return future.result()
    except CancelledError:
        return Answer("retry", "cancelled")
    except Exception:
        # A fault of ours: it must not stop the others, and is not forgotten.
        log.exception("a webhook's call failed in an unforeseen way")
        return Answer("retry", "internal_error")


def _settled(call: Claimed, answer: Answer, now: datetime) -> Settled:
    if answer.outcome == "retry":
        delay = next_delay(call.attempts, answer)
        if delay is not None:
            return Settled(call.id, CallState.QUEUED, answer.reason, answer.status, now + delay)
    state = CallState.SUCCESS if answer.outcome == "success" else CallState.FAILURE
    return Settled(call.id, state, answer.reason, answer.status)


def _finished(call: Claimed, answer: Answer, settled: Settled, now: datetime) -> CallFinished:
    save_as = call.request["save_as"] if settled.state == CallState.SUCCESS else ""
    return CallFinished(
        call.id, call.workspace_id, call.enrollment_id, settled.state, now, settled.reason, save_as, answer.value
    )
