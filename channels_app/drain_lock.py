"""One drain of an outbox at a time, even beside the last breath of a worker that is cut off from Temporal."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)

PATIENCE_SECONDS = 5.0
POLL_SECONDS = 0.05


class DrainBusy(Exception):
    """Another drain of the same outbox has not ended."""

    code = "drain_busy"


@contextmanager
def one_at_a_time(name: str) -> Iterator[None]:
    """Hold the lock of that name, which belongs to the database session and so dies with this process.

    Raises DrainBusy if another session keeps it.
    """
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not _try_lock(name):
        if time.monotonic() > deadline:
            raise DrainBusy(name)
        time.sleep(POLL_SECONDS)
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", (name,))
        except DatabaseError:
            # The lock has gone with the session.
            log.warning("the database connection of the drain %s broke", name)
            connection.close()


def _try_lock(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("select pg_try_advisory_lock(hashtextextended(%s, 0))", (name,))
        return bool(cursor.fetchone()[0])
