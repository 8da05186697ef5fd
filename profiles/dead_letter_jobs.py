"""Many refused items sent again by a worker: a durable job (`batch_jobs`), each item once.

The cursor moves in the transaction that takes the batch's events.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from profiles import batch_jobs, dead_letters
from profiles.choices import RejectedState
from profiles.models import RejectedEvent, RejectedReplay
from profiles.upkeep_calls import work_wanted
from workspaces.models import Workspace

NONE: Final = UUID(int=0)


def ask(
    workspace: Workspace,
    by: str,
    now: datetime,
    *,
    code: str = "",
    received_from: datetime | None = None,
    received_to: datetime | None = None,
    patch: Mapping[str, Any] | None = None,
) -> RejectedReplay:
    """Have all items sent again that are open now, of a reason and a time [from, to) if given.

    The same, asked again while it is under way, is the one that is under way.
    """
    wanted = {
        "code": code,
        "received_from": received_from,
        "received_to": received_to,
        "patch": dict(patch) if patch else None,
    }
    with transaction.atomic():
        # Two who ask at once take turns.
        Workspace.objects.select_for_update(no_key=True).get(pk=workspace.pk)
        for job in RejectedReplay.objects.filter(workspace=workspace, state__in=batch_jobs.OPEN).order_by("id"):
            if all(getattr(job, name) == value for name, value in wanted.items()):
                return job
        job = RejectedReplay(workspace=workspace, by=by, asked_at=now, until=NONE, **wanted)
        ids = _rows(job).filter(state=RejectedState.OPEN).order_by("-id").values_list("id", flat=True)
        job.until, job.total = ids.first() or NONE, ids.count()
        job.save()
        work_wanted(workspace.pk)
    return job


def advance(workspace: Workspace, now: datetime) -> bool:
    """Do the next batch of the workspace's oldest replay; tell whether there may be more."""
    return batch_jobs.advance(RejectedReplay.objects.filter(workspace=workspace), lambda job: _batch(job, now), now)


def _batch(job: RejectedReplay, now: datetime) -> bool:
    rows = _rows(job).filter(id__gt=job.cursor or NONE, id__lte=job.until)
    done = dead_letters.replay(job.workspace, rows, job.patch, now)
    job.taken += done.taken
    job.duplicates += done.duplicates
    job.failed += done.failed
    job.done += done.looked_at
    job.cursor = done.last or job.cursor
    return done.looked_at == dead_letters.AT_ONCE


def _rows(job: RejectedReplay) -> QuerySet[RejectedEvent]:
    rows = RejectedEvent.objects.filter(workspace_id=job.workspace_id)
    if job.code:
        rows = rows.filter(code=job.code)
    if job.received_from is not None:
        rows = rows.filter(received_at__gte=job.received_from)
    if job.received_to is not None:
        rows = rows.filter(received_at__lt=job.received_to)
    return rows
