"""What the database knows of the identities and the people of a batch; and what is decided about them, written."""

from collections import Counter
from collections.abc import Collection, Iterable
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Q

from profiles.identity_plan import Attach, Conflict, Create, Known
from profiles.identity_types import IdentityRules
from profiles.identity_values import IdentityKey
from profiles.merging.aliases import cluster
from profiles.models import Identity, IdentityConflict, KeptApart, Profile
from workspaces.arrays import array_of_texts

# The rules of the types come with the owners: a batch needs no statement of its own to know whether they have changed.
_OWNERS = """
select null, (select coalesce(json_agg(t order by t.type), '[]')::text from profiles_identitytype t
              where t.workspace_id = %(workspace)s), null::uuid, null::uuid
union all
select wanted.type, wanted.value, identity.profile_id, identity.home_id
from unnest(%(types)s::text[], %(values)s::text[]) as wanted(type, value)
join profiles_identity identity
  on identity.workspace_id = %(workspace)s and identity.type = wanted.type and identity.value = wanted.value
"""
# Its owner, those whom it has joined, and those who were seen with it and stayed apart. What was seen with it counts as
# well, unless it is of a type of which everybody has many.
_CROWDS = """
with wanted as (select * from unnest(%(types)s::text[], %(values)s::text[]) as wanted(type, value)),
seen as (
    select m.type, m.value, m.with_type, m.with_value from profiles_profilemerge m
    where m.workspace_id = %(workspace)s and not exists (select 1 from profiles_mergeundo u where u.merge_id = m.id)
      and ((m.type, m.value) in (select * from wanted) or (m.with_type, m.with_value) in (select * from wanted))
    union all
    select c.type, c.value, c.with_type, c.with_value from profiles_identityconflict c
    where c.workspace_id = %(workspace)s
      and ((c.type, c.value) in (select * from wanted) or (c.with_type, c.with_value) in (select * from wanted))
)
select wanted.type, wanted.value, 1 + count(seen.type) from wanted left join seen
on (seen.type, seen.value) = (wanted.type, wanted.value)
  or (seen.with_type, seen.with_value) = (wanted.type, wanted.value)
    and not split_part(seen.type, ':', 1) = any(%(weak)s) and not seen.type = any(%(weak)s)
group by 1, 2
"""


def owners_of(workspace_id: UUID, keys: Iterable[IdentityKey], known: Known) -> str:
    """Read whose these identities are into `known`. Returns the workspace's own rules of types, as JSON."""
    keys, rules = list(keys), ""
    with connection.cursor() as cursor:
        types, values = array_of_texts(key.type for key in keys), array_of_texts(key.value for key in keys)
        cursor.execute(_OWNERS, {"types": types, "values": values, "workspace": workspace_id})
        for type_, value, profile_id, home_id in cursor.fetchall():
            if type_ is None:
                rules = value
                continue
            key = IdentityKey(type_, value)
            known.owners[key] = profile_id
            if home_id is not None:
                known.homes[key] = home_id
    return rules


def people_of(workspace_id: UUID, keys: Collection[IdentityKey], known: Known, rules: IdentityRules) -> None:
    """Read what the owners of these identities are called besides, and what may keep them apart, into `known`."""
    people = {known.owners[key] for key in keys if key in known.owners}
    if not people:
        return
    for profile_id, created_at in Profile.objects.filter(id__in=people).values_list("id", "created_at"):
        known.since[profile_id] = created_at
        known.people[profile_id] = set()
    rows = Identity.objects.filter(profile_id__in=people).values_list("profile_id", "type", "value")
    for profile_id, type_, value in rows:
        known.people.setdefault(profile_id, set()).add(IdentityKey(type_, value))
    owned = [key for key in keys if key in known.owners]
    known.crowds.update(crowds_of(workspace_id, owned, rules))
    if len(people) > 1:
        known.apart |= apart(workspace_id, people)


def crowds_of(workspace_id: UUID, keys: Collection[IdentityKey], rules: IdentityRules) -> Counter[IdentityKey]:
    """With how many people each value was seen."""
    values: dict[str, Any] = {
        "workspace": workspace_id,
        "types": [key.type for key in keys],
        "values": [key.value for key in keys],
        "weak": rules.weak,
    }
    with connection.cursor() as cursor:
        cursor.execute(_CROWDS, values)
        return Counter({IdentityKey(type_, value): count for type_, value, count in cursor.fetchall()})


def apart(workspace_id: UUID, people: Collection[UUID]) -> set[frozenset[UUID]]:
    """The pairs among these people of whom somebody has said that they, or who has become one of them, are two."""
    now = cluster(people)
    pairs = KeptApart.objects.filter(Q(first_id__in=list(now)) & Q(second_id__in=list(now)), workspace_id=workspace_id)
    return {frozenset({now[first], now[second]}) for first, second in pairs.values_list("first_id", "second_id")}


def write(workspace_id: UUID, steps: Collection[Create | Attach]) -> None:
    created = [step.profile_id for step in steps if isinstance(step, Create)]
    attached = [step for step in steps if isinstance(step, Attach)]
    if created:
        Profile.objects.bulk_create(Profile(id=one, workspace_id=workspace_id) for one in created)
    if attached:
        Identity.objects.bulk_create(
            Identity(
                workspace_id=workspace_id,
                profile_id=step.profile_id,
                type=step.key.type,
                value=step.key.value,
                home_id=None if step.home == step.profile_id else step.home,
            )
            for step in sorted(attached, key=lambda step: step.key)
        )


def write_conflicts(workspace_id: UUID, conflicts: Collection[Conflict]) -> None:
    if conflicts:
        IdentityConflict.objects.bulk_create(
            (
                IdentityConflict(
                    workspace_id=workspace_id,
                    profile_id=conflict.profile_id,
                    type=conflict.key.type,
                    value=conflict.key.value,
                    reason=conflict.reason,
                    with_type=conflict.seen_with.type if conflict.seen_with else "",
                    with_value=conflict.seen_with.value if conflict.seen_with else "",
                )
                for conflict in sorted(conflicts, key=lambda one: one[:2])
            ),
            ignore_conflicts=True,
        )
