"""What was written down about who was where: members at an instant, and how segments overlap."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.db.models.expressions import RawSQL

from profiles.models import Profile, Segment, SegmentState
from workspaces.errors import DomainError
from workspaces.models import Workspace

WERE_IN = """
select m.profile_id from profiles_segmentmember m where m.segment_id = %s and m.since <= %s
union all
select s.profile_id from profiles_segmentstay s where s.segment_id = %s and s.entered_at <= %s and s.left_at > %s
"""
# Each person is a set of bits, one for each segment that they are in.
OVERLAP = """
select bits, count(*) from (
    select m.profile_id, bit_or(1 << w.place) as bits
    from unnest(%s::uuid[], %s::int[]) as w(segment_id, place)
    join profiles_segmentmember m on m.segment_id = w.segment_id
    group by m.profile_id
) people group by bits order by bits
"""


class Part(NamedTuple):
    """People who are in exactly these of the segments that were compared."""

    segments: list[UUID]
    people: int


def members_at(segment: Segment, at: datetime) -> QuerySet[Profile]:
    """Who was in it at `at` (aware), as it was known then. Raises DomainError `before_history`."""
    known_since = SegmentState.objects.filter(segment=segment).values_list("filled_at", flat=True).first()
    if known_since is None or at < known_since:
        since = known_since.isoformat() if known_since else "later"
        detail = f"Who is in this segment is written down since {since}: preview its rule as of that instant instead."
        raise DomainError("before_history", detail, "at")
    # Constant SQL, with its values beside it.
    ids = RawSQL(WERE_IN, (segment.pk, at, segment.pk, at, at))  # noqa: S611
    return Profile.objects.filter(workspace_id=segment.workspace_id, id__in=ids)


def overlap(workspace: Workspace, segments: Sequence[UUID]) -> list[Part]:
    """Divide everybody who is in any of these segments by which ones. Raises DomainError `unknown_segment`."""
    present = set(Segment.objects.filter(workspace=workspace, id__in=segments).values_list("id", flat=True))
    for number, one in enumerate(segments):
        if one not in present:
            raise DomainError("unknown_segment", "There is no such segment in this workspace.", f"segments.{number}")
    with connection.cursor() as cursor:
        cursor.execute(OVERLAP, [list(segments), list(range(len(segments)))])
        return [
            Part([one for place, one in enumerate(segments) if bits >> place & 1], count)
            for bits, count in cursor.fetchall()
        ]
