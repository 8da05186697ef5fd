"""The record of what was known about people, put together by a merge and taken apart again.

A merge moves the rows as any others (profiles.merging.tables). Somebody of whom no change is on record gets first what
was known until then, as with a first change; undoing takes that away again.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from profiles import person_history
from profiles.attributes import show_tags
from profiles.merging.contents import Contents, come_to
from profiles.models import PersonHistory, Profile, ProfileMerge
from profiles.person_history import Entry

_ARRIVED = """
update profiles_personhistory set profile_id = %(merged)s, home_id = nullif(home_id, %(merged)s)
where profile_id = %(survivor)s and home_id = any(%(homes)s)
"""
_WRITE = """
update profiles_profile set attributes = %s::jsonb, tags = %s::jsonb, history_since = %s,
    updated_at = case when %s then %s::timestamptz else now() end
where id = %s
"""


@dataclass(frozen=True, slots=True)
class Together:
    """What is known about two people who are one.

    `begun` are the rows that the merge put at the beginning of a record. `is_apart`: both together would be more than
    may be kept, so what is known is the survivor's, and the merged person's record is put aside.
    """

    contents: Contents
    since: datetime | None
    begun: list[UUID]
    is_apart: bool


def put_together(survivor: Profile, merged: Profile) -> Together:
    """Begin the records that are missing, and say what both come to. The rows are not moved yet."""
    # Of two at the same instant the survivor's holds: it comes last.
    missing = [one for one in (merged, survivor) if one.history_since is None and (one.attributes or one.tags)]
    begun = person_history.append(
        [Entry(one.workspace_id, one.id, one.updated_at, one.attributes, show_tags(one.tags)) for one in missing]
    )
    contents = come_to(_rows([survivor.id, merged.id]))
    own = Contents(survivor.attributes, survivor.tags)
    is_apart = contents.is_too_much
    starts = [one.updated_at if one in missing else one.history_since for one in (survivor, merged)]
    known = [one for one in (starts[:1] if is_apart else starts) if one is not None]
    return Together(own if is_apart else contents, min(known, default=None), begun, is_apart)


def give_back_arrivals(survivor: UUID, merged: UUID, homes: Collection[UUID]) -> None:
    """Give the changes that came for `homes` to the person who is separate again."""
    with connection.cursor() as cursor:
        cursor.execute(_ARRIVED, {"survivor": survivor, "merged": merged, "homes": list(homes)})


def take_apart(merge: ProfileMerge) -> None:
    """Write what each is known to be by their own record, when every row of it is theirs again."""
    begun = {UUID(one) for one in merge.after["begun"]}
    for person, before in ((merge.survivor_id, merge.survivor_before), (merge.merged_id, merge.merged_before)):
        _restore(person, before, begun)


def _restore(person: UUID, before: Mapping[str, Any], begun: Collection[UUID]) -> None:
    rows = _rows([person])
    since = before["history_since"]
    if since is None:
        since = _begin(rows, begun)
        rows = _rows([person])
    contents = come_to(rows) if since else Contents(before["attributes"], before["tags"])
    as_before = contents == (before["attributes"], before["tags"])
    values = [orjson.dumps(contents.attributes).decode(), orjson.dumps(contents.tags).decode()]
    with connection.cursor() as cursor:
        cursor.execute(_WRITE, [*values, since, as_before, before["updated_at"], person])


def _begin(rows: list[PersonHistory], begun: Collection[UUID]) -> datetime | None:
    """Since when there is a record of somebody who had none: none, or as if the first change had come without the merge."""
    first = [row for row in rows if row.id in begun]
    changes = [row for row in rows if row.id not in begun]
    if not changes:
        PersonHistory.objects.filter(id__in=[row.id for row in first]).delete()
        return None
    # What was known is not newer than the first change that was recorded (profiles.person_changes).
    together = min(row.recorded_at for row in changes)
    since = min(row.at for row in [*first, *(row for row in changes if row.recorded_at == together)])
    PersonHistory.objects.filter(id__in=[row.id for row in first]).update(at=since)
    return since


def _rows(people: Collection[UUID]) -> list[PersonHistory]:
    return list(PersonHistory.objects.filter(profile_id__in=people).order_by("at", "id"))
