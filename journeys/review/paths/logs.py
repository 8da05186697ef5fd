"""What the logs hold of some runs, as the fold wants it. Reads only."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from itertools import groupby
from operator import itemgetter
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson
from django.db import connection
from psycopg import Cursor

from journeys.engine.upcast import Data, upcast
from journeys.review.paths.folding import KINDS, Entry, Sent

# A page of runs to read, in the order of their ids: those that are new or have moved on since they were read ...
_CHANGED: Final = """
select e.id::text from journeys_enrollment e left join journeys_reviewrun r on r.enrollment_id = e.id
where e.journey_id = %(journey)s and e.id > %(after)s and r.seq is distinct from e.seq
order by e.id limit %(limit)s
"""
# ... and those whose messages have. Whose run it is changes only with an entry of its stream.
_MOVED_MESSAGES: Final = """
select distinct r.enrollment_id::text from journeys_reviewrun r join channels_app_message m
    on m.workspace_id = r.workspace_id and m.profile_id = r.profile_id and m.enrollment_id = r.enrollment_id
where r.journey_id = %(journey)s and r.enrollment_id > %(after)s and m.updated_at >= %(since)s
order by 1 limit %(limit)s
"""
_RUNS: Final = """
select e.id::text, e.profile_id::text, e.version_id::text, e.state, e.seq,
    (e.enrolled_at at time zone %(zone)s)::date, r.path_id, coalesce(r.seq, 0), r.day, r.profile_id::text
from unnest(%(ids)s::uuid[]) with ordinality u (id, n) join journeys_enrollment e on e.id = u.id
left join journeys_reviewrun r on r.enrollment_id = e.id
where e.journey_id = %(journey)s order by u.n
"""
# Up to the entry that the row is at: a tick may write between the two statements.
_ENTRIES: Final = """
select u.n::int4, v.seq, v.kind, v.node, (extract(epoch from v.at) * 1000000)::int8, v.schema, v.data::text
from unnest(%(ids)s::uuid[], %(seqs)s::int[]) with ordinality u (id, seq, n)
join journeys_enrollmentevent v on v.enrollment_id = u.id and v.seq <= u.seq and v.kind = any(%(kinds)s)
order by u.n, v.seq
"""
# The reason of a message that is still held is no end, and changes by the hour. That a call came to nobody says less than
# how it ended.
_SENDS: Final = """
select u.n::int4, m.node, m.channel, m.state, case
    when m.state = 'failed' and m.reason = 'delivery' and m.result <> '' then m.result
    when m.state in ('failed', 'blocked', 'expired', 'unknown') and m.reason <> '' then m.reason
    else m.result end
from unnest(%(ids)s::uuid[], %(people)s::uuid[]) with ordinality u (id, profile, n)
join channels_app_message m on m.workspace_id = %(workspace)s and m.profile_id = u.profile and m.enrollment_id = u.id
where not m.test order by u.n, m.requested_at, m.id
"""
_FIRST: Final = UUID(int=0)


class Logged(NamedTuple):
    """One run: its row, what the review has of it (`was_seq` 0: nothing), and its logs."""

    id: str
    profile: str
    version: str
    state: str
    seq: int
    day: date
    was_path: int | None
    was_seq: int
    was_day: date | None
    was_profile: str | None
    entries: Sequence[Entry]
    sends: Sequence[Sent]


def changed_runs(journey: UUID, limit: int, after: str = str(_FIRST)) -> Iterator[list[str]]:
    """Yield the ids of the runs whose streams have grown since they were read, `limit` at a time."""
    yield from _pages(_CHANGED, {"journey": journey, "limit": limit}, after)


def runs_with_moved_messages(journey: UUID, since: datetime, limit: int) -> Iterator[list[str]]:
    """Yield the ids of the runs read before that have a message which changed at `since` or later."""
    yield from _pages(_MOVED_MESSAGES, {"journey": journey, "since": since, "limit": limit}, str(_FIRST))


def _pages(statement: str, values: dict[str, Any], after: str) -> Iterator[list[str]]:
    full = True
    while full:
        page = [id_ for (id_,) in _rows(statement, {**values, "after": after})]
        full = len(page) == values["limit"]
        if page:
            after = page[-1]
            yield page


def logs_of(workspace: UUID, journey: UUID, zone: str, ids: Sequence[str]) -> list[Logged]:
    """Read these runs, with days of `zone`. Raises UnknownSchema for an entry of a later release."""
    rows = _rows(_RUNS, {"ids": array(ids), "zone": zone, "journey": journey})
    values: dict[str, Any] = {
        "ids": array(row[0] for row in rows),
        "people": array(row[1] for row in rows),
        "seqs": array(row[4] for row in rows),
        "kinds": list(KINDS),
        "workspace": workspace,
    }
    sends: dict[int, list[Sent]] = defaultdict(list)
    for n, node, channel, state, reason in _rows(_SENDS, values):
        sends[n].append(Sent(node, channel, state, reason))
    known: dict[tuple[str, int, str], Data] = {}
    streams = {n: _entries(stored, known) for n, stored in groupby(_rows(_ENTRIES, values), itemgetter(0))}
    return [Logged._make((*row, streams.get(n, ()), sends.get(n, ()))) for n, row in enumerate(rows, start=1)]


def _entries(stored: Iterator[tuple[Any, ...]], known: dict[tuple[str, int, str], Data]) -> list[Entry]:
    entries = []
    for _, seq, kind, node, at, schema, text in stored:
        # Most entries say what those of other runs say word for word.
        data = known.get((kind, schema, text))
        if data is None:
            data = known[kind, schema, text] = upcast(kind, schema, orjson.loads(text))
        entries.append(Entry(seq, kind, node, at, data))
    return entries


def array(values: Iterable[object]) -> str:
    """Ids, numbers or days as PostgreSQL writes an array of them: none has to be quoted, and there are many."""
    return "{" + ",".join(map(str, values)) + "}"


def _rows(statement: str, values: dict[str, Any]) -> list[tuple[Any, ...]]:
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        # In the binary format numbers need no reading of digits: there are millions.
        cursor.execute(statement, values, binary=True)
        return cursor.fetchall()
