"""The months of the event table: made ahead, taken out of the default partition, and let go when nobody may keep them.

Whatever instant an event has, it lands: where its month has no partition, in the default one. A month gets its own
partition before it begins, or when the default one holds MANY events of it (an import of history). The months are
those of UTC. docs/adr/0010 says why `occurred_at` divides them and how an event's id stays unique across them.
"""

from datetime import date, datetime
from typing import Final
from uuid import UUID

from django.db import OperationalError, connection, transaction
from django.db.backends.utils import CursorWrapper

from profiles.event_log import month_of
from workspaces.retention import kept_since

AHEAD: Final = 3  # months after the current one
MANY: Final = 10_000  # events of one month that deserve a partition
# Writers of the default partition wait while one is made; if it cannot be had soon, the next sweep tries again.
PATIENCE: Final = "3s"

_PARTITIONS = """
select to_date(substr(c.relname, 16), 'YYYY_MM'), c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
where i.inhparent = 'profiles_event'::regclass and c.relname ~ '^profiles_event_[0-9]{4}_[0-9]{2}$' order by 1
"""
_IN_DEFAULT = """
select date_trunc('month', occurred_at at time zone 'UTC')::date, count(*) from profiles_event_default
group by 1 order by 1
"""
_DELETE = """
delete from {table} where ctid = any(array(
    select ctid from {table} where workspace_id = %s and occurred_at < %s limit %s for update skip locked))
"""
_LARGE_DEFAULT = "select pg_relation_size('profiles_event_default') > %s"
# Below this the default partition cannot hold many events of any month, and is not read to count them.
_SMALL_BYTES: Final = MANY * 100


def months() -> dict[date, str]:
    """The first day of each month that has a partition, and the partition's table."""
    with connection.cursor() as cursor:
        cursor.execute(_PARTITIONS)
        return dict(cursor.fetchall())


def in_default() -> dict[date, int]:
    """How many events of each month the default partition holds. Reads all of it."""
    with connection.cursor() as cursor:
        cursor.execute(_IN_DEFAULT)
        return dict(cursor.fetchall())


def make_ahead(now: datetime, ahead: int = AHEAD) -> list[date]:
    """Make the partitions of this month and the next `ahead`, and of months that crowd the default one.

    Returns the months made. One whose lock is not to be had soon is left to the next call.
    """
    known = months()
    needed = [month for month in coming(now, ahead) if month not in known]
    with connection.cursor() as cursor:
        cursor.execute(_LARGE_DEFAULT, [_SMALL_BYTES])
        is_large = cursor.fetchone()[0]
    if is_large:
        needed += [month for month, count in in_default().items() if count >= MANY and month not in needed]
    return [month for month in needed if make(month)]


def coming(now: datetime, ahead: int = AHEAD) -> list[date]:
    """The first days of the month of `now` (aware) and of the `ahead` after it."""
    first = month_of(now)
    return [date(first.year + (first.month - 1 + n) // 12, (first.month - 1 + n) % 12 + 1, 1) for n in range(ahead + 1)]


def make(month: date) -> bool:
    """Give a month its partition, with what the default one holds of it. Tells whether it was made now."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _be_patient(cursor)
            cursor.execute("select zhitu_event_month(%s)", [month])
            return cursor.fetchone()[0] is not None
    except OperationalError as error:
        if _is_lock_timeout(error):
            return False
        raise


def let_go(now: datetime) -> list[date]:
    """Detach and drop, with their keys, the months that lie wholly before what every workspace keeps. Returns them.

    The rest, of months that others still need, is deleted by rows: `delete_before`.
    """
    since = kept_since("events", now)
    if not since or not all(since.values()):
        return []
    oldest = month_of(min(at for at in since.values() if at is not None))
    return [month for month, table in months().items() if month < oldest and _drop(month, table)]


def delete_before(workspace_id: UUID, before: datetime, limit: int) -> int:
    """`workspaces.retention.Remove`: delete at most `limit` events of a workspace that occurred before an instant."""
    deleted = 0
    with connection.cursor() as cursor:
        for table in _tables_before(before):
            if deleted < limit:
                cursor.execute(_DELETE.format(table=table), [workspace_id, before, limit - deleted])
                deleted += cursor.rowcount
    return deleted


def _tables_before(before: datetime) -> list[str]:
    last = month_of(before)
    return ["profiles_event_default", *(table for month, table in months().items() if month <= last)]


def _drop(month: date, table: str) -> bool:
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            _be_patient(cursor)
            cursor.execute(f"alter table profiles_event detach partition {table}")
            cursor.execute(f"drop table {table}")
            cursor.execute("delete from profiles_eventkey where month <= %s", [month])
    except OperationalError as error:
        if _is_lock_timeout(error):
            return False
        raise
    return True


def _be_patient(cursor: CursorWrapper) -> None:
    cursor.execute(f"set local lock_timeout = '{PATIENCE}'")


def _is_lock_timeout(error: OperationalError) -> bool:
    # https://www.postgresql.org/docs/18/errcodes-appendix.html: lock_not_available
    return getattr(error.__cause__, "sqlstate", None) == "55P03"
