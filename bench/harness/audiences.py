"""Segments as a brand has them, and the orders of a crowd by COPY."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from bench.harness.people import CITIES
from journeys.store.postgres import copy
from workspaces.models import Workspace
from workspaces.models.base import new_id

COPY_EVENTS = "copy profiles_event (id, workspace_id, event_id, profile_id, name, occurred_at, received_at, properties) from stdin"
EVENTS = ("order_paid", "page_viewed", "cart_added", "coupon_received", "store_visited")
WINDOWS = ("P1D", "P7D", "P14D", "P30D", "P90D")


def markers() -> dict[str, dict[str, Any]]:
    """For each event a segment that its first one lets a person into."""
    return {name: {"op": "event", "name": name, "within": "P30D"} for name in EVENTS}


def rules(count: int, base: Sequence[UUID]) -> Iterator[dict[str, Any]]:
    """`count` different rules: events in windows, with a city, a tag, an amount, nested, denied, and by other segments."""
    for number in range(count):
        name, window = EVENTS[number % len(EVENTS)], WINDOWS[number // len(EVENTS) % len(WINDOWS)]
        times = {"op": "event", "name": name, "within": window, "value": 1 + number % 4}
        city = {"op": "attribute", "key": "city", "cmp": "in", "value": list(CITIES[: 1 + number % 3])}
        tag = {"op": "tag", "key": f"tag{number % 20}"}
        spent = {"op": "event", "name": "order_paid", "where": [{"key": "amount", "cmp": "gte", "value": number}]}
        match number % 8:
            case 0 | 1:
                yield times
            case 2:
                yield {"op": "and", "args": [city, times]}
            case 3:
                yield {"op": "and", "args": [city, {"op": "not", "arg": {**times, "value": 1}}]}
            case 4:
                yield {"op": "or", "args": [tag, {"op": "and", "args": [times, spent]}]}
            case 5:
                yield {
                    "op": "and",
                    "args": [{"op": "segment", "id": str(base[number % len(base)])}, {"op": "not", "arg": spent}],
                }
            case 6:
                yield {
                    "op": "and",
                    "args": [tag, city, {"op": "attribute", "key": "level", "cmp": "gte", "value": number}],
                }
            case _:
                yield {"op": "or", "args": [{"op": "event", "name": "page_*", "within": window, "value": 3}, tag]}


def store_orders(workspace: Workspace, people: Sequence[UUID], instants: Sequence[datetime]) -> None:
    """One order for each of these people, at its instant."""
    rows = []
    for person, at in zip(people, instants, strict=True):
        id_, when = new_id(), at.isoformat()
        rows.append(f'{id_}\t{workspace.id}\t{id_}\t{person}\torder_paid\t{when}\t{when}\t{{"amount": 100}}\n')
    with transaction.atomic():
        copy(COPY_EVENTS, rows)


# The members are left out of what is read: the bench reads them itself.
READ = ("profiles_profile", "profiles_event", "profiles_segmentdue", "profiles_segmentstay")
WRITTEN = ("profiles_segmentdue", "profiles_segmentmember", "profiles_segmentstay")


def touched() -> dict[str, int]:
    """Rows read, and written, in the tables of segments and of what they are judged by, so far, by everybody."""
    with connection.cursor() as cursor:
        cursor.execute("select pg_stat_force_next_flush()")
        cursor.execute(
            "select sum(coalesce(seq_tup_read, 0) + coalesce(idx_tup_fetch, 0)) filter (where relname = any(%s)),"
            " sum(n_tup_ins + n_tup_upd + n_tup_del) filter (where relname = any(%s)) from pg_stat_user_tables",
            [list(READ), list(WRITTEN)],
        )
        read, written = cursor.fetchone()
        return {"read": int(read), "written": int(written)}
