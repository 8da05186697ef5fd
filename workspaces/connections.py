"""The database connection of a thread that lives as long as its process, as Django keeps it for a request."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import close_old_connections, reset_queries


@contextmanager
def fresh_connection() -> Iterator[None]:
    """Do one piece of work on a connection that works, and keep nothing of it."""
    # A connection that an earlier failure or a restart of the server has broken is replaced, not reused.
    close_old_connections()
    try:
        yield
    finally:
        # With DEBUG=1 Django keeps the text of the last 9,000 statements of every thread until told to forget them.
        reset_queries()
        close_old_connections()
