"""Django's server of pytest-django, which a test leaves as it found it: with no request under way."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer

PATIENCE = 60.0  # seconds


def _other_connections() -> set[int]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "select pid from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()"
        )
        return {pid for (pid,) in cursor.fetchall()}


@pytest.fixture
def live_server(
    live_server: LiveServer, transactional_db: None, monkeypatch: pytest.MonkeyPatch
) -> Iterator[LiveServer]:
    """The server of the session. Its answer comes before its request has ended, so the end is waited for."""
    from django.db import connections

    # A thread of the server then holds a connection for a request, not for as long as its client stays.
    monkeypatch.setitem(connections.settings["default"], "CONN_MAX_AGE", 0)
    before = _other_connections()
    yield live_server
    deadline = time.monotonic() + PATIENCE
    while _other_connections() - before:
        assert time.monotonic() < deadline, "the server still works on a request of this test"
        time.sleep(0.01)
