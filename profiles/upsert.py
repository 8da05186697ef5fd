"""Create or change a person by their identities."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import transaction

from profiles import consent
from profiles.attributes import MAX_BYTES, MAX_TAGS, InvalidAttributes
from profiles.consent import ConsentEntry
from profiles.hooks import profiles_changed
from profiles.identity import resolve
from profiles.identity_values import IdentityKey
from profiles.locks import lock_people
from profiles.person_changes import PersonChange, apply_changes
from workspaces.models import Workspace


@dataclass(frozen=True, slots=True)
class Upserted:
    profile_id: UUID
    created: bool


def upsert(
    workspace: Workspace,
    identities: Sequence[IdentityKey],
    change: PersonChange,
    consents: Sequence[ConsentEntry],
    now: datetime,
) -> Upserted:
    """Find or create the person of `identities`, change attributes and tags, and add to the consent ledger.

    All or nothing. Raises InvalidAttributes if more would be known about the person than may be kept.
    """
    with transaction.atomic():
        resolution = resolve(workspace.id, [identities])
        (profile_id,) = resolution.profile_ids
        lock_people(workspace.id, [profile_id])
        applied = apply_changes({profile_id: [change]})
        if applied.too_large:
            raise InvalidAttributes(
                "attributes_too_large", f"At most {MAX_BYTES} bytes of attributes and {MAX_TAGS} tags are kept."
            )
        consent.append(workspace.id, profile_id, consents, now)
        if resolution.changed or applied.changed or consents:
            profiles_changed.send(workspace, [profile_id])
    return Upserted(profile_id, created=profile_id in resolution.created)
