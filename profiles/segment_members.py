"""Who is in the segments that are kept: judged again when people change, and when time alone may have changed them.

Whoever changes a person, or stores an event of theirs, leaves a SegmentCheck in the same transaction. `check_next`
consumes them: what a segment says of a person, what is kept of it, and what follows from the difference commit
together, under the person's lock. `refresh` judges everybody, for windows of time that pass without an event.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from profiles.hooks import Hook, StoredEvent
from profiles.locks import lock_people
from profiles.models import Segment, SegmentCheck, SegmentMember
from profiles.rule_sql import condition
from profiles.rules.ast import And, EventCount, InSegment, Not, Or, Rule
from profiles.rules.codec import parse_rule
from profiles.segment_definitions import Definitions
from profiles.segments import PEOPLE, expanded
from workspaces.models import Workspace

REFRESH_EVERY = timedelta(minutes=1)
AT_ONCE = 1_000
FIRST = UUID(int=0)


@dataclass(frozen=True, slots=True)
class MemberChange:
    """Somebody has entered or left a kept segment; `at` (aware) is when that was found."""

    segment_id: UUID
    profile_id: UUID
    entered: bool
    at: datetime


members_changed: Hook[MemberChange] = Hook()
# Called after the commit with a workspace that has people to check.
checks_wanted: list[Callable[[UUID], None]] = []

ENQUEUE = """
insert into profiles_segmentcheck (workspace_id, profile_id, at)
select %s, one.profile_id, %s from unnest(%s::uuid[]) as one(profile_id)
where exists (select 1 from profiles_segment s where s.workspace_id = %s and s.is_kept)
returning id
"""
FILL = """
insert into profiles_segmentmember (workspace_id, segment_id, profile_id, since)
select p.workspace_id, %s, p.id, %s from {people} where p.workspace_id = %s and {rule}
"""
CLAIM = """
select id, profile_id, at from profiles_segmentcheck where workspace_id = %s order by id limit %s
for update skip locked
"""
DIFFERENT = """
select p.id, s.profile_id is null as entered from {people}
left join profiles_segmentmember s on s.segment_id = %s and s.profile_id = p.id
where p.workspace_id = %s and {who} and {rule} <> (s.profile_id is not null) order by p.id limit %s
"""


def events_stored(workspace: Workspace, events: Sequence[StoredEvent]) -> None:
    """Listener of profiles.hooks."""
    if events:
        _enqueue(workspace, {event.profile_id for event in events}, max(event.received_at for event in events))


def profiles_changed(workspace: Workspace, profiles: Sequence[UUID]) -> None:
    """Listener of profiles.hooks."""
    _enqueue(workspace, set(profiles), None)


def _enqueue(workspace: Workspace, profiles: Collection[UUID], at: datetime | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(ENQUEUE, [workspace.id, at, sorted(profiles), workspace.id])
        if cursor.rowcount:
            for wanted in checks_wanted:
                transaction.on_commit(partial(wanted, workspace.id))


def keep(segment_id: UUID, now: datetime) -> None:
    """Keep a segment's members from now on. Who is in it now has not entered it just now."""
    segment = Segment.objects.select_for_update().get(pk=segment_id)
    if segment.is_kept:
        return
    asked = condition(InSegment(op="segment", id=str(segment_id)), now, Definitions(segment.workspace_id))
    with connection.cursor() as cursor:
        statement = FILL.format(people=PEOPLE, rule=asked.text)
        cursor.execute(statement, [segment_id, now, segment.workspace_id, *asked.params])
    # Who changed while this was read has left no check; the first refresh finds them.
    segment.is_kept, segment.refreshed_at = True, None
    segment.save(update_fields=["is_kept", "refreshed_at"])


def keep_only(workspace: Workspace, needed: Collection[UUID]) -> None:
    """Forget the members of segments that nobody asks for any more."""
    idle = Segment.objects.filter(workspace=workspace, is_kept=True).exclude(id__in=needed)
    ids = list(idle.select_for_update().values_list("id", flat=True))
    if ids:
        Segment.objects.filter(id__in=ids).update(is_kept=False)
        SegmentMember.objects.filter(segment_id__in=ids).delete()


