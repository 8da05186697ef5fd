"""Enrolling people by the API: up to 10,000 in a call, idempotent by the caller's key."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from journeys.choices import JourneyState
from journeys.models import Journey
from journeys.runtime.admission import admit
from journeys.runtime.plans import plan_of
from journeys.runtime.refusals import Entrant
from journeys.runtime.states import WrongState
from profiles.identity import resolve
from profiles.identity_values import IdentityKey, InvalidIdentity, pairs_of, read_identities
from profiles.merging.aliases import current_ids
from profiles.models import Profile

DETAILS = {
    "already_enrolled": "The person is or was in this journey, and its re-entry rule does not allow another run.",
    "entry_rule": "The person does not meet the journey's entry rule.",
    "not_started": "The journey does not let people in yet.",
    "ended": "The journey lets nobody in any more.",
    "limit_total": "As many people as the journey takes in all have entered.",
    "limit_per_day": "As many people as the journey takes in a day have entered today.",
    "no_key": "The journey tells runs apart by a key, and the properties have no value for it.",
    "unknown_profile": "There is no such profile in this workspace.",
    "invalid_request": "Give either the id of a profile or identities.",
}


@dataclass(frozen=True)
class EnrollRequest:
    """One person: by profile id or by identities ({type: value}), with the properties of the entry."""

    profile_id: UUID | None = None
    identities: Mapping[str, str] | None = None
    properties: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Rejected:
    index: int
    code: str
    detail: str


@dataclass(frozen=True)
class EnrollResult:
    accepted: int
    rejected: list[Rejected]


def enroll_profiles(
    journey: Journey, people: Sequence[EnrollRequest], idempotency_key: str | None, now: datetime
) -> EnrollResult:
    """Enroll people at `now` (aware). A person with unknown identities becomes a new profile.

    A bad item is rejected with its index and never keeps the good ones out. Raises WrongState unless the journey is
    live.
    """
    if journey.state != JourneyState.LIVE or journey.live_version_id is None:
        raise WrongState(journey.state, {JourneyState.LIVE})
    plan = plan_of(str(journey.live_version_id))
    rejected: list[Rejected] = []
    with transaction.atomic():
        found = _profiles(journey, people, rejected, now)
        entrants = [
            Entrant(profile, people[index].properties, {"trigger": "api"}, idempotency_key)
            for index, profile in found.items()
        ]
        results = admit(journey.workspace, plan, entrants, now)
    for index, result in zip(found, results, strict=True):
        if result.enrollment is None:
            rejected.append(Rejected(index, result.refusal, DETAILS[result.refusal]))
    return EnrollResult(len(people) - len(rejected), sorted(rejected, key=lambda item: item.index))


def _profiles(
    journey: Journey, people: Sequence[EnrollRequest], rejected: list[Rejected], now: datetime
) -> dict[int, UUID]:
    """Find everyone's profile by their place in the request, and lock them; who cannot be found is rejected."""
    wanted = {person.profile_id for person in people if person.profile_id is not None}
    present = current_ids(journey.workspace_id, wanted)
    rows = Profile.objects.filter(workspace=journey.workspace, id__in=present.values())
    existing = set(rows.values_list("id", flat=True))
    known = {one for one, now_ in present.items() if now_ in existing}
    found: dict[int, UUID] = {}
    named: dict[int, Sequence[IdentityKey]] = {}
    for index, person in enumerate(people):
        if (person.profile_id is None) == (person.identities is None):
            rejected.append(Rejected(index, "invalid_request", DETAILS["invalid_request"]))
        elif person.profile_id is not None:
            if person.profile_id in known:
                found[index] = person.profile_id
            else:
                rejected.append(Rejected(index, "unknown_profile", DETAILS["unknown_profile"]))
        else:
            try:
                named[index] = read_identities(pairs_of(person.identities))
            except InvalidIdentity as error:
                rejected.append(Rejected(index, error.code, str(error)))
    resolution = resolve(journey.workspace_id, list(named.values()), now, also=set(found.values()))
    found = {index: resolution.also[one] for index, one in found.items()}
    found |= dict(zip(named, resolution.profile_ids, strict=True))
    return dict(sorted(found.items()))
