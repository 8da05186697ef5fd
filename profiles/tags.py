"""Who has which tag, from whom and until when. Profile.tags says the same to rules; the two change together.

Whoever changes Profile.tags by itself (the profile API, a journey) is followed by `profiles_changed`: what is not known here
is then an assignment of source `direct`. The same tag with the same value again changes neither its source nor its expiry.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from profiles import hooks
from profiles.choices import TagEnd, TagSource
from profiles.locks import lock_people
from profiles.models import Profile, TagAssignment
from profiles.person_changes import PersonChange, apply_changes
from workspaces.models import Workspace

AT_ONCE: Final = 1_000

SAID: Final = """
select p.workspace_id, p.id as profile_id, tag.key, nullif(tag.value, 'null'::jsonb) as value
from profiles_profile p cross join jsonb_each(p.tags) tag where p.id = any(%(people)s)
"""
# Tags of these people that one of the two places does not know, or knows with another value.
DIFFERENT: Final = f"""
select exists (
    select 1 from ({SAID}) said full join (
        select profile_id, key, value from profiles_tagassignment where profile_id = any(%(people)s) and ended_at is null
    ) known using (profile_id, key)
    where said.workspace_id is null or known.profile_id is null or said.value is distinct from known.value
)
"""
FORGET: Final = f"""
update profiles_tagassignment a set ended_at = %(now)s, ended_because = case when exists (
    select 1 from profiles_profile p where p.id = a.profile_id and p.tags ? a.key
) then 'replaced' else 'removed' end
where a.profile_id = any(%(people)s) and a.ended_at is null and not exists (
    select 1 from ({SAID}) said
    where said.profile_id = a.profile_id and said.key = a.key and said.value is not distinct from a.value
)
"""
LEARN: Final = f"""
insert into profiles_tagassignment (workspace_id, profile_id, key, value, source, by, at, ended_because, ended_by)
select said.workspace_id, said.profile_id, said.key, said.value, 'direct', '', %(now)s, '', '' from ({SAID}) said
where not exists (
    select 1 from profiles_tagassignment a where a.profile_id = said.profile_id and a.key = said.key and a.ended_at is null
)
"""


@dataclass(frozen=True, slots=True)
class Giving:
    """A tag as it is given: `value` None is none, `expires_at` (aware) None is never."""

    key: str
    value: Any
    source: TagSource
    by: str
    expires_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Given:
    """Who has it now as it was given, and was different before; and who has too many tags already."""

    changed: frozenset[UUID]
    too_many: frozenset[UUID] = frozenset()


def assign(workspace: Workspace, giving: Giving, people: Collection[UUID], now: datetime) -> Given:
    """Give a tag to people of this workspace, in one transaction; others are passed over."""
    with transaction.atomic():
        lock_people(workspace.id, people)
        return assign_locked(workspace, giving, people, now)


def assign_locked(workspace: Workspace, giving: Giving, people: Collection[UUID], now: datetime) -> Given:
    """`assign`, by a caller who holds the people's lock."""
    giving = replace(giving, value=None if giving.value is True else giving.value)  # as Profile.tags keeps it
    known = set(Profile.objects.filter(workspace=workspace, pk__in=list(people)).values_list("pk", flat=True))
    before = {row.profile_id: row for row in _open(workspace, giving.key, known)}
    wanted = known - {person for person, row in before.items() if _same(row, giving)}
    tag = {giving.key: True if giving.value is None else giving.value}
    applied = apply_changes({person: [PersonChange(tags=tag)] for person in wanted}, now)
    given = wanted - applied.too_large
    _end([before[person].pk for person in given & before.keys()], now, TagEnd.REPLACED, giving.by)
    TagAssignment.objects.bulk_create(
        TagAssignment(
            workspace_id=workspace.id,
            profile_id=person,
            key=giving.key,
            value=giving.value,
            source=giving.source,
            by=giving.by,
            at=now,
            expires_at=giving.expires_at,
        )
        for person in sorted(given)
    )
    hooks.profiles_changed.send(workspace, sorted(applied.changed), applied.what)
    return Given(frozenset(given), frozenset(applied.too_large))


