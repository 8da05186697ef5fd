"""Two people become one: everything of the merged person goes to the survivor, and what went is recorded."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.contrib.auth.models import User
from django.db import connection

from profiles.choices import MergeOrigin
from profiles.identity_values import IdentityKey
from profiles.merging import tag_assignments
from profiles.merging.derived import MEMBERS, have_computed, keep_sizes, move_members
from profiles.merging.facts import PeopleMerged, profiles_merged
from profiles.merging.history import Together, put_together
from profiles.merging.tables import move, person_tables
from profiles.models import PersonHistory, Profile, ProfileAlias, ProfileMerge
from profiles.privacy.tombstones import check_alive
from workspaces.models import Workspace

# In the order of their ids, as everybody locks people's rows.
_ROWS = """
select id, to_json(p.*)::text from profiles_profile p where id = any(%s) order by id for update
"""
_MOVE_IDENTITIES = """
update profiles_identity set home_id = coalesce(home_id, profile_id), profile_id = %s where profile_id = %s
"""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The identity that two people have in common, the one it was seen with, and the event that brought both."""

    key: IdentityKey
    seen_with: IdentityKey
    event_id: str = ""


def merge(
    workspace_id: UUID,
    survivor_id: UUID,
    merged_id: UUID,
    at: datetime,
    *,
    rule: str,
    evidence: Evidence | None = None,
    origin: MergeOrigin = MergeOrigin.FACT,
    reason: str = "",
    user: User | None = None,
) -> ProfileMerge:
    """Make `merged_id` a part of `survivor_id`. Both are locked, and `merges_ahead` has been told of them.

    Raises ErasedMeanwhile. Tells `profiles_merged`; telling `profiles_changed` of the survivor is the caller's.
    """
    check_alive(workspace_id, [survivor_id, merged_id])
    rows = _read_rows([survivor_id, merged_id])
    profiles = Profile.objects.in_bulk([survivor_id, merged_id])
    survivor, merged = profiles[survivor_id], profiles[merged_id]
    together = put_together(survivor, merged)
    record = ProfileMerge(
        workspace_id=workspace_id,
        survivor_id=survivor_id,
        merged_id=merged_id,
        at=at,
        origin=origin,
        reason=reason,
        rule=rule,
        by=user,
        survivor_before=rows[survivor_id],
        merged_before=rows[merged_id],
        after={**together.contents._asdict(), "begun": [str(one) for one in together.begun]},
    )
    if evidence is not None:
        record.type, record.value = evidence.key
        record.with_type, record.with_value = evidence.seen_with
        record.event_id = evidence.event_id
    record.save()
    record.moved = _move(record, together)
    if (*together.contents, together.since) != (survivor.attributes, survivor.tags, survivor.history_since):
        survivor.attributes, survivor.tags = together.contents
        survivor.history_since = together.since
        survivor.save(update_fields=["attributes", "tags", "history_since", "updated_at"])
    ProfileAlias.objects.create(id=merged_id, workspace_id=workspace_id, profile_id=survivor_id, merge_id=record.id)
    with connection.cursor() as cursor:
        # Everything that refers to it has moved; Django would look for it all again.
        cursor.execute("delete from profiles_profile where id = %s", [merged_id])
    fact = PeopleMerged(record.id, survivor_id, merged_id, at)
    profiles_merged.send(Workspace.objects.get(id=workspace_id), [fact])
    record.notes = fact.notes
    record.save(update_fields=["after", "moved", "notes"])
    return record


def _read_rows(ids: list[UUID]) -> dict[UUID, dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute(_ROWS, [ids])
        return {id_: orjson.loads(row) for id_, row in cursor.fetchall()}


def _move(record: ProfileMerge, together: Together) -> dict[str, int]:
    with connection.cursor() as cursor:
        cursor.execute(_MOVE_IDENTITIES, [record.survivor_id, record.merged_id])
        moved = {"profiles_identity": cursor.rowcount}
    keep_sizes(record, lambda: moved.update({MEMBERS.name: move_members(record)}))
    moved[tag_assignments.TABLE.name] = tag_assignments.move(record)
    have_computed(record)
    for table in person_tables():
        count = move(record, table, aside=together.is_apart and table.model is PersonHistory)
        moved[table.name] = count
    return {name: count for name, count in moved.items() if count}
