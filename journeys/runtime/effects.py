"""What decisions ask for besides messages, done in the tick's own transaction: once a tick, for everybody together."""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from journeys.choices import JourneyState
from journeys.engine.decision import Entry, ProfileUpdate
from journeys.models import Journey, JourneyVersion
from journeys.runtime.admission import admit
from journeys.runtime.member import Member
from journeys.runtime.plans import plan_of
from journeys.runtime.refusals import Entrant
from journeys.store.postgres import query
from profiles.attributes import read_patch, read_tags
from profiles.hooks import profiles_changed
from profiles.locks import lock_people
from profiles.person_changes import PersonChange, apply_changes
from workspaces.models import Workspace

logger = logging.getLogger(__name__)


# Journeys that let people into each other must not go round without end: who comes in this often is refused.
MOST_ENTRIES = 20
WITHIN = timedelta(hours=1)
RECENT = """
select e.journey_id, e.profile_id from journeys_enrollment e
where e.profile_id = any(%(profiles)s) and e.journey_id = any(%(journeys)s) and e.enrolled_at > %(since)s
group by 1, 2 having count(*) >= %(most)s
"""


def perform(workspace: UUID, members: Sequence[Member], now: datetime) -> None:
    """Write to people and let them into other journeys, as the members' steps have asked.

    Called before the members' events are appended: an update that cannot be made is noted in its own event.
    """
    updates: dict[UUID, list[PersonChange]] = defaultdict(list)
    entries: dict[str, list[Entrant]] = defaultdict(list)
    for member in members:
        for request in member.requests:
            profile = UUID(member.enrollment.profile)
            if isinstance(request.effect, ProfileUpdate):
                updates[profile].append(change_of(request.effect))
            elif isinstance(request.effect, Entry):
                source = {"trigger": "journey", "from": member.enrollment.id, "node": request.node}
                entries[request.effect.journey].append(Entrant(profile, request.effect.properties, source))
    if not updates and not entries:
        return
    space = Workspace.objects.get(id=workspace)
    if updates:
        applied = apply_changes(updates, now)
        _note_refused(members, applied.too_large)
        profiles_changed.send(space, sorted(applied.changed), applied.what)
    if entries:
        _let_in(space, entries, now)


def change_of(update: ProfileUpdate) -> PersonChange:
    """Raises InvalidAttributes; validation has refused every configuration that would."""
    tags: dict[str, Any] = dict.fromkeys(update.tags_remove, None) | dict.fromkeys(update.tags_add, True)
    return PersonChange(attributes=read_patch(dict(update.attributes)), tags=read_tags(tags))


def _note_refused(members: Sequence[Member], too_large: Collection[UUID]) -> None:
    for member in members:
        if too_large and UUID(member.enrollment.profile) in too_large:
            member.events = [
                event._replace(data={**event.data, "refused": "attributes_too_large"})
                if event.kind == "profile_updated"
                else event
                for event in member.events
            ]


def _let_in(workspace: Workspace, entries: Mapping[str, Sequence[Entrant]], now: datetime) -> None:
    live = Journey.objects.filter(
        workspace=workspace, id__in=list(entries), state=JourneyState.LIVE, live_version__isnull=False
    ).order_by("id")
    people = {entrant.profile for entrants in entries.values() for entrant in entrants}
    lock_people(workspace.id, people)
    asked = {"profiles": list(people), "journeys": [UUID(journey) for journey in entries]}
    rows = query(RECENT, {**asked, "since": now - WITHIN, "most": MOST_ENTRIES})
    looping = {(row["journey_id"], row["profile_id"]) for row in rows}
    for journey in live:
        entrants = [one for one in entries[str(journey.pk)] if (journey.pk, one.profile) not in looping]
        if len(entrants) < len(entries[str(journey.pk)]):
            logger.warning("People go round through journey %s; they are not let in again for now.", journey.pk)
        try:
            plan = plan_of(str(journey.live_version_id))
        except (JourneyVersion.DoesNotExist, ValueError):
            logger.exception("Journey %s cannot let anybody in: its version cannot be run.", journey.pk)
            continue
        admit(workspace, plan, entrants, now)
