"""Somebody says that two people are one."""

from datetime import datetime
from uuid import UUID

from django.contrib.auth.models import User

from profiles import identity_facts
from profiles.choices import MergeOrigin
from profiles.hooks import profiles_changed
from profiles.identity_plan import Known, survivor_of, too_much
from profiles.identity_types import rules_of
from profiles.identity_values import IdentityKey
from profiles.locks import lock_identities, lock_people
from profiles.merging.aliases import PeopleMoved, current_ids
from profiles.merging.facts import merges_ahead
from profiles.merging.merge import merge
from profiles.merging.tries import until_settled
from profiles.merging.undo import are_together
from profiles.models import Identity, Profile, ProfileMerge
from profiles.privacy.tombstones import refuse_if_erased
from workspaces.errors import DomainError
from workspaces.models import Workspace


def merge_by_hand(
    workspace: Workspace,
    one: UUID,
    other: UUID,
    at: datetime,
    user: User | None,
    reason: str,
    *,
    force: bool = False,
    origin: MergeOrigin = MergeOrigin.HAND,
) -> ProfileMerge:
    """Make two people one; who survives is said by the same rule as for facts.

    Raises DomainError: `unknown_profile`, `same_profile`, `person_erased` while one of them is being erased, and
    `one_per_person` or `too_many_identities` (409) where the rules of identities say that these are two, unless `force`
    overrules them.
    """
    return until_settled(lambda: _merge(workspace, one, other, at, user, reason, force, origin))


def _merge(
    workspace: Workspace,
    one: UUID,
    other: UUID,
    at: datetime,
    user: User | None,
    reason: str,
    force: bool,
    origin: MergeOrigin,
) -> ProfileMerge:
    present = current_ids(workspace.id, [one, other])
    people = sorted(set(present.values()))
    if Profile.objects.filter(workspace=workspace, id__in=people).count() < len(people):
        raise DomainError("unknown_profile", "There is no such profile in this workspace.", "profile")
    if len(people) == 1:
        raise DomainError("same_profile", "The two are one already.", "profile", status=409)
    lock_identities(workspace.id, _keys(people))
    merges_ahead.send(workspace, people)
    lock_people(workspace.id, people)
    if current_ids(workspace.id, [one, other]) != present:
        raise PeopleMoved
    refuse_if_erased(workspace.id, people)
    known, rules = Known(), rules_of(workspace.id)
    keys = _keys(people)
    identity_facts.owners_of(workspace.id, keys, known)
    identity_facts.people_of(workspace.id, keys, known, rules)
    for person, created_at in Profile.objects.filter(id__in=people).values_list("id", "created_at"):
        known.people.setdefault(person, set())
        known.since[person] = created_at
    against = too_much(known.people[people[0]], known.people[people[1]], rules)
    if against is not None and not force:
        raise DomainError(str(against), f"The rules of identities keep them apart: {against.label}.", status=409)
    survivor, merged, rule = survivor_of(people[0], people[1], known, rules)
    are_together(workspace.id, people)
    record = merge(workspace.id, survivor, merged, at, rule=rule, origin=origin, reason=reason, user=user)
    profiles_changed.send(workspace, [survivor])
    return record


def _keys(people: list[UUID]) -> list[IdentityKey]:
    rows = Identity.objects.filter(profile_id__in=people).values_list("type", "value")
    return [IdentityKey(*row) for row in rows]
