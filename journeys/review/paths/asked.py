"""What somebody asks for, as filters of runs."""

from collections.abc import Mapping
from typing import Any

from journeys.models import Journey, JourneyVersion
from journeys.review.paths.filters import Filters
from profiles.models import Segment
from workspaces.errors import DomainError


def filters_of(journey: Journey, asked: Mapping[str, Any]) -> Filters:
    """The filters by the names of their parameters; `version` is a number. Raises DomainError: `unknown_version`,
    `unknown_segment`.
    """
    version = None
    if "version" in asked:
        versions = JourneyVersion.objects.filter(journey=journey, number=asked["version"])
        version = versions.values_list("pk", flat=True).first()
        if version is None:
            raise DomainError("unknown_version", f"There is no version {asked['version']}.", "version")
    segment = asked.get("segment")
    if segment is not None and not Segment.objects.filter(pk=segment, workspace_id=journey.workspace_id).exists():
        raise DomainError("unknown_segment", "There is no such segment in this workspace.", "segment")
    return Filters(
        since=asked.get("since"),
        until=asked.get("until"),
        version=version,
        variant=asked.get("variant"),
        channel=asked.get("channel", ""),
        segment=segment,
        attribute=asked.get("attribute"),
    )
