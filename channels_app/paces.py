"""The paces of accounts in this process, and what the next process must know of them."""

import threading
from datetime import datetime, timedelta
from uuid import UUID

from channels_app.models import ChannelAccount
from channels_app.pacing import SECOND, Pace

_lock = threading.Lock()
_paces: dict[UUID, Pace] = {}


def pace_of(account: ChannelAccount, now: datetime) -> Pace | None:
    """Return the account's pace, None if it has no rate.

    A process that has not sent for the account before rests for what is left of the second in which another may have.
    """
    if account.rate is None:
        return None
    with _lock:
        pace = _paces.get(account.pk)
        if pace is None or pace.rate != account.rate:
            last = account.last_call_at
            rest = (last + timedelta(seconds=SECOND) - now).total_seconds() if last else 0.0
            pace = _paces[account.pk] = Pace(account.rate, min(max(rest, 0.0), SECOND))
        return pace


def pace_ended(account: ChannelAccount, pace: Pace | None, now: datetime, *, whole: bool) -> None:
    """Tell the next drain when this one sent last. A drain that broke off leaves no places behind that nobody gives back."""
    if pace is None:
        return
    account.last_call_at = now
    account.save(update_fields=["last_call_at"])
    if not whole:
        with _lock:
            _paces.pop(account.pk, None)
