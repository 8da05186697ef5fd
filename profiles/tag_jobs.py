"""Tags given to, or taken from, many people: durable jobs (`batch_jobs`), each person once."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from profiles import batch_jobs, segments, tags
from profiles.choices import TagAction, TagKind, TagSource
from profiles.locks import lock_people
from profiles.models import Segment, SegmentMember, Tag, TagAssignment, TagJob
from profiles.rules.ast import InSegment
from profiles.tag_rules import giving
from profiles.upkeep_calls import work_wanted
from workspaces.models import Workspace

AT_ONCE: Final = 1_000
FIRST: Final = UUID(int=0)


def ask(
    tag: Tag,
    action: TagAction,
    by: str,
    now: datetime,
    *,
    segment: Segment | None = None,
    value: Any = None,
    expires_at: datetime | None = None,
) -> TagJob:
    """Write down what is to be done; the workspace's upkeep does it after the commit. Without a segment: to whoever has it."""
    job = TagJob.objects.create(
        workspace_id=tag.workspace_id,
        tag=tag,
        action=action,
        segment=segment,
        value=value,
        expires_at=expires_at,
        by=by,
        asked_at=now,
    )
    work_wanted(tag.workspace_id)
    return job


def advance(workspace: Workspace, now: datetime, limit: int = AT_ONCE) -> bool:
    """Do the next batch of the workspace's oldest job; tell whether there may be more."""
    jobs = TagJob.objects.filter(workspace=workspace).select_related("tag__segment", "segment")
    return batch_jobs.advance(jobs, lambda job: _batch(workspace, job, now, limit), now, ended=_end, said=_said)


def _batch(workspace: Workspace, job: TagJob, now: datetime, limit: int) -> bool:
    people = _page(workspace, job, now, limit)
    lock_people(workspace.id, people)
    if job.action != TagAction.ASSIGN:
        changed = len(tags.unassign_locked(workspace, job.tag.key, people, job.by, now))
    elif job.tag.kind == TagKind.RULE:
        # Who has left the segment before the lock was held has lost the tag already.
        members = SegmentMember.objects.filter(segment_id__in=_backing(job), profile_id__in=people)
        still = list(members.values_list("profile_id", flat=True))
        changed = len(tags.assign_locked(workspace, giving(job.tag), still, now).changed)
    else:
        what = tags.Giving(job.tag.key, job.value, TagSource(job.tag.kind), job.by, job.expires_at)
        changed = len(tags.assign_locked(workspace, what, people, now).changed)
    job.done += len(people)
    job.changed += changed
    if len(people) == limit:
        job.cursor = people[-1]
        return True
    return False


def _page(workspace: Workspace, job: TagJob, now: datetime, limit: int) -> list[UUID]:
    """The next people, in the order of their ids."""
    after = job.cursor or FIRST
    if job.tag.kind == TagKind.RULE and job.action == TagAction.ASSIGN:
        members = SegmentMember.objects.filter(segment_id__in=_backing(job), profile_id__gt=after)
        return list(members.order_by("profile_id").values_list("profile_id", flat=True)[:limit])
    if job.segment is not None:
        inside = segments.members(workspace, InSegment(op="segment", id=str(job.segment.pk)), now).filter(pk__gt=after)
        return list(inside.order_by("pk").values_list("pk", flat=True)[:limit])
    if job.action == TagAction.ASSIGN:
        return []  # its segment has been deleted
    having = TagAssignment.objects.filter(
        workspace_id=workspace.id, key=job.tag.key, ended_at=None, profile_id__gt=after
    )
    return list(having.order_by("profile_id").values_list("profile_id", flat=True)[:limit])


def _backing(job: TagJob) -> list[UUID]:
    """The segment of a rule tag; none if the definition has ended meanwhile."""
    return [] if job.tag.segment_id is None else [job.tag.segment_id]


def _end(job: TagJob) -> None:
    if job.action == TagAction.DELETE:
        job.tag.delete()


def _said(error: Exception) -> str:
    return f"{batch_jobs.code_of(error)}: {error}"
