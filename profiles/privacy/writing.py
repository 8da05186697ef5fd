"""Entries of the ledger written by the API, one or many; each is told apart from the others."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from profiles import consent
from profiles.choices import ConsentStatus
from profiles.consent import ConsentEntry
from profiles.hooks import profiles_changed
from profiles.identity import find
from profiles.locks import lock_people
from profiles.merging.aliases import current_id
from profiles.models import Profile
from profiles.privacy.tombstones import check_alive
from workspaces.errors import DomainError
from workspaces.models import Workspace


def entry_of(given: Mapping[str, Any], now: datetime) -> ConsentEntry:
    """Read a checked entry of the API."""
    return ConsentEntry(
        channel=given["channel"],
        purpose=given["purpose"],
        status=ConsentStatus(given["status"]),
        source=given["source"],
        at=given.get("at", now),
        text_version=given["text_version"],
        proof=given.get("proof", {}),
    )


def person_of(workspace: Workspace, given: Mapping[str, Any]) -> UUID:
    """Return whom an entry is about. Raises DomainError `unknown_profile`."""
    if "profile" in given:
        present = current_id(workspace.id, given["profile"])
        found = Profile.objects.filter(workspace=workspace, pk=present).values_list("pk", flat=True).first()
    else:
        owners = (find(workspace.id, key) for key in given["identities"])
        found = next((owner for owner in owners if owner is not None), None)
    if found is None:
        attr = "profile" if "profile" in given else "identities"
        raise DomainError("unknown_profile", "There is no such person in this workspace.", attr)
    return found


def write(workspace: Workspace, entries: Sequence[tuple[UUID, ConsentEntry]], now: datetime) -> None:
    """Append entries of many people and tell the listeners once. Must run in a transaction."""
    by_person: dict[UUID, list[ConsentEntry]] = defaultdict(list)
    for profile_id, entry in entries:
        by_person[profile_id].append(entry)
    lock_people(workspace.id, by_person)
    check_alive(workspace.id, by_person)
    for profile_id in sorted(by_person):
        consent.append(workspace.id, profile_id, by_person[profile_id], now)
    profiles_changed.send(workspace, sorted(by_person))
