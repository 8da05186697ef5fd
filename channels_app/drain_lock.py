"""One drain for an account at a time, even beside the last breath of a worker that is cut off from Temporal."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.db import DatabaseError, OperationalError, connection
from psycopg.errors import LockNotAvailable

log = logging.getLogger(__name__)

LOCK_TIMEOUT = "5s"


class DrainBusy(Exception):
    """Another drain of the same account has not ended."""

    code = "drain_busy"


@contextmanager
def one_at_a_time(account_id: UUID) -> Iterator[None]:
    """Hold the account's lock, which belongs to the database session and so dies with this process.

    Raises DrainBusy if another session keeps it.
    """
    name = f"dispatch/{account_id}"
    with connection.cursor() as cursor:
        cursor.execute("select set_config('lock_timeout', %s, false)", (LOCK_TIMEOUT,))
        try:
            cursor.execute("select pg_advisory_lock(hashtextextended(%s, 0))", (name,))
        except OperationalError as error:
            if isinstance(error.__cause__, LockNotAvailable):
                raise DrainBusy(str(account_id)) from error
            raise
    try:
        yield
    finally:
        try:
            with connection.cursor() as cursor:
                cursor.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", (name,))
                cursor.execute("reset lock_timeout")
        except DatabaseError:
            # The lock has gone with the session.
            log.warning("the database connection of a drain of account %s broke", account_id)
            connection.close()
