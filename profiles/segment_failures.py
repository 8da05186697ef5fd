"""A segment whose statement fails: it says so, is left out, and is tried again later. The others go on.

Nobody is judged by a failed segment meanwhile; so when its time has come everybody is, from the beginning.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from django.db import DatabaseError, InterfaceError, OperationalError, connection, transaction
from psycopg.errors import Error

from profiles.models import SegmentPhase, SegmentState
from workspaces.models import Workspace

# A statement judges at most a few thousand people by some dozens of rules: longer than this, it would never end.
LONGEST_MS: Final = 30_000
FIRST_RETRY: Final = timedelta(minutes=1)
LAST_RETRY: Final = timedelta(hours=6)
# Of PostgreSQL's classes of errors (appendix A of its manual) that Django calls operational, those that a statement
# brings upon itself: it was broken off, or is beyond a limit of the program.
_BROUGHT_UPON_ITSELF: Final = ("57014", "54")


@contextmanager
def bounded(milliseconds: int | None = None) -> Iterator[None]:
    """A savepoint whose statements are broken off when they take too long."""
    with transaction.atomic():
        # Behind the savepoint: going back to it gives the transaction its own limit back.
        before = _limit(str(LONGEST_MS if milliseconds is None else milliseconds))
        yield
        _limit(before)


def is_of_statement(error: DatabaseError) -> bool:
    """Whether the statement is at fault, and not the connection, a deadlock or a server that is stopping."""
    if not isinstance(error, OperationalError | InterfaceError):
        return True
    cause = error.__cause__
    return isinstance(cause, Error) and (cause.sqlstate or "").startswith(_BROUGHT_UPON_ITSELF)


def fail(segment: UUID, error: Exception, at: datetime) -> None:
    """Leave the segment out from now on, and have it tried again: later each time. Its state is locked by the caller."""
    state = SegmentState.objects.get(pk=segment)
    state.retry_at = at + min(FIRST_RETRY * 2 ** min(state.failures, 16), LAST_RETRY)
    state.failures = min(state.failures + 1, 1_000)
    code = getattr(error, "code", None) or getattr(error.__cause__, "sqlstate", None) or type(error).__name__
    state.error = f"{code}: {error}".strip()[:2_000]
    state.phase = SegmentPhase.FAILED
    state.save(update_fields=["phase", "failures", "error", "retry_at"])


def retry_next(workspace: Workspace, now: datetime) -> bool:
    """Begin anew with the segments whose time has come; tell whether there were any."""
    due = SegmentState.objects.filter(workspace_id=workspace.id, phase=SegmentPhase.FAILED, retry_at__lte=now)
    with transaction.atomic():
        found = list(due.order_by("segment_id").select_for_update(no_key=True).values_list("pk", flat=True))
        begun = SegmentState.objects.filter(pk__in=found)
        begun.update(phase=SegmentPhase.COMPUTING, cursor=None, done=0, retry_at=None)
    return bool(found)


def _limit(value: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute(
            "select b.was, set_config('statement_timeout', %s, true)"
            " from (select current_setting('statement_timeout') as was) b",
            [value],
        )
        return str(cursor.fetchone()[0])
