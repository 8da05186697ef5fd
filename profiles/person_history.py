"""The record of what was known about people, and when: append, and read back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection

from profiles.models import PersonHistory
from workspaces.models.base import new_id

_APPEND = """
insert into profiles_personhistory (id, workspace_id, profile_id, at, attributes, tags, home_id)
select new.id, new.workspace_id, new.profile_id, new.at, new.attributes, new.tags, new.home_id
from json_to_recordset(%s::json)
  as new(id uuid, workspace_id uuid, profile_id uuid, at timestamptz, attributes jsonb, tags jsonb, home_id uuid)
"""
_NEWEST = """
select person.id, entry.at from unnest(%s::uuid[]) as person(id)
cross join lateral (
    select at from profiles_personhistory where profile_id = person.id order by at desc limit 1
) as entry
"""


class Entry(NamedTuple):
    """One change: a merge patch of attributes, and tags as `read_tags` gives them.

    `home_id` is whose it was before a merge brought the identity by which it came to its person.
    """

    workspace_id: UUID
    profile_id: UUID
    at: datetime
    attributes: Mapping[str, Any]
    tags: Mapping[str, Any]
    home_id: UUID | None = None


def newest(people: Collection[UUID]) -> dict[UUID, datetime]:
    """When the newest change of each person was so."""
    if not people:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(_NEWEST, [list(people)])
        return dict(cursor.fetchall())


def read(people: Collection[UUID]) -> dict[UUID, list[Entry]]:
    """Every change of each person, in order."""
    found: dict[UUID, list[Entry]] = {}
    if people:
        rows = PersonHistory.objects.filter(profile_id__in=people).order_by("at", "id").values_list(*Entry._fields)
        for row in rows:
            found.setdefault(row[1], []).append(Entry(*row))
    return found


def append(entries: Sequence[Entry]) -> list[UUID]:
    """Keep changes, in the order in which they were made; of one instant, the first comes first. Returns their ids."""
    if not entries:
        return []
    # The order of the ids decides between changes of one instant.
    ids = sorted(new_id() for _ in entries)
    rows = [{"id": id_, **entry._asdict()} for id_, entry in zip(ids, entries, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_APPEND, [orjson.dumps(rows).decode()])
    return ids
