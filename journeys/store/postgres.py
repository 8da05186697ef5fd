"""The enrollment store on PostgreSQL: claim what may move, append to the log, keep the projections beside it.

Every function runs inside the caller's transaction on Django's connection.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection
from psycopg import Cursor
from psycopg.rows import dict_row
from psycopg.types.datetime import TimestamptzLoader

from journeys.engine.enrollment import Enrollment, Event
from journeys.store import segment_news, sql
from journeys.store.lane import Lane
from journeys.store.rows import context_of, event_line
from workspaces.models.base import new_id


class Claim(NamedTuple):
    """Locked rows of enrollments that may move, and the news for them. `zone` is the workspace's."""

    rows: list[dict[str, Any]]
    inbox: list[dict[str, Any]]
    paused: list[UUID]
    zone: str


class Appended(NamedTuple):
    """One enrollment's part of a tick: where it stands now and the entries that brought it there."""

    enrollment: Enrollment
    first_seq: int
    events: Sequence[Event]


class Outlook(NamedTuple):
    """When the lane next has something to do (aware UTC; None: nothing is planned)."""

    next_due: datetime | None
    overdue: bool


def claim(lane: Lane, now: datetime, limit: int) -> Claim:
    """Lock at most `limit` enrollments: those with news first, then the rest, the longest due first."""
    values: dict[str, Any] = {**lane.params, "now": now, "limit": limit, "woken": []}
    # Of a workspace that is gone, nobody is left.
    workspace: dict[str, Any] = next(iter(query(sql.WORKSPACE, values)), {"timezone": "", "paused": []})
    values["paused"] = workspace["paused"]
    inbox = query(sql.CLAIM_INBOX.format(lane=lane.choose(sql.INBOX_OF_LANE, sql.INBOX_OF_PERSON)), values)
    rows: list[dict[str, Any]] = []
    if inbox:
        values["woken"] = list({entry["enrollment_id"] for entry in inbox})
        rows = query(sql.CLAIM_WOKEN, {"ids": values["woken"]})
    values["limit"] = limit - len(rows)
    if values["limit"] > 0:
        rows += query(sql.CLAIM_DUE.format(lane=lane.choose(sql.DUE_OF_LANE, sql.DUE_OF_PERSON)), values)
    if len(inbox) == limit:
        # There may be more for these people, and what they have not heard of must not lose against their time-out.
        found = {row["id"] for row in rows}
        inbox = [entry for entry in inbox if entry["enrollment_id"] not in found]
        inbox += query(sql.NEWS_OF, {"ids": list(found), "now": now})
    return Claim(rows, inbox, workspace["paused"], workspace["timezone"])


def append(workspace: UUID, parts: Sequence[Appended]) -> None:
    """Write the entries to the log by COPY and bring the enrollments' rows to where the entries lead."""
    space = str(workspace)
    instants: dict[datetime, str] = {}
    lines = []
    for part in parts:
        seq = part.first_seq
        for event in part.events:
            at = instants.get(event.at)
            if at is None:
                at = instants[event.at] = event.at.isoformat()
            lines.append(event_line(space, part.enrollment.id, seq, event, at))
            seq += 1
    copy(sql.COPY_EVENTS, lines)
    update_enrollments([part.enrollment for part in parts])
    if instants:
        segment_news.moved(workspace, map(_moved, parts), max(instants))


def _moved(part: Appended) -> tuple[str, str, bool]:
    asked = any(event.kind == "message_requested" for event in part.events)
    return part.enrollment.profile, part.enrollment.journey, asked


def update_enrollments(states: Sequence[Enrollment]) -> None:
    rows = [
        {
            "id": state.id,
            "state": state.state,
            "node": state.node,
            "seq": state.seq,
            "due_at": state.due_at,
            "ended_at": state.ended_at,
            "context": context_of(state),
        }
        for state in states
    ]
    execute(sql.UPDATE_ENROLLMENTS, {"rows": orjson.dumps(rows).decode()})


