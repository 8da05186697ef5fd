"""The catalogue of events, learned from those that came: names, exact volumes by day, and properties from samples.

Each batch leaves, in its own transaction, one EventTally for each name and day, with the properties of one event. `fold`
adds them up afterwards: counts are exact, and properties are seen in every batch but not in every event.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import connection, transaction

from profiles.choices import ValueType
from profiles.models import EventProperty
from profiles.rules.compare import instant
from workspaces.masking import mask_at
from workspaces.models.base import new_id

AT_ONCE: Final = 5_000
MOST_SAMPLES: Final = 20  # of one name, of those folded at once
MOST_PROPERTIES: Final = 300  # of one name
MOST_EXAMPLES: Final = 5
LONGEST_EXAMPLE: Final = 60
LONGEST_PATH: Final = 255

_CLAIM = """
delete from profiles_eventtally where id = any(array(
    select id from profiles_eventtally order by id limit %s for update skip locked))
returning workspace_id, name, day, count, received_at, sample::text
"""
# In the order of the keys: two that fold at once wait for one another, never mutually.
_ADD_VOLUMES = """
insert into profiles_eventvolume (workspace_id, name, day, count)
select workspace_id, name, day, count
from json_to_recordset(%s::json) as new(workspace_id uuid, name text, day date, count bigint)
order by 1, 2, 3
on conflict (workspace_id, name, day) do update set count = profiles_eventvolume.count + excluded.count
"""
_ADD_NAMES = """
insert into profiles_eventdefinition as known
    (id, workspace_id, name, description, is_hidden, total, first_seen_at, last_seen_at, created_at)
select id, workspace_id, name, '', false, total, first, last, now()
from json_to_recordset(%s::json)
    as new(id uuid, workspace_id uuid, name text, total bigint, first timestamptz, last timestamptz)
order by workspace_id, name
on conflict (workspace_id, name) do update set total = known.total + excluded.total,
    first_seen_at = least(known.first_seen_at, excluded.first_seen_at),
    last_seen_at = greatest(known.last_seen_at, excluded.last_seen_at)
returning workspace_id, name, id
"""


@dataclass
class _Seen:
    """What was folded of one name."""

    total: int = 0
    times: list[datetime] = field(default_factory=list)
    samples: list[Mapping[str, Any]] = field(default_factory=list)


def fold(limit: int = AT_ONCE) -> int:
    """Add tallies to the catalogue, in one transaction. Returns how many; there may be more if it is `limit`."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_CLAIM, [limit])
        rows = cursor.fetchall()
        if not rows:
            return 0
        names: dict[tuple[UUID, str], _Seen] = defaultdict(_Seen)
        volumes: dict[tuple[UUID, str, date], int] = defaultdict(int)
        for workspace, name, day, count, received_at, sample in rows:
            seen = names[workspace, name]
            seen.total += count
            seen.times.append(received_at)
            if len(seen.samples) < MOST_SAMPLES:
                seen.samples.append(orjson.loads(sample))
            volumes[workspace, name, day] += count
        cursor.execute(_ADD_VOLUMES, [_json(_volume_rows(volumes))])
        cursor.execute(_ADD_NAMES, [_json(_name_rows(names))])
        for workspace, name, definition in cursor.fetchall():
            _learn(workspace, definition, names[workspace, name])
    return len(rows)


def _volume_rows(volumes: Mapping[tuple[UUID, str, date], int]) -> list[dict[str, Any]]:
    return [
        {"workspace_id": workspace, "name": name, "day": day, "count": count}
        for (workspace, name, day), count in volumes.items()
    ]


def _name_rows(names: Mapping[tuple[UUID, str], _Seen]) -> list[dict[str, Any]]:
    return [
        {
            "id": new_id(),
            "workspace_id": workspace,
            "name": name,
            "total": seen.total,
            "first": min(seen.times),
            "last": max(seen.times),
        }
        for (workspace, name), seen in names.items()
    ]


def _learn(workspace: UUID, definition: UUID, seen: _Seen) -> None:
    """Add what samples show to the properties of a name, whose row this transaction holds."""
    known = {row.path: row for row in EventProperty.objects.filter(definition_id=definition)}
    new: list[EventProperty] = []
    touched: dict[str, EventProperty] = {}
    for path, value in (pair for sample in seen.samples for pair in leaves(sample)):
        row = known.get(path)
        if row is None:
            if len(known) >= MOST_PROPERTIES:
                continue
            row = known[path] = EventProperty(
                workspace_id=workspace, definition_id=definition, path=path, first_seen_at=min(seen.times)
            )
            new.append(row)
        else:
            touched[path] = row
        kind = type_of(value)
        row.types[kind] = row.types.get(kind, 0) + 1
        row.last_seen_at = max(seen.times)
        _add_example(row, value)
    EventProperty.objects.bulk_create(new)
    old = [row for row in touched.values() if row not in new]
    EventProperty.objects.bulk_update(old, ["types", "examples", "last_seen_at"])


def leaves(value: Mapping[str, Any], prefix: str = "") -> Iterable[tuple[str, Any]]:
    """The values of an event's properties by their dotted paths, as rules name them; lists are values."""
    for key, item in value.items():
        path = f"{prefix}{key}"
        if len(path) > LONGEST_PATH:
            continue
        if isinstance(item, Mapping) and item:
            yield from leaves(item, f"{path}.")
        else:
            yield path, item


def type_of(value: Any) -> ValueType:
    """The type of a property's value, as rules read it: a text that is an instant is one, a text of digits is a text."""
    match value:
        case None:
            return ValueType.NULL
        case bool():
            return ValueType.BOOLEAN
        case int() | float():
            return ValueType.NUMBER
        case list():
            return ValueType.LIST
        case Mapping():
            return ValueType.OBJECT
        case _:
            return ValueType.TEXT if instant(value) is None else ValueType.INSTANT


def _add_example(row: EventProperty, value: Any) -> None:
    if value is None or isinstance(value, list | Mapping) or len(row.examples) >= MOST_EXAMPLES:
        return
    example = mask_at(row.path.split("."), value)
    if isinstance(example, str) and len(example) > LONGEST_EXAMPLE:
        example = example[:LONGEST_EXAMPLE] + "…"
    if example not in row.examples and example != "":
        row.examples = [*row.examples, example]


def _json(rows: list[dict[str, Any]]) -> str:
    return orjson.dumps(rows).decode()