def check_next(workspace: Workspace, now: datetime, limit: int = AT_ONCE) -> bool:
    """Judge the next people who have changed, in one transaction. Returns whether there may be more."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(CLAIM, [workspace.id, limit])
            rows = cursor.fetchall()
        if not rows:
            return False
        # An event of a sender whose clock is ahead of ours has happened when it was received.
        as_of = max([now, *(at for _, _, at in rows if at is not None)])
        people = sorted({profile for _, profile, _ in rows})
        lock_people(workspace.id, people)
        changes = [one for segment in _kept(workspace) for one in _judge(segment, people, as_of)]
        members_changed.send(workspace, changes)
        SegmentCheck.objects.filter(id__in=[id_ for id_, _, _ in rows]).delete()
    return len(rows) == limit


def refresh(segment: Segment, now: datetime, limit: int = AT_ONCE) -> None:
    """Judge everybody, a batch of those who are different in each transaction."""
    after: UUID | None = FIRST
    while after is not None:
        with transaction.atomic():
            different = _different(segment, "p.id > %s", [after], now, limit)
            people = [id_ for id_, _ in different]
            lock_people(segment.workspace_id, people)
            members_changed.send(segment.workspace, _judge(segment, people, now))
            after = people[-1] if len(people) == limit else None
    Segment.objects.filter(pk=segment.pk, updated_at=segment.updated_at).update(refreshed_at=now)


def due_for_refresh(now: datetime, workspace: Workspace | None = None) -> list[Segment]:
    """The kept segments that time may have changed since they were last judged, or whose rule has."""
    stale = Q(refreshed_at=None) | Q(refreshed_at__lte=now - REFRESH_EVERY)
    segments = Segment.objects.filter(stale, is_kept=True).select_related("workspace")
    if workspace is not None:
        segments = segments.filter(workspace=workspace)
    return [one for one in segments if one.refreshed_at is None or _looks_at_the_clock(expanded(parse_rule(one.rule)))]


def workspaces_to_check(now: datetime) -> set[UUID]:
    """Whose segments have something to do."""
    waiting = SegmentCheck.objects.values_list("workspace_id", flat=True).distinct()
    return {*waiting, *(segment.workspace_id for segment in due_for_refresh(now))}


def _kept(workspace: Workspace) -> list[Segment]:
    return list(Segment.objects.filter(workspace=workspace, is_kept=True).order_by("id").select_for_update(no_key=True))


def _judge(segment: Segment, people: Sequence[UUID], at: datetime) -> list[MemberChange]:
    """Bring what is kept of these people to what the rule says, and return the differences. They are locked."""
    found = _different(segment, "p.id = any(%s)", [list(people)], at, len(people)) if people else []
    entered = [id_ for id_, is_in in found if is_in]
    left = [id_ for id_, is_in in found if not is_in]
    SegmentMember.objects.filter(segment_id=segment.pk, profile_id__in=left).delete()
    SegmentMember.objects.bulk_create(
        SegmentMember(workspace_id=segment.workspace_id, segment_id=segment.pk, profile_id=one, since=at)
        for one in entered
    )
    return [MemberChange(segment.pk, id_, is_in, at) for id_, is_in in found]


def _different(segment: Segment, who: str, params: list[Any], at: datetime, limit: int) -> list[tuple[UUID, bool]]:
    asked = condition(InSegment(op="segment", id=str(segment.pk)), at, Definitions(segment.workspace_id))
    statement = DIFFERENT.format(people=PEOPLE, who=who, rule=asked.text)
    with connection.cursor() as cursor:
        cursor.execute(statement, [segment.pk, segment.workspace_id, *params, *asked.params, limit])
        return [(id_, entered) for id_, entered in cursor.fetchall()]


def _looks_at_the_clock(rule: Rule) -> bool:
    match rule:
        case And(args=args) | Or(args=args):
            return any(_looks_at_the_clock(arg) for arg in args)
        case Not(arg=arg):
            return _looks_at_the_clock(arg)
        case EventCount(within=within):
            return within is not None
        case _:
            return False
