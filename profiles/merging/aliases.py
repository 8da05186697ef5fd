"""Former ids of people: whom a merged-away id means now, and whether anything has changed while locks were waited for."""

from collections.abc import Collection, Mapping
from uuid import UUID

from django.db import connection

from profiles.models import ProfileAlias

# An undoing is looked for this long back: its transaction may have begun long before it committed.
_MOVED = """
select exists (select 1 from profiles_profilealias where id = any(%(ids)s))
    or exists (
        select 1 from profiles_mergeundo where survivor_id = any(%(ids)s) and recorded_at > now() - interval '10 minutes'
    )
"""


class PeopleMoved(Exception):
    """Somebody was merged, or a merge undone, before their lock was had: the work must begin anew."""


def current_ids(workspace_id: UUID, profile_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Return whom each id means now: itself, unless that person has been merged into another."""
    rows = ProfileAlias.objects.filter(workspace_id=workspace_id, id__in=list(profile_ids))
    aliases = dict(rows.values_list("id", "profile_id"))
    return {one: aliases.get(one, one) for one in profile_ids}


def current_id(workspace_id: UUID, profile_id: UUID) -> UUID:
    return current_ids(workspace_id, [profile_id])[profile_id]


def may_have_moved(profile_ids: Collection[UUID]) -> bool:
    """Whether one of these locked people is no more, or has given somebody back a short while ago."""
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, {"ids": list(profile_ids)})
        return bool(cursor.fetchone()[0])


def cluster(profile_ids: Collection[UUID]) -> Mapping[UUID, UUID]:
    """Everybody who has become one of these, and these themselves: id → present id."""
    merged = ProfileAlias.objects.filter(profile_id__in=list(profile_ids)).values_list("id", "profile_id")
    return {**{one: one for one in profile_ids}, **dict(merged)}