def unassign(
    workspace: Workspace,
    key: str,
    people: Collection[UUID],
    by: str,
    now: datetime,
    because: TagEnd = TagEnd.REMOVED,
    source: TagSource | None = None,
) -> frozenset[UUID]:
    """Take a tag from people (if `source` is named, only what was given so) and return those who had it."""
    with transaction.atomic():
        lock_people(workspace.id, people)
        return unassign_locked(workspace, key, people, by, now, because, source)


def unassign_locked(
    workspace: Workspace,
    key: str,
    people: Collection[UUID],
    by: str,
    now: datetime,
    because: TagEnd = TagEnd.REMOVED,
    source: TagSource | None = None,
) -> frozenset[UUID]:
    """`unassign`, by a caller who holds the people's lock."""
    rows = [row for row in _open(workspace, key, people) if source is None or row.source == source]
    had = [row.profile_id for row in rows]
    applied = apply_changes({person: [PersonChange(tags={key: None})] for person in had}, now)
    _end([row.pk for row in rows], now, because, by)
    hooks.profiles_changed.send(workspace, sorted(applied.changed), applied.what)
    return frozenset(had)


def expire(workspace: Workspace, now: datetime, limit: int = AT_ONCE) -> bool:
    """Take the next tags whose time is over from those who have them; tell whether there may be more."""
    due = TagAssignment.objects.filter(workspace_id=workspace.id, ended_at=None, expires_at__lte=now)
    with transaction.atomic():
        rows = list(due.order_by("expires_at")[:limit])
        if not rows:
            return False
        lock_people(workspace.id, {row.profile_id for row in rows})
        # What was given anew before the lock was held may not be over any more.
        still = list(due.filter(pk__in=[row.pk for row in rows]).select_for_update())
        changes: dict[UUID, list[PersonChange]] = {}
        for row in still:
            changes.setdefault(row.profile_id, []).append(PersonChange(tags={row.key: None}))
        applied = apply_changes(changes, now)
        _end([row.pk for row in still], now, TagEnd.EXPIRED, "")
        hooks.profiles_changed.send(workspace, sorted(applied.changed), applied.what)
    return len(rows) == limit


def profiles_changed(workspace: Workspace, people: Sequence[UUID]) -> None:
    """Listener of profiles.hooks: know what people's tags are, whoever changed them."""
    values: Mapping[str, Any] = {"people": list(people), "now": timezone.now()}
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENT, values)
        row = cursor.fetchone()
        if row is not None and row[0]:
            cursor.execute(FORGET, values)
            cursor.execute(LEARN, values)


def said_by(people: Collection[UUID]) -> set[tuple[str, str]]:
    """What Profile.tags says of people: names, and values as Python writes them (True is not 1, and "1" is not 1)."""
    rows = Profile.objects.filter(id__in=list(people)).values_list("tags", flat=True)
    return {(key, repr(value)) for known in rows for key, value in known.items()}


def _open(workspace: Workspace, key: str, people: Collection[UUID]) -> list[TagAssignment]:
    rows = TagAssignment.objects.filter(workspace_id=workspace.id, key=key, profile_id__in=list(people), ended_at=None)
    return list(rows.order_by("profile_id"))


def _same(row: TagAssignment, giving: Giving) -> bool:
    # True is not 1, and "1" is not 1: a rule's comparison may tell them apart.
    return (repr(row.value), row.source, row.expires_at) == (repr(giving.value), giving.source, giving.expires_at)


def _end(rows: Sequence[int], now: datetime, because: TagEnd, by: str) -> None:
    TagAssignment.objects.filter(pk__in=rows).update(ended_at=now, ended_because=because, ended_by=by)
