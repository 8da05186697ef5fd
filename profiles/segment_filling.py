"""Judging everybody by segments whose rule is new: in the background, batch by batch, while the rest goes on.

Until a segment is filled for the first time nobody enters or leaves it: they are found. After a change of its rule
everybody keeps the answer of the old rule until their batch, and enters or leaves then.
"""

from collections.abc import Collection, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from profiles.locks import lock_people
from profiles.models import Profile, Segment, SegmentPhase, SegmentState
from profiles.segment_checks import wake_after_commit
from profiles.segment_index import index, naming
from profiles.segment_judging import judge
from profiles.segment_members import members_changed
from workspaces.errors import DomainError
from workspaces.models import Workspace

# People in one transaction, of every segment that is as far. While it lasts, ingestion of the workspace waits for it.
AT_ONCE = 2_000
TOGETHER = 20
FIRST = UUID(int=0)


class SegmentFailed(DomainError):
    def __init__(self, reason: str) -> None:
        super().__init__("segment_failed", f"The segment cannot be judged: {reason}", status=409)


def begin(segment: Segment) -> None:
    """Have everybody judged by a segment, and by those that name it, from the beginning. Must run in a transaction."""
    SegmentState.objects.get_or_create(segment=segment, defaults={"workspace_id": segment.workspace_id})
    concerned = {segment.pk, *naming(segment)}
    index(segment.workspace_id, concerned)
    anew(segment.workspace_id, concerned)


def anew(workspace: UUID, concerned: Collection[UUID]) -> None:
    """Have everybody judged by these segments from the beginning. Must run in a transaction."""
    states = SegmentState.objects.filter(segment_id__in=concerned)
    # In the order in which those who judge lock them.
    list(states.order_by("segment_id").select_for_update(no_key=True))
    states.update(phase=SegmentPhase.COMPUTING, cursor=None, done=0, failures=0, error="", retry_at=None)
    wake_after_commit(workspace)


def fill_next(workspace: Workspace, now: datetime, limit: int = AT_ONCE) -> bool:
    """Judge the next people by the segments that are being computed, in one transaction. Returns whether there is more."""
    computing = SegmentState.objects.filter(workspace_id=workspace.id, phase=SegmentPhase.COMPUTING)
    with transaction.atomic():
        foremost = computing.order_by(F("cursor").asc(nulls_first=True)).first()
        if foremost is None:
            return False
        people = _people_after(workspace, foremost.cursor, limit)
        # After a wait for whoever changes them, their changes are seen; who changes them later sees these segments.
        lock_people(workspace.id, people)
        states = list(
            computing.filter(_is(foremost.cursor)).order_by("segment_id").select_for_update(no_key=True)[:TOGETHER]
        )
        if foremost.cursor is None:
            index(workspace.id, [state.pk for state in states])
        changes = judge(workspace, {state.pk: people for state in states}, now)
        known = {state.pk for state in states if state.filled_at is not None}
        members_changed.send(workspace, [change for change in changes if change.segment_id in known])
        _advance(workspace, states, people, len(people) == limit, now)
    return True


def fill_now(segment_id: UUID, now: datetime) -> None:
    """Know the members of a segment at once, if they are not known yet. Must run in a transaction. Raises SegmentFailed.

    Whoever changes while this is read may be missed: the computing in the background goes over everybody again.
    """
    states = SegmentState.objects.select_for_update(no_key=True, of=("self",)).select_related("segment__workspace")
    state = states.get(segment_id=segment_id)
    if state.filled_at is not None:
        return
    workspace, cursor, more = state.segment.workspace, None, True
    while more:
        people = _people_after(workspace, cursor, AT_ONCE)
        judge(workspace, {segment_id: people}, now)
        if reason := _failure(segment_id):
            raise SegmentFailed(reason)
        cursor, more = (people[-1] if people else None), len(people) == AT_ONCE
    SegmentState.objects.filter(pk=state.pk).update(filled_at=now, cursor=None, done=0)


def _failure(segment_id: UUID) -> str:
    failed = SegmentState.objects.filter(pk=segment_id, phase=SegmentPhase.FAILED)
    return failed.values_list("error", flat=True).first() or ""


def _people_after(workspace: Workspace, cursor: UUID | None, limit: int) -> list[UUID]:
    people = Profile.objects.filter(workspace=workspace, id__gt=cursor or FIRST).order_by("id")
    return list(people.values_list("id", flat=True)[:limit])


def _is(cursor: UUID | None) -> Q:
    return Q(cursor__isnull=True) if cursor is None else Q(cursor=cursor)


def _advance(
    workspace: Workspace, states: Sequence[SegmentState], people: list[UUID], more: bool, now: datetime
) -> None:
    judged = SegmentState.objects.filter(pk__in=[state.pk for state in states])
    # One that has failed at this batch begins at the first person when it is tried again.
    rows = judged.filter(phase=SegmentPhase.COMPUTING)
    if states and states[0].cursor is None:
        rows.update(total=Profile.objects.filter(workspace=workspace).count())
    if more:
        rows.update(cursor=people[-1], done=F("done") + len(people))
        return
    rows.filter(filled_at=None).update(filled_at=now)
    done = F("done") + len(people)
    rows.update(phase=SegmentPhase.READY, cursor=None, done=done, judged_at=now, failures=0, error="")
