"""A merge taken back: everything returns to where it came from, and the two are kept apart from then on.

What the merge moved goes back. What has arrived since by an identity of the merged person (events, changes of attributes
and tags, consents, further identities) goes to them; all else that came after the merge stays with the survivor.
"""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

import orjson
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from profiles.hooks import profiles_changed
from profiles.identity_values import IdentityKey
from profiles.locks import lock_identities, lock_people
from profiles.merging import arrivals, history, tag_assignments
from profiles.merging.aliases import cluster
from profiles.merging.derived import MEMBERS, have_computed_again, keep_sizes
from profiles.merging.facts import PeopleUnmerged, merges_ahead, profiles_unmerged
from profiles.merging.tables import give_back, person_tables
from profiles.merging.tries import until_settled
from profiles.models import Identity, KeptApart, MergedRows, MergeUndo, ProfileAlias, ProfileMerge
from profiles.privacy.tombstones import refuse_if_erased
from workspaces.errors import DomainError
from workspaces.models import Workspace

_INSERT = "insert into profiles_profile select * from json_populate_record(null::profiles_profile, %s::json)"
_IDENTITIES = """
update profiles_identity set profile_id = %(merged)s, home_id = nullif(home_id, %(merged)s)
where profile_id = %(survivor)s and home_id = any(%(homes)s)
"""


def undo(workspace: Workspace, merge_id: UUID, at: datetime, user: User | None, reason: str = "") -> MergeUndo:
    """Take a merge back. Raises DomainError `already_undone`, `merge_forgotten` if what it needs is not kept any
    more, or `merged_again` while its survivor is merged away.
    """
    return until_settled(lambda: _undo(workspace, merge_id, at, user, reason))


def _undo(workspace: Workspace, merge_id: UUID, at: datetime, user: User | None, reason: str) -> MergeUndo:
    merge = ProfileMerge.objects.select_for_update(of=("self",)).get(workspace=workspace, id=merge_id)
    _check(merge)
    homes = [merge.merged_id, *_moved_aliases(merge)]
    identities = Identity.objects.filter(profile_id=merge.survivor_id, home_id__in=homes)
    lock_identities(workspace.id, [IdentityKey(*key) for key in identities.values_list("type", "value")])
    people = sorted([merge.survivor_id, merge.merged_id])
    merges_ahead.send(workspace, people)
    lock_people(workspace.id, people)
    _check(merge)
    refuse_if_erased(workspace.id, people)
    _separate(merge, homes)
    undone = MergeUndo.objects.create(
        workspace=workspace, merge=merge, survivor_id=merge.survivor_id, at=at, reason=reason, by=user
    )
    keep_apart(workspace.id, merge.survivor_id, merge.merged_id)
    fact = PeopleUnmerged(merge.id, merge.survivor_id, merge.merged_id, at, merge.notes)
    profiles_unmerged.send(workspace, [fact])
    profiles_changed.send(workspace, people)
    return undone


def keep_apart(workspace_id: UUID, one: UUID, other: UUID) -> None:
    first, second = sorted((one, other))
    KeptApart.objects.bulk_create(
        [KeptApart(workspace_id=workspace_id, first_id=first, second_id=second, at=timezone.now())],
        ignore_conflicts=True,
    )


def are_together(workspace_id: UUID, people: Collection[UUID]) -> None:
    """Somebody has said that these, with all who have become them, are one after all."""
    everybody = list(cluster(people))
    KeptApart.objects.filter(workspace_id=workspace_id, first_id__in=everybody, second_id__in=everybody).delete()


def _check(merge: ProfileMerge) -> None:
    if MergeUndo.objects.filter(merge=merge).exists():
        raise DomainError("already_undone", "This merge has been undone.", status=409)
    if not merge.merged_before:
        raise DomainError(
            "merge_forgotten",
            "What the two people were before is not kept any more, by the workspace's rule `merges`.",
            status=409,
        )
    later = ProfileAlias.objects.filter(id=merge.survivor_id).first()
    if later is not None:
        raise DomainError(
            "merged_again",
            "The survivor has been merged into somebody else since: undo that merge first.",
            status=409,
            extra={"merge": str(later.merge_id)},
        )


def _moved_aliases(merge: ProfileMerge) -> list[UUID]:
    rows = MergedRows.objects.filter(merge=merge, table=ProfileAlias._meta.db_table).first()
    return [UUID(key) for key in rows.keys] if rows else []


def _separate(merge: ProfileMerge, homes: list[UUID]) -> None:
    with connection.cursor() as cursor:
        cursor.execute(_INSERT, [orjson.dumps(merge.merged_before).decode()])
        cursor.execute(_IDENTITIES, {"survivor": merge.survivor_id, "merged": merge.merged_id, "homes": homes})
    ProfileAlias.objects.filter(id=merge.merged_id).delete()
    moved = {rows.table: rows for rows in MergedRows.objects.filter(merge=merge)}
    for table in person_tables():
        if table.name in moved:
            give_back(moved[table.name], table, merge.survivor_id, merge.merged_id)
    members = moved.get(MEMBERS.name)
    if members:
        keep_sizes(merge, lambda: give_back(members, MEMBERS, merge.survivor_id, merge.merged_id))
    arrivals.give_back(merge.survivor_id, merge.merged_id, homes)
    history.give_back_arrivals(merge.survivor_id, merge.merged_id, homes)
    history.take_apart(merge)
    tag_assignments.give_back(merge, moved.get(tag_assignments.TABLE.name))
    have_computed_again(merge)
