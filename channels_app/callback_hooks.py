"""What a provider's callbacks need of the database: known rows added to what came in, and things that cannot wait."""

import logging
from concurrent.futures import ThreadPoolExecutor
from concurrent.futures import wait as wait_for
from datetime import datetime
from functools import cache
from typing import Protocol

from django.db import connection
from django.utils.module_loading import import_string

from channels_app.models import ChannelAccount
from channels_app.providers.inbound import Inbound
from channels_app.providers.registry import entry_of
from workspaces.connections import fresh_connection

log = logging.getLogger(__name__)

# The vendor repeats a callback that is not answered within 5 s. Up to here the answer waits, so that the death of this
# process makes the vendor repeat it; after that the work goes on without anybody waiting.
LONGEST_WAIT_SECONDS = 2.0
_threads = ThreadPoolExecutor(16, thread_name_prefix="at-once")


class CallbackHooks(Protocol):
    def complete(self, account: ChannelAccount, inbound: Inbound) -> Inbound:
        """Add to what came in what this installation knows, before it is stored."""
        ...

    def at_once(self, account: ChannelAccount, urgent: object, received_at: datetime) -> None:
        """Do what cannot wait; what fails is recorded. It may be called again for a repeated callback."""
        ...


@cache
def hooks_of(provider: str) -> CallbackHooks | None:
    """Return the hooks of a registered provider, None if it has none. Raises UnknownProvider."""
    path = entry_of(provider).hooks
    return import_string(path)() if path else None


def run_at_once(hooks: CallbackHooks, account: ChannelAccount, urgent: object, received_at: datetime) -> None:
    """Run the hook in a thread of its own kind, which no queue of messages keeps busy, and wait a little for it."""

    def work() -> None:
        try:
            with fresh_connection():
                hooks.at_once(account, urgent, received_at)
        except Exception:
            log.exception("what account %s had to do at once has failed", account.pk)
            raise
        finally:
            connection.close()

    wait_for([_threads.submit(work)], LONGEST_WAIT_SECONDS)
