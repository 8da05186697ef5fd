"""What paths do outside themselves in a forecast: writes to people, and tasks of staff."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import NamedTuple

import orjson

from journeys.engine.bucketing import position
from journeys.forecast.request import AssumedTask
from journeys.store.postgres import execute, query
from profiles.attributes import MAX_TAGS, is_too_large, merge, merge_tags
from profiles.person_changes import PersonChange
from profiles.rules.durations import parse

# Whom a path has written to stands here as they are now; a plan without such a node is spared the join.
CHANGED_PEOPLE = (
    "profiles_profile as not materialized ("
    "select p.id, p.workspace_id, coalesce(f.attributes, p.attributes) as attributes, coalesce(f.tags, p.tags) as tags,"
    " p.history_since, p.created_at, p.updated_at from profiles_profile p left join forecast_profile f on f.id = p.id)"
)
READ = f"""
with {CHANGED_PEOPLE}
select p.id::text as id, p.attributes::text as attributes, p.tags::text as tags
from profiles_profile p where p.id = any(%(ids)s::uuid[])
"""
WRITE = """
insert into forecast_profile (id, attributes, tags)
select u.id, u.attributes::jsonb, u.tags::jsonb
from unnest(%(ids)s::uuid[], %(attributes)s::text[], %(tags)s::text[]) as u(id, attributes, tags)
on conflict (id) do update set attributes = excluded.attributes, tags = excluded.tags
"""


def prepare_updates() -> None:
    """Make the table of people who are written to: only this connection sees it, and it ends with it."""
    execute("drop table if exists pg_temp.forecast_profile", {})
    execute("create temp table forecast_profile (id uuid primary key, attributes jsonb, tags jsonb)", {})


def write_updates(changes: Mapping[str, Sequence[PersonChange]]) -> None:
    """Apply each person's changes in order, as `profiles.person_changes` does to the stored ones."""
    rows: list[tuple[str, str, str]] = []
    for row in query(READ, {"ids": list(changes)}):
        attributes, tags = orjson.loads(row["attributes"]), orjson.loads(row["tags"])
        for change in changes[row["id"]]:
            attributes = merge(attributes, change.attributes)
            tags = merge_tags(tags, change.tags)
        if not is_too_large(attributes) and len(tags) <= MAX_TAGS:
            rows.append((row["id"], orjson.dumps(attributes).decode(), orjson.dumps(tags).decode()))
    if rows:
        ids, attributes_of, tags_of = (list(column) for column in zip(*rows, strict=True))
        execute(WRITE, {"ids": ids, "attributes": attributes_of, "tags": tags_of})


class TaskEnd(NamedTuple):
    """How a task is closed, `after` it was given."""

    outcome: str
    after: timedelta


class TaskEnds:
    """How staff are assumed to close tasks. A node that is named has its own assumptions, and only those."""

    def __init__(self, assumed: Sequence[AssumedTask]) -> None:
        self._bands: dict[str | None, list[tuple[float, TaskEnd]]] = {}
        for one in assumed:
            bands = self._bands.setdefault(one.node, [])
            reached = bands[-1][0] if bands else 0.0
            bands.append((reached + one.probability * 100, TaskEnd(one.outcome, parse(one.after).fixed)))

    def drawn(self, node: str, salt: str, run: str) -> TaskEnd | None:
        """How this task ends before it is overdue; None: it is left until then."""
        bands = self._bands.get(node) or self._bands.get(None) or []
        draw = position(f"{salt}/task/{node}", run)
        end = next((end for high, end in bands if draw < high), None)
        return None if end is None or end.outcome == "overdue" else end
