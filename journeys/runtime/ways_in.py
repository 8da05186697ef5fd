"""What a journey's life does to its ways in, and who comes in by entering or leaving a segment."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from journeys.choices import JourneyState
from journeys.engine.entrance import cause
from journeys.models import Journey, JourneyVersion
from journeys.runtime import launches
from journeys.runtime.admission import admit
from journeys.runtime.plans import plan_of
from journeys.runtime.refusals import Entrant
from profiles.segment_filling import fill_now
from profiles.segment_judging import MemberChange
from workspaces.models import Workspace


def opened(journey: Journey, version: JourneyVersion, now: datetime) -> None:
    """A version has become the live one: plan its launches, and know the members of the segment that triggers it."""
    if version.trigger_segment is not None:
        # Who is in it now has not entered it just now.
        fill_now(UUID(str(version.trigger_segment)), now)
    launches.replan(journey, version, now)


def closed(journey: Journey, now: datetime) -> None:
    """The journey lets nobody in any more."""
    launches.cancel(journey, now)


def members_changed(workspace: Workspace, changes: Sequence[MemberChange]) -> None:
    """Listener of profiles.segment_members: let in whom a live journey waits for. They are locked."""
    entrants: dict[str, list[Entrant]] = defaultdict(list)
    for version in _triggered(workspace, {change.segment_id for change in changes}):
        trigger = launches.trigger_of(plan_of(str(version.pk)))
        for change in changes:
            if change.segment_id == version.trigger_segment and change.entered is (trigger.on == "enter"):
                entrants[str(version.pk)].append(Entrant(change.profile_id, {}, cause(trigger)))
    now = max(change.at for change in changes)
    # In one order everywhere, as events do.
    for version_id, people in sorted(entrants.items(), key=lambda item: (plan_of(item[0]).journey, item[0])):
        admit(workspace, plan_of(version_id), people, now)


def _triggered(workspace: Workspace, segments: set[UUID]) -> list[JourneyVersion]:
    live = Journey.objects.filter(workspace=workspace, state=JourneyState.LIVE)
    versions = JourneyVersion.objects.filter(pk__in=live.values("live_version_id"), trigger_segment__in=segments)
    return list(versions.only("id", "trigger_segment"))
