"""One ID: whose are these identities? Answered for a whole batch, without races between requests."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from uuid import UUID

from django.db import connection

from profiles.identity_values import IdentityKey
from profiles.locks import lock_identities
from profiles.models import Identity, IdentityConflict, Profile
from workspaces.models.base import new_id

# A person has one of these. Somebody else's member id on the same phone or device is somebody else: they get a profile
# of their own instead of the history of whoever used the device before.
ONE_PER_PERSON = frozenset({"member_id", "user_id"})

_OWNERS = """
select wanted.type, wanted.value, identity.profile_id
from unnest(%s::text[], %s::text[]) as wanted(type, value)
join profiles_identity identity
  on identity.workspace_id = %s and identity.type = wanted.type and identity.value = wanted.value
"""


@dataclass
class Resolution:
    """Whose each item is, and what this changed."""

    profile_ids: list[UUID] = field(default_factory=list)
    created: list[UUID] = field(default_factory=list)
    attached: list[tuple[UUID, IdentityKey]] = field(default_factory=list)
    conflicts: set[tuple[UUID, IdentityKey]] = field(default_factory=set)

    @property
    def changed(self) -> set[UUID]:
        """The people who are new or have a new identity."""
        return {profile_id for profile_id, _ in self.attached}


def resolve(workspace_id: UUID, people: Sequence[Sequence[IdentityKey]]) -> Resolution:
    """Find, or create, the profile of each item, and attach the identities that nobody has yet.

    Each item is a result of `read_identities`: its identities, the deciding one first. If they belong to several
    people, the item is the first one's, and an IdentityConflict remembers the others. Concurrent calls with the same
    new identity give one profile. Must run in a transaction, once, before people are locked.
    """
    owners = _owners(workspace_id, {key for keys in people for key in keys})
    strangers = [keys for keys in people if any(key not in owners for key in keys)]
    taken: dict[UUID, set[IdentityKey]] = {}
    if strangers:
        # All identities of such an item are locked, also the known ones: two requests must not give one person two ids
        # of a type of which a person has one.
        concerned = {key for keys in strangers for key in keys}
        lock_identities(workspace_id, concerned)
        owners |= _owners(workspace_id, concerned)
        taken = _exclusive_identities({owners[key] for key in concerned if key in owners})
    resolution = Resolution()
    for keys in people:
        resolution.profile_ids.append(_assign(keys, owners, taken, resolution))
    _store(workspace_id, resolution)
    return resolution


def find(workspace_id: UUID, key: IdentityKey) -> UUID | None:
    """Return the id of the profile that has this identity, if one has."""
    return _owners(workspace_id, {key}).get(key)


def _owners(workspace_id: UUID, keys: Iterable[IdentityKey]) -> dict[IdentityKey, UUID]:
    keys = list(keys)
    with connection.cursor() as cursor:
        cursor.execute(_OWNERS, [[key.type for key in keys], [key.value for key in keys], workspace_id])
        return {IdentityKey(type_, value): profile_id for type_, value, profile_id in cursor.fetchall()}


def _exclusive_identities(profile_ids: set[UUID]) -> dict[UUID, set[IdentityKey]]:
    taken: dict[UUID, set[IdentityKey]] = {}
    rows = Identity.objects.filter(profile_id__in=profile_ids, type__in=ONE_PER_PERSON)
    for profile_id, type_, value in rows.values_list("profile_id", "type", "value") if profile_ids else ():
        taken.setdefault(profile_id, set()).add(IdentityKey(type_, value))
    return taken


def _assign(
    keys: Sequence[IdentityKey],
    owners: dict[IdentityKey, UUID],
    taken: dict[UUID, set[IdentityKey]],
    resolution: Resolution,
) -> UUID:
    """Decide whose one item is, as if the items had come one by one."""
    unknown = [key for key in keys if key not in owners]
    exclusive = {key for key in keys if key.type in ONE_PER_PERSON} if unknown else set()
    candidates = dict.fromkeys(owners[key] for key in keys if key in owners)
    profile_id = next((one for one in candidates if not _is_somebody_else(exclusive, taken.get(one, set()))), None)
    if profile_id is None:
        profile_id = new_id()
        resolution.created.append(profile_id)
    for key in unknown:
        owners[key] = profile_id
        resolution.attached.append((profile_id, key))
    taken.setdefault(profile_id, set()).update(exclusive)
    resolution.conflicts.update((profile_id, key) for key in keys if owners[key] != profile_id)
    return profile_id


def _is_somebody_else(wanted: set[IdentityKey], present: set[IdentityKey]) -> bool:
    """Tell whether a person has an id of a type of which one has only one, and none of those that are wanted."""
    types = {key.type for key in wanted} & {key.type for key in present}
    return any(
        {key for key in wanted if key.type == type_}.isdisjoint(key for key in present if key.type == type_)
        for type_ in types
    )


def _store(workspace_id: UUID, resolution: Resolution) -> None:
    if resolution.created:
        Profile.objects.bulk_create(Profile(id=one, workspace_id=workspace_id) for one in resolution.created)
    if resolution.attached:
        Identity.objects.bulk_create(
            Identity(workspace_id=workspace_id, profile_id=profile_id, type=key.type, value=key.value)
            for profile_id, key in sorted(resolution.attached, key=lambda pair: pair[1])
        )
    if resolution.conflicts:
        IdentityConflict.objects.bulk_create(
            (
                IdentityConflict(workspace_id=workspace_id, profile_id=profile_id, type=key.type, value=key.value)
                for profile_id, key in sorted(resolution.conflicts)
            ),
            ignore_conflicts=True,
        )
