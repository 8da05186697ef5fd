"""Work upon people that begins anew when somebody was merged before their locks were had."""

from collections.abc import Callable
from typing import TypeVar

from django.db import OperationalError, transaction
from psycopg.errors import DeadlockDetected

from profiles.merging.aliases import PeopleMoved

T = TypeVar("T")
# Each time somebody else's merge of the same people has come between; that this goes on is no accident any more.
TRIES = 10


def until_settled(work: Callable[[], T]) -> T:
    """Do `work` in a transaction or savepoint of its own; locks that were taken in vain are given back with it.

    A deadlock is tried again as well: the order of locks rules it out between merges, ingestion and ticks, but a callback
    of a provider has locked its messages before it knows of whom it brings news. Raises PeopleMoved after many tries.
    """
    for _ in range(TRIES):
        try:
            with transaction.atomic():
                return work()
        except PeopleMoved:
            continue
        except OperationalError as error:
            if not isinstance(error.__cause__, DeadlockDetected):
                raise
    raise PeopleMoved(f"{TRIES} times somebody was merged before their lock was had")
