"""What the answers to a drain's calls make of its messages and of its account."""

import logging
from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from uuid_utils.compat import uuid7

from channels_app import breaker, usage
from channels_app.choices import MessageState
from channels_app.models import ChannelAccount
from channels_app.outbox import Settlement
from channels_app.policy.rules.counts import CREDIT_CHANNELS
from channels_app.providers.base import Accepted, Outgoing, Refused, SendResult
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused
from channels_app.providers.registry import provider_class
from channels_app.settling import settlement_of

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """One call to the provider: its messages and how often each has been tried, this time included."""

    attempt: UUID
    messages: list[Outgoing]
    tries: Mapping[UUID, int]


class Answers:
    """The answers that came together: what to write, which calls to make again in parts, how many were accepted."""

    def __init__(self, account: ChannelAccount, now: datetime) -> None:
        self._account = account
        self._now = now
        self._not_taken: list[UUID] = []
        self._no_credit: list[UUID] = []
        self._no_credit_codes = provider_class(account.provider).no_credit_codes
        self.accepted: list[tuple[UUID, str]] = []
        self.settlements: list[Settlement] = []
        self.again: list[Call] = []
        self.count = 0

    def take(self, call: Call, sending: Future[Mapping[UUID, SendResult]]) -> None:
        error = sending.exception()
        if error is None:
            self._results(call, sending.result())
        elif isinstance(error, CallRefused):
            self._refused(call, error)
        else:
            # CallOutcomeUnknown, or a fault of ours after the bytes may have left: looked up by the next drain.
            level = logging.WARNING if isinstance(error, CallOutcomeUnknown) else logging.ERROR
            log.log(level, "attempt %s has no answer", call.attempt, exc_info=error)

    def _refused(self, call: Call, error: CallRefused) -> None:
        breaker.refused(self._account, error, self._now)
        if error.of_one and len(call.messages) > 1:
            half = len(call.messages) // 2
            self.again += [Call(uuid7(), part, call.tries) for part in (call.messages[:half], call.messages[half:])]
            return
        refused = Refused(error.error_class, error.code, error.detail, error.delay)
        self._results(call, {message.message_id: refused for message in call.messages})

    def _results(self, call: Call, results: Mapping[UUID, SendResult]) -> None:
        first = next(iter(results.values()))
        if isinstance(first, Accepted) and all(result is first for result in results.values()):
            self.accepted.append((call.attempt, first.provider_id))
            self.count += len(results)
        else:
            self._one_by_one(call, results)
        if self.count:
            breaker.taken(self._account, self._now)

    def _one_by_one(self, call: Call, results: Mapping[UUID, SendResult]) -> None:
        on_credit = {m.message_id for m in call.messages if m.channel in CREDIT_CHANNELS}
        for message_id, result in results.items():
            settlement = settlement_of(message_id, call.attempt, result, call.tries[message_id], self._now)
            if settlement is None:
                continue
            self.settlements.append(settlement)
            self.count += settlement.state == MessageState.ACCEPTED
            if message_id in on_credit and isinstance(result, Refused):
                self._not_taken.append(message_id)
                if result.code in self._no_credit_codes:
                    self._no_credit.append(message_id)

    def give_back(self) -> None:
        """Give back what was reserved for messages that the provider has certainly not taken.

        Where it says that there was no permission at all, our ledger was wrong, and is set right.
        """
        usage.give_back_credits(self._not_taken)
        usage.void_credits(self._no_credit, self._now)
