"""Changing what is known about people, in bulk, and keeping every change with its time.

A change counts from the moment at which it was so, not from its arrival: a late older value does not win over a newer
one of the same key. What is known is what all changes come to, key by key (of attributes: their first part), in the
order of those moments.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson
from django.db import connection

from profiles import person_history
from profiles.attributes import MAX_TAGS, is_too_large, merge, merge_tags, show_tags
from profiles.models import Profile
from profiles.person_history import Entry
from profiles.rules.dependencies import attribute, different, tag

_WRITE = """
update profiles_profile profile
set attributes = new.attributes, tags = new.tags, updated_at = now(),
    history_since = coalesce(profile.history_since, new.since)
from json_to_recordset(%s::json) as new(id uuid, attributes jsonb, tags jsonb, since timestamptz)
where profile.id = new.id
"""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A checked change: results of `read_patch` and `read_tags`. `at` (aware) is when it was so; None: from receipt.

    `home` is whose the identity was by which it came: undoing the merge that brought it gives the change to them.
    """

    attributes: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, Any] = field(default_factory=dict)
    at: datetime | None = None
    home: UUID | None = None


@dataclass
class Applied:
    """Who is different now, and whose change was refused because too much would be known about them."""

    changed: set[UUID] = field(default_factory=set)
    # Of those who are different: the names of what is (`profiles.rules.dependencies`).
    what: dict[UUID, set[str]] = field(default_factory=dict)
    too_large: set[UUID] = field(default_factory=set)


class _Known(NamedTuple):
    id: UUID
    workspace_id: UUID
    attributes: dict[str, Any]
    tags: dict[str, Any]
    history_since: datetime | None
    updated_at: datetime


def apply_changes(changes: Mapping[UUID, Sequence[PersonChange]], now: datetime) -> Applied:
    """Apply each person's changes, all of a person's or none. Must run in a transaction; `now` (aware) is the receipt.

    A change from receipt is never late: it counts after everything that is known, in the order of its arrival.
    """
    applied = Applied()
    people = _read(changes.keys())
    newest = person_history.newest([person.id for person in people if person.history_since])
    entries = {person.id: _entries(person, changes[person.id], newest.get(person.id), now) for person in people}
    late = {id_ for id_, found in entries.items() if id_ in newest and any(one.at < newest[id_] for one in found)}
    earlier = person_history.read(late)
    rows, kept = [], []
    for person in people:
        found = entries[person.id]
        attributes, tags = _outcome(person, found, earlier.get(person.id))
        if is_too_large(attributes) or len(tags) > MAX_TAGS:
            applied.too_large.add(person.id)
            continue
        kept += found
        is_different = (attributes, tags) != (person.attributes, person.tags)
        if is_different or person.id in late:
            # A late change may break what had held without changing what is known now.
            applied.changed.add(person.id)
            names = (name for entry in found for name in [*map(attribute, entry.attributes), *map(tag, entry.tags)])
            applied.what[person.id] = different(person.attributes, attributes, person.tags, tags).union(names)
        if is_different or (found and person.history_since is None):
            since = min(one.at for one in found)
            rows.append({"id": person.id, "attributes": attributes, "tags": tags, "since": since})
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [orjson.dumps(rows).decode()])
    person_history.append(kept)
    return applied


def _entries(person: _Known, changes: Sequence[PersonChange], newest: datetime | None, now: datetime) -> list[Entry]:
    """The changes as they go on record, before the first of them what was known until then."""
    found: list[Entry] = []
    latest = newest
    for change in changes:
        if change.attributes or change.tags:
            at = change.at or (now if latest is None else max(now, latest))
            latest = at if latest is None else max(at, latest)
            home = None if change.home == person.id else change.home
            found.append(Entry(person.workspace_id, person.id, at, change.attributes, change.tags, home))
    if found and person.history_since is None and (person.attributes or person.tags):
        # Nobody knows how long it was so; it is not newer than the first change that was recorded.
        at = min(person.updated_at, *(one.at for one in found))
        found.insert(0, Entry(person.workspace_id, person.id, at, person.attributes, show_tags(person.tags)))
    return found


def _outcome(
    person: _Known, entries: Sequence[Entry], earlier: Sequence[Entry] | None
) -> tuple[dict[str, Any], dict[str, Any]]:
    """What is known after the entries. `earlier`, all that was on record, is needed if one of them is late."""
    # Sorting is stable: of one instant, what was recorded first comes first.
    in_order = sorted((*(earlier or ()), *entries), key=lambda one: one.at)
    attributes, tags = dict(person.attributes), dict(person.tags)
    if earlier is not None or person.history_since is None:
        # From the beginning, for the keys that these entries name.
        for entry in entries:
            for key in entry.attributes:
                attributes.pop(key, None)
            for name in entry.tags:
                tags.pop(name, None)
        named = ({key for one in entries for key in one.attributes}, {name for one in entries for name in one.tags})
        in_order = [_only(one, *named) for one in in_order]
    for entry in in_order:
        attributes = merge(attributes, entry.attributes)
        tags = merge_tags(tags, entry.tags)
    return attributes, tags


def _only(entry: Entry, keys: set[str], names: set[str]) -> Entry:
    return entry._replace(
        attributes={key: value for key, value in entry.attributes.items() if key in keys},
        tags={name: value for name, value in entry.tags.items() if name in names},
    )


def _read(profile_ids: Iterable[UUID]) -> list[_Known]:
    # In the order of their ids, so that two groups of updates never wait for each other mutually.
    rows = Profile.objects.filter(id__in=list(profile_ids)).order_by("id").select_for_update(no_key=True)
    return [_Known(*row) for row in rows.values_list(*_Known._fields)]
