"""All that one page about a person shows, read in a handful of statements, however much is known."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from profiles.consent import newest_entries
from profiles.models import Consent, Identity, Profile
from profiles.timeline import TimelineEntry, timeline
from workspaces.models import Workspace

_SEGMENTS = """
select s.id, s.name, m.since from profiles_segmentmember m join profiles_segment s on s.id = m.segment_id
where m.profile_id = %s and m.workspace_id = %s order by m.since desc, s.id
"""


@dataclass(frozen=True, slots=True)
class InSegment:
    """A segment whose members are kept, that the person is in, and since when."""

    id: UUID
    name: str
    since: datetime


@dataclass(frozen=True, slots=True)
class Overview:
    profile: Profile
    identities: list[Identity]
    segments: list[InSegment]
    consents: list[Consent]
    timeline: list[TimelineEntry]


def overview(workspace: Workspace, profile: Profile, entries: int) -> Overview:
    """Read what is known about a person, with the newest `entries` of their timeline."""
    return Overview(
        profile,
        identities=list(Identity.objects.filter(profile=profile).order_by("id")),
        segments=_segments(workspace, profile.id),
        consents=list(newest_entries(Consent.objects.filter(profile=profile))),
        timeline=timeline(workspace, profile.id, None, entries),
    )


def _segments(workspace: Workspace, profile_id: UUID) -> list[InSegment]:
    with connection.cursor() as cursor:
        cursor.execute(_SEGMENTS, [profile_id, workspace.id])
        return [InSegment(*row) for row in cursor.fetchall()]
