"""Access tokens that all processes share: fetched by one caller at a time, kept encrypted.

Vendors whose every token call retires the token before (WeChat's cgi-bin/token) or which count the calls make it
costly for each process to fetch its own: with N workers each refresh would make N - 1 others fail.
"""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from channels_app.models import AccessToken
from workspaces.connections import fresh_connection


@dataclass(frozen=True, slots=True)
class _Known:
    value: str
    good_until: datetime


@contextmanager
def connection_of_this_call() -> Iterator[None]:
    """A provider's thread ends with its drain, and nobody would close the connection that it had opened for a token."""
    if connection.in_atomic_block:
        # Inside another of these: an upload that is shared like a token needs a token itself.
        yield
        return
    had = connection.connection is not None
    try:
        with fresh_connection():
            yield
    finally:
        if not had:
            connection.close()


class AccountTokens:
    """`channels_app.providers.base.Tokens` of one account, for threads that hold no database connection of their own."""

    def __init__(self, account_id: UUID, workspace_id: UUID) -> None:
        self._workspace_id = workspace_id
        self._account_id = account_id
        self._lock = threading.RLock()
        self._known: dict[str, _Known] = {}

    def get(self, name: str, fetch: Callable[[], tuple[str, timedelta]], stale: str | None = None) -> str:
        known = self._known.get(name)
        if known and known.value != stale and known.good_until > timezone.now():
            return known.value
        with self._lock:
            known = self._known.get(name)
            if not known or known.value == stale or known.good_until <= timezone.now():
                known = self._known[name] = self._shared(name, fetch, stale)
        return known.value

    def _shared(self, name: str, fetch: Callable[[], tuple[str, timedelta]], stale: str | None) -> _Known:
        with connection_of_this_call(), transaction.atomic():
            with connection.cursor() as cursor:
                # One fetch at a time in the whole installation; whoever waited finds the other's token.
                key = f"token/{self._account_id}/{name}"
                cursor.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", (key,))
            row = AccessToken.objects.filter(account_id=self._account_id, name=name).first()
            now = timezone.now()
            if row is not None and row.value != stale and row.good_until > now:
                return _Known(row.value, row.good_until)
            value, lifetime = fetch()
            AccessToken.objects.update_or_create(
                account_id=self._account_id,
                name=name,
                defaults={"workspace_id": self._workspace_id, "value": value, "good_until": now + lifetime},
            )
            return _Known(value, now + lifetime)
