"""A stable sample of a workspace's people: the last bits of an id (UUID version 7) are random, and stay."""

from typing import Final
from uuid import UUID

from profiles.models import Profile

ALL: Final = 65_536
# Over `p`, a row of profiles_profile; the parameter is `threshold`.
SAMPLED: Final = "('x' || right(p.id::text, 4))::bit(16)::int < %s"


def threshold(workspace_id: UUID, most: int) -> int:
    """The parameter of SAMPLED with which about `most` people are in the sample; ALL: everybody is."""
    people = Profile.objects.filter(workspace_id=workspace_id).count()
    return ALL if people <= most else max(1, ALL * most // people)
