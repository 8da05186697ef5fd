"""Projections computed again from the log: enrollments, node counters, conversions.

What a tick keeps beside the log for speed must be what the log says. `differences` compares; `rebuild` replaces.
"""

from collections import Counter
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection, transaction
from psycopg.rows import dict_row

from journeys.engine.enrollment import Enrollment, Event, fold
from journeys.engine.upcast import upcast
from journeys.projections.counters import CONVERSIONS as GOAL_EVENTS
from journeys.projections.counters import Counts, count_events, first_profile, first_version, with_versions
from journeys.projections.message_metrics import STATES
from journeys.store import postgres as store
from journeys.store.rows import state_of
from journeys.store.sql import CLAIM_COLUMNS

FETCH = 2000
STREAMS = f"""
select {CLAIM_COLUMNS}, e.workspace_id, v.seq as event_seq, v.at, v.kind, v.node as event_node, v.schema, v.data
from journeys_enrollment e left join journeys_enrollmentevent v on v.enrollment_id = e.id
order by e.id, v.seq
"""
ORPHANS = """
select distinct enrollment_id::text from journeys_enrollmentevent v
where not exists (select 1 from journeys_enrollment e where e.id = v.enrollment_id)
"""
# Dispatch counts what becomes of messages; those who were blocked in the tick are messages too.
MESSAGE_COUNTS = """
select workspace_id, version_id::text as version, node, metric, count(*) as value
from channels_app_message m
join (select * from unnest(%(states)s::text[], %(metrics)s::text[]) as o (state, metric)) o on o.state = m.state
where version_id is not null
group by 1, 2, 3, 4
"""
_PAIRS = [(state, metric) for metric, states in STATES.items() for state in sorted(states)]
_STATES_AND_METRICS = {"states": [pair[0] for pair in _PAIRS], "metrics": [pair[1] for pair in _PAIRS]}
LIVE_COUNTS = """
select version_id::text as version, node, metric, sum(value)::bigint as value from journeys_nodecounter
group by 1, 2, 3 having sum(value) <> 0
"""
CONVERSIONS = """
select enrollment_id::text as enrollment, version_id::text as version, goal, event_id::text as event, value
from journeys_conversion
"""
REBUILT_COUNTER = 0
FOUR_DECIMALS = Decimal("0.0001")
Conversion = tuple[str, str, str, str | None, str | None]  # enrollment, version, goal, event, value


class Rebuilt(NamedTuple):
    """One enrollment as its row says and as its stream says, and the entries of the stream."""

    row: dict[str, Any]
    live: Enrollment
    folded: Enrollment
    events: list[Event]
    gapless: bool


def differences() -> list[str]:
    """Return one line for every place where a projection is not what the log says; empty means identical."""
    found: list[str] = []
    counts: Counts = Counter()
    conversions: set[Conversion] = set()
    for item in _streams():
        if not item.gapless:
            found.append(f"enrollment {item.live.id}: its sequence has a gap or does not begin at 1")
        if item.folded != item.live:
            found.append(f"enrollment {item.live.id}: row {item.live} is not what its stream gives, {item.folded}")
        count_events(counts, first_version(item.live.version, item.events), item.events)
        conversions |= _conversions(item)
    found += [f"events of enrollment {row['enrollment_id']}, which has no row" for row in store.query(ORPHANS, {})]
    found += _count_differences(_with_messages(counts))
    live = {
        (row["enrollment"], row["version"], row["goal"], row["event"], _decimal(row["value"]))
        for row in store.query(CONVERSIONS, {})
    }
    found += [f"conversion {item} is in one of table and log only" for item in sorted(live ^ conversions, key=str)]
    return found


def rebuild() -> int:
    """Write enrollments, counters and conversions as the log has them; nothing may run meanwhile. Returns enrollments."""
    with transaction.atomic():
        store.execute("delete from journeys_nodecounter", {})
        store.execute("delete from journeys_conversion", {})
        counts: dict[UUID, Counts] = {}
        total = 0
        for item in _streams():
            workspace = item.row["workspace_id"]
            store.update_enrollments([item.folded])
            store.set_versions([item.folded])
            version = first_version(item.folded.version, item.events)
            marks = [
                (item.folded._replace(version=then), event)
                for then, event in with_versions(version, item.events)
                if event.kind in GOAL_EVENTS
            ]
            store.insert_conversions(workspace, marks)
            count_events(counts.setdefault(workspace, Counter()), version, item.events)
            total += 1
        for row in store.query(MESSAGE_COUNTS, _STATES_AND_METRICS):
            counter = counts.setdefault(row["workspace_id"], Counter())
            counter[row["version"], row["node"], row["metric"]] = row["value"]
        for workspace, counter in counts.items():
            store.add_counts(workspace, REBUILT_COUNTER, {key: value for key, value in counter.items() if value})
    return total


def _streams() -> Iterator[Rebuilt]:
    connection.ensure_connection()
    with transaction.atomic(), connection.connection.cursor(name="streams", row_factory=dict_row) as cursor:
        cursor.itersize = FETCH
        cursor.execute(STREAMS)
        for _, rows in groupby(cursor, key=lambda row: row["id"]):
            entries = list(rows)
            row = entries[0]
            events = [
                Event(
                    entry["kind"],
                    entry["event_node"],
                    entry["at"],
                    upcast(entry["kind"], entry["schema"], orjson.loads(entry["data"])),
                )
                for entry in entries
                if entry["event_seq"] is not None
            ]
            live = state_of(row)
            version = first_version(live.version, events)
            person = first_profile(live.profile, events)
            blank = Enrollment(live.id, person, live.journey, version, live.enrolled_at, live.properties)
            gapless = [entry["event_seq"] for entry in entries] == list(range(1, len(entries) + 1))
            yield Rebuilt(row, live, fold(blank, events), events, gapless)


def _conversions(item: Rebuilt) -> set[Conversion]:
    first = first_version(item.live.version, item.events)
    return {
        (item.live.id, version, event.data["goal"], event.data.get("event_ref"), _decimal(event.data.get("value")))
        for version, event in with_versions(first, item.events)
        if event.kind in GOAL_EVENTS
    }


def _decimal(value: Any) -> str | None:
    """A value as the table's four decimals show it."""
    return None if value is None else str(Decimal(value).quantize(FOUR_DECIMALS, ROUND_HALF_UP))


def _with_messages(counts: Counts) -> dict[tuple[str, str, str], int]:
    for key in [key for key in counts if key[2] == "blocked"]:
        del counts[key]
    for row in store.query(MESSAGE_COUNTS, _STATES_AND_METRICS):
        counts[row["version"], row["node"], row["metric"]] = row["value"]
    return {key: value for key, value in counts.items() if value}


def _count_differences(expected: dict[tuple[str, str, str], int]) -> list[str]:
    live = {(row["version"], row["node"], row["metric"]): row["value"] for row in store.query(LIVE_COUNTS, {})}
    return [
        f"counter {key}: {live.get(key, 0)} in the table, {expected.get(key, 0)} by the log"
        for key in sorted(live.keys() | expected.keys())
        if live.get(key, 0) != expected.get(key, 0)
    ]
