"""What jobs have in common that are done batch by batch: whose turn it is, and what a batch that fails comes to.

A batch locks its job's row and is written with it in one transaction: a killed worker's batch never was, two who are at the
same job take turns, and whoever comes next goes on where it is.
"""

from collections.abc import Callable
from datetime import datetime
from typing import Final, TypeVar

from django.db import InterfaceError, OperationalError, transaction
from django.db.models import QuerySet

from profiles.choices import JobState
from profiles.models.jobs import BatchJob

MOST_FAILURES: Final = 5
OPEN: Final = (JobState.QUEUED, JobState.RUNNING)
Job = TypeVar("Job", bound=BatchJob)


def code_of(error: Exception) -> str:
    return str(getattr(error, "code", type(error).__name__))


def advance(
    jobs: QuerySet[Job],
    batch: Callable[[Job], bool],
    now: datetime,
    *,
    ended: Callable[[Job], object] = lambda _: None,
    said: Callable[[Exception], str] = code_of,
) -> bool:
    """Do the next batch of the oldest open one of `jobs`; tell whether there may be more.

    `batch` does it, changes the job's fields, and tells whether there is more of this job; the job is saved for it, and
    `ended` called in the same transaction behind its last. `said` is what an operator reads of an error: its code alone,
    unless told otherwise, as the text of a database's error quotes rows.
    """
    with transaction.atomic():
        waiting = jobs.filter(state__in=OPEN).order_by("pk").select_for_update(of=("self",), skip_locked=True)
        job = waiting.first()
        if job is None:
            return False
        try:
            with transaction.atomic():
                job.state = JobState.RUNNING
                more = batch(job)
                job.failures, job.error = 0, ""
                if not more:
                    job.state, job.finished_at = JobState.DONE, now
                job.save()
                if not more:
                    ended(job)
        except (OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001  # whatever it is, an operator sees it beside the job
            job.refresh_from_db()
            _failed(job, said(error), now)
    return True


def _failed(job: BatchJob, said: str, now: datetime) -> None:
    job.failures += 1
    job.error = said[:2000]
    if job.failures >= MOST_FAILURES:
        job.state, job.finished_at = JobState.FAILED, now
    job.save(update_fields=["failures", "error", "state", "finished_at"])
