"""Why somebody is who they are: every merge that led to them, and those that were taken back."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q, QuerySet

from profiles.merging.aliases import cluster
from profiles.models import ProfileMerge
from profiles.timeline import Position, TimelineEntry
from workspaces.models import Workspace

# The people are an array, so that each of the two indexes is entered with it.
_IN_TIMELINE = """
with everybody as (
    select array(select id from profiles_profilealias where profile_id = %(profile)s union all select %(profile)s::uuid) as ids
)
select m.id, m.at, m.origin, m.survivor_id, m.merged_id, u.at
from profiles_profilemerge m left join profiles_mergeundo u on u.merge_id = m.id
where m.workspace_id = %(workspace)s
      and (m.survivor_id = any((select ids from everybody)::uuid[]) or m.merged_id = any((select ids from everybody)::uuid[]))
      and (%(at)s::timestamptz is null or (m.at, m.id) < (%(at)s::timestamptz, %(id)s::uuid))
order by m.at desc, m.id desc limit %(limit)s
"""


def merges_of(workspace_id: UUID, profile_id: UUID) -> QuerySet[ProfileMerge]:
    """All merges of a person and of everybody who has become this person, newest first; also the undone ones."""
    everybody = list(cluster([profile_id]))
    concerned = Q(survivor_id__in=everybody) | Q(merged_id__in=everybody)
    merges = ProfileMerge.objects.filter(concerned, workspace_id=workspace_id)
    return merges.select_related("undo", "by", "undo__by").order_by("-id")


def merges_in_timeline(
    workspace: Workspace, profile: UUID, before: Position | None, limit: int
) -> Iterable[TimelineEntry]:
    """`profiles.timeline.TimelineSource`: each merge that led to a person, when it was made; undone ones say so."""
    values = {
        "profile": profile,
        "workspace": workspace.id,
        "at": before.at if before else None,
        "id": before.id if before else None,
        "limit": limit,
    }
    with connection.cursor() as cursor:
        cursor.execute(_IN_TIMELINE, values)
        rows = cursor.fetchall()
    for id_, at, origin, survivor, merged, undone_at in rows:
        data: dict[str, Any] = {
            "merge": str(id_),
            "survivor": str(survivor),
            "merged": str(merged),
            "undone_at": undone_at.isoformat() if undone_at else None,
        }
        yield TimelineEntry(id_, at, "merge", origin, data)
