"""What is kept current besides segments: tags that expire, jobs of tags, replays, computed attributes and models.

A workflow of the workspace calls `advance` until nothing is due. Each part is a transaction of its own, and stands in
PostgreSQL: whoever comes next goes on where the last one was.
"""

from datetime import datetime
from uuid import UUID

from profiles import batch_jobs, dead_letter_jobs, tag_jobs, tags
from profiles.computed import incremental, passes
from profiles.models import ComputedDue, ComputedMark, RejectedReplay, TagAssignment, TagJob
from workspaces.models import Workspace


def advance(workspace_id: UUID, now: datetime) -> bool:
    """Do a batch of everything that is due for a workspace at `now` (aware); tell whether there is more."""
    workspace = Workspace.objects.filter(pk=workspace_id).first()
    if workspace is None:
        return False
    more = [
        tags.expire(workspace, now),
        tag_jobs.advance(workspace, now),
        dead_letter_jobs.advance(workspace, now),
        incremental.compute_marked(workspace, now),
        incremental.compute_due(workspace, now),
        passes.advance_pass(workspace, now),
    ]
    return any(more)


def workspaces_waiting(now: datetime) -> set[UUID]:
    """Whose people something is due for at `now`."""
    expiring = TagAssignment.objects.filter(ended_at=None, expires_at__lte=now)
    jobs = TagJob.objects.filter(state__in=batch_jobs.OPEN)
    replays = RejectedReplay.objects.filter(state__in=batch_jobs.OPEN)
    marks = ComputedMark.objects.all()
    due = ComputedDue.objects.filter(due_at__lte=now)
    found: set[UUID] = set()
    for rows in (expiring, jobs, replays, marks, due, passes.waiting(now)):
        found.update(rows.order_by().values_list("workspace_id", flat=True).distinct())
    return found
