"""Asking providers that do not report what became of the messages they accepted."""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import datetime

from channels_app import outbox
from channels_app.models import ChannelAccount
from channels_app.providers.base import BaseProvider, Open
from channels_app.providers.inbound import Inbound
from channels_app.receipts import take_in

log = logging.getLogger(__name__)

MOST_IN_POLL = 500


class Polling:
    """One poll of an account beside a drain; a long list is asked for in pages, drain by drain."""

    def __init__(self, account: ChannelAccount, provider: BaseProvider) -> None:
        self._account = account
        self._provider = provider
        self._asked: list[Open] = []
        self._poll: Future[Inbound] | None = None
        self.more = False

    def asked_since(self, now: datetime) -> datetime:
        """Return how old an accepted message may be to be asked about; nobody is asked about younger than `now`."""
        return now if self._provider.poll_every is None else now - self._provider.polled_for

    def next_at(self, open_since: datetime | None, now: datetime) -> datetime | None:
        """Return when to poll next, None if nothing is open."""
        every = self._provider.poll_every
        if every is None or open_since is None:
            return None
        return max(self._account.polled_at + every, now) if self._account.polled_at else now

    def start(self, pool: ThreadPoolExecutor, now: datetime) -> None:
        every, last = self._provider.poll_every, self._account.polled_at
        if every is None or (last is not None and last + every > now and self._account.poll_cursor is None):
            return
        since, cursor = self.asked_since(now), self._account.poll_cursor
        self._asked = outbox.open_messages(self._account.pk, since, cursor, MOST_IN_POLL)
        if self._asked:
            self._poll = pool.submit(self._provider.poll, self._asked)
        elif cursor is not None:
            self._round_ended(now)

    def finish(self, now: datetime) -> None:
        """Store what the provider answered. A poll that failed is repeated at the next turn."""
        if self._poll is None:
            return
        error = self._poll.exception()
        if error is not None:
            log.warning("account %s could not be polled", self._account.pk, exc_info=error)
            self._round_ended(now)
            return
        take_in(self._account, self._poll.result(), now)
        if len(self._asked) < MOST_IN_POLL:
            self._round_ended(now)
        else:
            self._account.poll_cursor = self._asked[-1].message_id
            self._account.save(update_fields=["poll_cursor"])
            self.more = True

    def _round_ended(self, now: datetime) -> None:
        self._account.polled_at, self._account.poll_cursor = now, None
        self._account.save(update_fields=["polled_at", "poll_cursor"])
