"""Writing down what a drain's calls were answered, beside the thread that claims the next messages."""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias
from uuid import UUID

from django.db import transaction

from channels_app import outbox
from channels_app.answers import Answers, Call
from channels_app.changes import publish
from channels_app.models import ChannelAccount
from channels_app.outbox import Orphan, Settlement
from channels_app.own_thread import OwnThread
from channels_app.providers.base import Reconciled, SendResult
from channels_app.settling import LOOK_AGAIN_AFTER, reconciled

log = logging.getLogger(__name__)

Answered: TypeAlias = Mapping[Call, Future[Mapping[UUID, SendResult]]]
LookedUp: TypeAlias = Sequence[tuple[list[Orphan], Future[Mapping[UUID, Reconciled | None]]]]


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many messages were accepted, and the calls to be made again in parts: their attempts are committed."""

    accepted: int
    again: list[Call]


class Recorder:
    """Writes answers down, in a thread of its own once there is anything to do beside it."""

    def __init__(self, account: ChannelAccount, thread: OwnThread, *, polls: bool) -> None:
        self._account = account
        self._thread = thread
        self._polls = polls

    def write_beside(self, answered: Answered, looked_up: LookedUp, now: datetime) -> Future[Recorded]:
        """Write answers down in the other thread; what that raises, the future raises."""
        return self._thread.submit(self.write, answered, looked_up, now)

    def write(self, answered: Answered, looked_up: LookedUp, now: datetime) -> Recorded:
        """Write answers down in one transaction."""
        answers = Answers(self._account, now)
        with transaction.atomic():
            for call, sending in answered.items():
                answers.take(call, sending)
            settlements = list(answers.settlements)
            for orphans, lookup in looked_up:
                settlements += self._found(orphans, lookup, now)
            again = [(message.message_id, call.attempt) for call in answers.again for message in call.messages]
            outbox.mark_sending(again, now, counts=False)
            publish(
                outbox.accept(answers.accepted, now, polls=self._polls)
                + outbox.settle(settlements, now, polls=self._polls)
            )
            answers.give_back()
        return Recorded(answers.count, answers.again)

    @staticmethod
    def _found(
        orphans: Sequence[Orphan], lookup: Future[Mapping[UUID, Reconciled | None]], now: datetime
    ) -> list[Settlement]:
        error = lookup.exception()
        records = {} if error else lookup.result()
        if error is not None:
            log.error("attempts could not be looked up", exc_info=error)
        settled = {o.id: reconciled(o, records[o.id], now) for o in orphans if o.id in records}
        later = [orphan.id for orphan in orphans if settled.get(orphan.id) is None]
        outbox.look_again(later, now + LOOK_AGAIN_AFTER)
        return [settlement for settlement in settled.values() if settlement is not None]
