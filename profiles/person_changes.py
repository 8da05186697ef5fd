"""Changing what is known about people, in bulk."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from profiles.attributes import MAX_TAGS, is_too_large, merge, merge_tags
from profiles.models import Profile

_WRITE = """
update profiles_profile profile
set attributes = new.attributes::jsonb, tags = new.tags::jsonb, updated_at = now()
from unnest(%s::uuid[], %s::text[], %s::text[]) as new(id, attributes, tags)
where profile.id = new.id
"""


@dataclass(frozen=True, slots=True)
class PersonChange:
    """A checked change: results of `read_patch` and `read_tags`."""

    attributes: Mapping[str, Any] = field(default_factory=dict)
    tags: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Applied:
    """Who is different now, and whose change was refused because too much would be known about them."""

    changed: set[UUID] = field(default_factory=set)
    too_large: set[UUID] = field(default_factory=set)


def apply_changes(changes: Mapping[UUID, Sequence[PersonChange]]) -> Applied:
    """Apply each person's changes in order, all of a person's or none. Must run in a transaction."""
    applied = Applied()
    rows = []
    for profile_id, attributes, tags in _read(changes.keys()):
        new_attributes, new_tags = attributes, tags
        for change in changes[profile_id]:
            new_attributes = merge(new_attributes, change.attributes)
            new_tags = merge_tags(new_tags, change.tags)
        if is_too_large(new_attributes) or len(new_tags) > MAX_TAGS:
            applied.too_large.add(profile_id)
        elif (new_attributes, new_tags) != (attributes, tags):
            applied.changed.add(profile_id)
            rows.append((profile_id, orjson.dumps(new_attributes).decode(), orjson.dumps(new_tags).decode()))
    if rows:
        with connection.cursor() as cursor:
            cursor.execute(_WRITE, [list(column) for column in zip(*rows, strict=True)])
    return applied


def _read(profile_ids: Iterable[UUID]) -> list[tuple[UUID, dict[str, Any], dict[str, Any]]]:
    # In the order of their ids, so that two groups of updates never wait for each other mutually.
    rows = Profile.objects.filter(id__in=list(profile_ids)).order_by("id").select_for_update(no_key=True)
    return list(rows.values_list("id", "attributes", "tags"))
