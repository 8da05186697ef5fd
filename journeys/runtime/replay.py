"""Every stored stream decided again and folded, page by page, on as many processes as there are cores."""

import os
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

import orjson

from journeys.engine.enrollment import Event
from journeys.engine.plan import Plan
from journeys.engine.upcast import upcast
from journeys.models import JourneyVersion
from journeys.runtime.plans import plan_of
from journeys.runtime.replay_facts import NotRecorded, Stored
from journeys.runtime.replay_pool import replay_in_processes
from journeys.runtime.replay_stream import Difference, Tally, replay_stream
from journeys.store.postgres import query
from journeys.store.rows import state_of
from journeys.store.sql import CLAIM_COLUMNS

PAGE: Final = 2_000  # enrollments; of each a row and its whole stream, as one JSON document
FIRST: Final = UUID(int=0)

STREAM_OF: Final = """
    select coalesce(json_agg(
        json_build_array(v.seq, v.schema, v.kind, v.node, v.at, v.data) order by v.seq
    )::text, '[]') as stream from journeys_enrollmentevent v where v.enrollment_id = {enrollment}
"""
STREAM: Final = STREAM_OF.format(enrollment="%(enrollment)s")
# One statement a page, so that a row and its stream are of one moment while lanes go on.
STREAMS: Final = f"""
select {CLAIM_COLUMNS}, ({STREAM_OF.format(enrollment="e.id")}) as stream
from journeys_enrollment e
where e.id > %(after)s and e.id <= %(last)s and {{chosen}}
order by e.id
"""
CHOSEN: Final = """(%(journey)s::uuid is null or e.journey_id = %(journey)s)
  and (%(since)s::timestamptz is null or e.enrolled_at >= %(since)s)
  and not exists (select 1 from profiles_erasure x where x.profile_id = e.profile_id)"""
# The last id of every page.
BOUNDS: Final = f"""
select id from (
    select e.id, row_number() over (order by e.id) as place, count(*) over () as people
    from (select e.id from journeys_enrollment e where {CHOSEN} order by e.id limit %(limit)s) e
) n where place %% %(page)s = 0 or place = people order by id
"""


class Chosen(NamedTuple):
    """Which streams: of one journey, of people enrolled since an instant (aware), the first so many. None: all."""

    journey: UUID | None = None
    since: datetime | None = None
    limit: int | None = None


EVERYTHING: Final = Chosen()


class Range(NamedTuple):
    """A page: the chosen enrollments with ids above `after`, up to `last`."""

    chosen: Chosen
    after: UUID
    last: UUID


def replay(chosen: Chosen = EVERYTHING, processes: int = 1, page: int = PAGE) -> Iterator[Tally]:
    """Replay the chosen streams; yields the tally of each page, in order.

    With several processes each has a database connection of its own, and sees only what is committed.
    """
    ranges = _ranges(chosen, page)
    if processes == 1 or len(ranges) < 2:
        yield from map(replay_range, ranges)
        return
    yield from replay_in_processes(ranges, processes)


def differences() -> list[Difference]:
    """Every difference in all streams, as this connection sees them."""
    return [difference for tally in replay() for difference in tally.differences]


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _ranges(chosen: Chosen, page: int) -> list[Range]:
    rows = query(BOUNDS, {**chosen._asdict(), "page": page})
    ends = [row["id"] for row in rows]
    return [Range(chosen, after, last) for after, last in zip([FIRST, *ends], ends)]


def replay_range(part: Range) -> Tally:
    """Replay one page."""
    tally = Tally()
    values: dict[str, Any] = {**part.chosen._asdict(), "after": part.after, "last": part.last}
    for row in query(STREAMS.format(chosen=CHOSEN), values):
        replay_stream(state_of(row), read_stream(row["stream"]), _plan, tally)
    return tally


def _plan(version: str) -> Plan:
    try:
        return plan_of(version)
    except (JourneyVersion.DoesNotExist, ValueError) as error:
        raise NotRecorded("a version that cannot be run") from error


def stream_of(enrollment: UUID) -> Sequence[Stored]:
    """The stored stream of one enrollment, its data in the present shapes."""
    return read_stream(query(STREAM, {"enrollment": enrollment})[0]["stream"])


def read_stream(text: str) -> Sequence[Stored]:
    instants: dict[str, datetime] = {}
    entries = []
    for seq, schema, kind, node, at, data in orjson.loads(text):
        instant = instants.get(at)
        if instant is None:
            instant = instants[at] = datetime.fromisoformat(at)
        entries.append(Stored(seq, schema, Event(kind, node, instant, upcast(kind, schema, data))))
    return entries
