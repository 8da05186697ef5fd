"""Who is in the segments: judged again when people change, and at the instants at which time alone may change them.

Whoever changes a person, or stores an event of theirs, leaves a check in the same transaction (`segment_checks`).
`check_next` consumes them, `flip_next` judges those who are due: what a segment says of a person, what is kept of it,
and what follows from the difference commit together, under the person's lock.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from profiles import segment_checks
from profiles.hooks import Hook
from profiles.locks import lock_people
from profiles.models import SegmentCheck
from profiles.segment_checks import Check
from profiles.segment_judging import MemberChange, judge
from workspaces.models import Workspace

AT_ONCE = 1_000
# As many as are judged by whoever hears of them: also those who come while a busy machine judges the last. More are a
# batch of the workflow's.
FEW = 200

members_changed: Hook[MemberChange] = Hook()

# A segment's due entries are in order, so each is asked for its own first ones: nobody else is read.
DUE = """
select d.segment_id, d.profile_id from profiles_segmentstate s cross join lateral (
    select segment_id, profile_id, due_at from profiles_segmentdue
    where segment_id = s.segment_id and due_at <= %s order by due_at limit %s
) d where s.workspace_id = %s and s.phase <> 'failed' order by d.due_at limit %s
"""
NEXT_DUE = """
select min(case when s.phase = 'failed' then s.retry_at else d.due_at end)
from profiles_segmentstate s left join lateral (
    select due_at from profiles_segmentdue where segment_id = s.segment_id order by due_at limit 1
) d on true where s.workspace_id = %s
"""
WITH_WORK = """
select distinct workspace_id from profiles_segmentcheck
union select workspace_id from profiles_segmentstate s where s.phase = 'computing'
    or (s.phase = 'failed' and s.retry_at <= %(now)s) or (s.phase <> 'failed' and exists (
    select 1 from profiles_segmentdue d where d.segment_id = s.segment_id and d.due_at <= %(now)s))
"""


def check_next(workspace: Workspace, now: datetime, limit: int = AT_ONCE) -> bool:
    """Judge the next people who have changed, in one transaction. Returns whether there may be more."""
    with transaction.atomic():
        checks = segment_checks.claim(workspace, limit)
        if checks:
            _judge(workspace, checks, now)
    return len(checks) == limit


def check_few(workspace: Workspace, now: datetime) -> int:
    """Judge the people who have changed, if they are few. Returns how many were judged."""
    with transaction.atomic():
        checks = segment_checks.claim(workspace, FEW + 1)
        if not 1 <= len(checks) <= FEW:
            return 0
        _judge(workspace, checks, now)
    return len(checks)


def _judge(workspace: Workspace, checks: Sequence[Check], now: datetime) -> None:
    # An event of a sender whose clock is ahead of ours has happened when it was received.
    as_of = max([now, *(check.at for check in checks if check.at is not None)])
    lock_people(workspace.id, {check.profile_id for check in checks})
    changes = judge(workspace, segment_checks.concerned(workspace, checks), as_of)
    members_changed.send(workspace, changes)
    SegmentCheck.objects.filter(id__in=[check.id for check in checks]).delete()


def flip_next(workspace: Workspace, now: datetime, limit: int = AT_ONCE) -> bool:
    """Judge the next of those for whom time may have changed the answer, in one transaction. Returns as `check_next`."""
    asked = _due(workspace, now, limit)
    if not asked:
        return False
    with transaction.atomic():
        lock_people(workspace.id, {person for people in asked.values() for person in people})
        # Whoever was judged meanwhile is judged once more, which changes nothing.
        members_changed.send(workspace, judge(workspace, asked, now))
    return sum(len(people) for people in asked.values()) == limit


def next_due(workspace: Workspace) -> datetime | None:
    """When time may next change an answer, or a segment that has failed is tried again."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_DUE, [workspace.id])
        found: datetime | None = cursor.fetchone()[0]
        return found


def workspaces_to_check(now: datetime) -> set[UUID]:
    """Whose segments have something to do."""
    with connection.cursor() as cursor:
        cursor.execute(WITH_WORK, {"now": now})
        return {id_ for (id_,) in cursor.fetchall()}


def _due(workspace: Workspace, now: datetime, limit: int) -> Mapping[UUID, set[UUID]]:
    asked: dict[UUID, set[UUID]] = defaultdict(set)
    with connection.cursor() as cursor:
        cursor.execute(DUE, [now, limit, workspace.id, limit])
        for segment, person in cursor.fetchall():
            asked[segment].add(person)
    return asked
