"""Create or change a person by their identities."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
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
from profiles.merging import arrivals
from profiles.person_changes import Applied, PersonChange, apply_changes
from profiles.privacy.tombstones import check_alive, refuse_erased
from profiles.rules import dependencies as names_of
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

    All or nothing. Raises InvalidAttributes if more would be known about the person than may be kept, PersonErased.
    """
    with transaction.atomic():
        refuse_erased(workspace.id, identities, now)
        resolution = resolve(workspace.id, [identities], now)
        (profile_id,), (home,) = resolution.profile_ids, resolution.homes
        check_alive(workspace.id, [profile_id])
        applied = apply_changes({profile_id: [replace(change, home=home)]}, now)
        _refuse_too_large(applied)
        ledger = arrivals.consents_before(profile_id, home)
        consent.append(workspace.id, profile_id, consents, now)
        arrivals.of_consents(workspace.id, profile_id, home, ledger)
        if resolution.changed or applied.changed or consents:
            names = applied.what.get(profile_id, set()) | {
                names_of.consent(one.channel, one.purpose) for one in consents
            }
            # Of who is new, or has a new identity, anything may have changed.
            what = {} if resolution.changed else {profile_id: names}
            profiles_changed.send(workspace, [profile_id], what)
    return Upserted(profile_id, created=profile_id in resolution.created)


def change_known(workspace: Workspace, profile_id: UUID, change: PersonChange, now: datetime) -> None:
    """Change what is known about one person of this workspace, who is named by their id.

    Raises InvalidAttributes if more would be known about the person than may be kept, PersonErased.
    """
    with transaction.atomic():
        lock_people(workspace.id, [profile_id])
        check_alive(workspace.id, [profile_id])
        applied = apply_changes({profile_id: [change]}, now)
        _refuse_too_large(applied)
        profiles_changed.send(workspace, sorted(applied.changed), applied.what)


def _refuse_too_large(applied: Applied) -> None:
    if applied.too_large:
        raise InvalidAttributes(
            "attributes_too_large", f"At most {MAX_BYTES} bytes of attributes and {MAX_TAGS} tags are kept."
        )
