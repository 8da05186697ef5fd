"""Claiming what is due: judged again, planned into calls, marked `sending`, and committed before any call is made."""

from collections.abc import Collection
from concurrent.futures import Future
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.db import transaction
from uuid_utils.compat import uuid7

from channels_app import outbox
from channels_app.answers import Call
from channels_app.changes import publish
from channels_app.judging import Known, judge_claimed
from channels_app.models import ChannelAccount
from channels_app.own_thread import OwnThread
from channels_app.providers.base import BaseProvider


@dataclass(frozen=True, slots=True)
class Claim:
    """The calls to be made, whose attempts are committed, and whether there may be more that is due."""

    calls: list[Call]
    full: bool


# Rows that are claimed are locked. A call of an ordinary vendor takes a tenth of this.
PATIENCE_SECONDS = 1.0


class TurnedAway(Exception):
    """The claim's turn has not come: nothing of it is committed, and its messages stay queued."""


@dataclass(eq=False)
class Turn:
    """Where a claim says how many messages it has `ready`, and waits until it is told to commit them, or not to."""

    ready: Future[int] = field(default_factory=Future)
    come: Future[bool] = field(default_factory=Future)

    def wait(self, messages: int) -> None:
        """Raises TurnedAway."""
        self.ready.set_result(messages)
        try:
            come = self.come.result(PATIENCE_SECONDS)
        except TimeoutError as error:
            raise TurnedAway from error
        if not come:
            raise TurnedAway


@dataclass(frozen=True, slots=True)
class Claimer:
    """Used by several threads at once: what one has locked, another passes over."""

    account: ChannelAccount
    provider: BaseProvider
    known: Known

    def claim(self, limit: int, stopped: Collection[str], now: datetime, turn: Turn | None = None) -> Claim:
        """Claim at most `limit` messages that are due at `now` (aware), in one transaction.

        With `turn` it is made ready and not committed before its turn. What is counted is committed at once: until then
        nobody else counts for the workspace. Raises TurnedAway.
        """
        with transaction.atomic():
            claimed = outbox.claim(self.account.pk, now, limit, stopped)
            if not claimed:
                return Claim([], full=False)
            judged = judge_claimed(self.account, claimed, self.provider, self.known, now)
            tries = {message.id: message.attempts + 1 for message in claimed}
            calls = [Call(uuid7(), messages, tries) for messages in self.provider.plan(judged.sendable)]
            marks = [(message.message_id, call.attempt) for call in calls for message in call.messages]
            outbox.mark_sending(marks, now, costs=judged.costs)
            publish(outbox.settle(judged.settlements, now))
            if turn is not None and not judged.counted:
                turn.wait(len(marks))
        return Claim(calls, full=len(claimed) == limit)


@dataclass(frozen=True, slots=True)
class _Ahead:
    thread: OwnThread
    turn: Turn
    done: Future[Claim]


class ClaimsAhead:
    """Claims that are made ready while the calls of earlier ones are under way, each in a thread of its own.

    A worker that dies leaves them queued: their attempts are not committed before there is room for their calls.
    """

    def __init__(self, claimer: Claimer, threads: Collection[OwnThread]) -> None:
        self._claimer = claimer
        self._idle = list(threads)
        self._ahead: list[_Ahead] = []

    def __bool__(self) -> bool:
        return bool(self._ahead)

    def waited_for(self) -> list[Future[Any]]:
        """What is about to happen to them."""
        ready: list[Future[Any]] = [one.turn.ready for one in self._ahead if not one.turn.ready.done()]
        return ready + [one.done for one in self._ahead]

    def begin(self, limit: int, stopped: Collection[str], now: datetime) -> None:
        """Have the next messages made ready by every thread that is idle."""
        while self._idle:
            thread, turn = self._idle.pop(), Turn()
            done = thread.submit(self._claimer.claim, limit, stopped, now, turn)
            self._ahead.append(_Ahead(thread, turn, done))

    def let(self, room: int) -> None:
        """Let those be committed for which there is room, in the order in which they were begun; the first always fits."""
        for one in self._ahead:
            if one.done.done() or one.turn.come.done():
                continue
            if not one.turn.ready.done() or one.turn.ready.result() > room:
                return
            room -= one.turn.ready.result()
            one.turn.come.set_result(True)

    def close(self) -> None:
        """What has not been committed stays queued, also where the drain has failed."""
        self.turn_away()

    def turn_away(self) -> None:
        """Give up what has not been committed."""
        for one in self._ahead:
            if not one.turn.come.done():
                one.turn.come.set_result(False)

    def take(self) -> list[Claim]:
        """Return what has been committed since; one that was turned away is empty. Raises what a claim raised."""
        claims: list[Claim] = []
        for one in [one for one in self._ahead if one.done.done()]:
            self._ahead.remove(one)
            self._idle.append(one.thread)
            try:
                claims.append(one.done.result())
            except TurnedAway:
                claims.append(Claim([], full=True))
        return claims