def set_versions(states: Sequence[Enrollment]) -> None:
    """Write the versions alone, which no tick changes: a column less in the statement that every tick runs."""
    values = {"ids": [state.id for state in states], "versions": [state.version for state in states]}
    execute(sql.SET_VERSIONS, values)


def consume(inbox_ids: Sequence[int]) -> None:
    if inbox_ids:
        execute(sql.DELETE_INBOX, {"ids": list(inbox_ids)})


def postpone(inbox_ids: Sequence[int], until: datetime) -> None:
    execute(sql.POSTPONE_INBOX, {"ids": list(inbox_ids), "until": until})


def add_counts(workspace: UUID, lane: int, counts: Mapping[tuple[str, str, str], int]) -> None:
    """Add to the counters of (version, node, metric)."""
    if counts:
        execute(
            sql.ADD_COUNTS,
            {
                "workspace": workspace,
                "lane": lane,
                "versions": [key[0] for key in counts],
                "nodes": [key[1] for key in counts],
                "metrics": [key[2] for key in counts],
                "values": list(counts.values()),
            },
        )


def insert_conversions(workspace: UUID, found: Sequence[tuple[Enrollment, Event]]) -> None:
    """Record `converted` and `goal_reached` events as conversions; the same event counts once for a goal."""
    if not found:
        return
    execute(
        sql.INSERT_CONVERSIONS,
        {
            "ids": [new_id() for _ in found],
            "workspaces": [workspace] * len(found),
            "journeys": [state.journey for state, _ in found],
            "versions": [state.version for state, _ in found],
            "enrollments": [state.id for state, _ in found],
            "profiles": [state.profile for state, _ in found],
            "goals": [event.data["goal"] for _, event in found],
            "events": [event.data.get("event_ref") for _, event in found],
            "nodes": [event.node for _, event in found],
            "values": [event.data.get("value") for _, event in found],
            "instants": [event.data.get("occurred_at") or event.at.isoformat() for _, event in found],
        },
    )


def outlook(lane: Lane, paused: Sequence[UUID], now: datetime) -> Outlook:
    """Look for the next thing to do after this tick."""
    statement = sql.OUTLOOK.format(
        due=lane.choose(sql.DUE_OF_LANE, sql.DUE_OF_PERSON),
        inbox=lane.choose(sql.INBOX_OF_LANE, sql.INBOX_OF_PERSON),
    )
    row = query(statement, {**lane.params, "paused": list(paused), "now": now})[0]
    instants = [value for value in (row["next_due"], row["next_inbox"]) if value is not None]
    next_due = min(instants, default=None)
    return Outlook(next_due, next_due is not None and next_due <= now)


def query(statement: str, values: Mapping[str, Any] | Sequence[Any]) -> list[dict[str, Any]]:
    """Run a statement and return its rows as dictionaries. JSON comes as text, as Django has set the driver up.

    The driver's errors are raised as Django's, here and below. Values are bound by the server, not written into the
    text as Django's own cursors do: a connection then plans a statement that it repeats once (`prepare_threshold`).
    """
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection, row_factory=dict_row) as cursor:
        # The driver's own loader gives what Django's gives, in the connection's zone (UTC), and is written in C.
        cursor.adapters.register_loader("timestamptz", TimestamptzLoader)
        cursor.execute(statement, values)
        return cursor.fetchall()


def execute(statement: str, values: Mapping[str, Any]) -> None:
    connection.ensure_connection()
    with connection.wrap_database_errors, Cursor(connection.connection) as cursor:
        cursor.execute(statement, values)


def copy(statement: str, lines: Iterable[str]) -> None:
    connection.ensure_connection()
    with connection.wrap_database_errors, connection.connection.cursor() as cursor, cursor.copy(statement) as stream:
        stream.write("".join(lines))
