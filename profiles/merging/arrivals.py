"""What comes to a survivor by an identity of a merged person is noted, so that undoing the merge can give it to them.

Changes of what is known about a person carry that themselves (`home_id` of profiles.person_history).
"""

from collections.abc import Mapping, Sequence
from uuid import UUID

from profiles.models import Arrival, Consent, Event

EVENT, CONSENT = "event", "consent"


def of_events(workspace_id: UUID, owners: Mapping[UUID, UUID], homes: Mapping[UUID, UUID]) -> None:
    """Note events, by id, whose home is not their owner."""
    _note(workspace_id, [(owner, homes[id_], EVENT, id_) for id_, owner in owners.items() if homes[id_] != owner])


def of_consents(workspace_id: UUID, owner: UUID, home: UUID, before: set[UUID]) -> None:
    """Note the owner's entries of the consent ledger that were not there `before`."""
    if owner != home:
        entries = Consent.objects.filter(profile_id=owner).exclude(id__in=before).order_by("id")
        _note(workspace_id, [(owner, home, CONSENT, id_) for id_ in entries.values_list("id", flat=True)])


def consents_before(owner: UUID, home: UUID) -> set[UUID]:
    return set(Consent.objects.filter(profile_id=owner).values_list("id", flat=True)) if owner != home else set()


def _note(workspace_id: UUID, rows: Sequence[tuple[UUID, UUID, str, UUID]]) -> None:
    if rows:
        Arrival.objects.bulk_create(
            Arrival(workspace_id=workspace_id, profile_id=owner, home_id=home, kind=kind, ref=ref)
            for owner, home, kind, ref in rows
        )


def give_back(survivor: UUID, merged: UUID, homes: Sequence[UUID]) -> None:
    """Give what has arrived for `homes` to the person who is separate again."""
    arrivals = Arrival.objects.filter(profile_id=survivor, home_id__in=homes)
    events = [arrival.ref for arrival in arrivals.filter(kind=EVENT) if arrival.ref]
    Event.objects.filter(profile_id=survivor, id__in=events).update(profile_id=merged)
    consents = [arrival.ref for arrival in arrivals.filter(kind=CONSENT) if arrival.ref]
    Consent.objects.filter(profile_id=survivor, id__in=consents).update(profile_id=merged)
    # What came for somebody further down the chain waits for the undoing of that merge.
    arrivals.filter(home_id=merged).delete()
    arrivals.update(profile_id=merged)
