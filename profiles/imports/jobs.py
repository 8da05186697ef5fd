"""The life of an import: uploaded, read, mapped, tried, run; cancelled or failed on the way.

Each batch is one transaction that locks the job's row, so two who are at the same job take turns. The sweep finds what
nobody is at.
"""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, transaction

from profiles.imports import seen, storage
from profiles.imports.batch import AT_ONCE, take_batch
from profiles.imports.layout import UnreadableFile
from profiles.imports.mapping import read_mapping
from profiles.imports.news import import_after_commit
from profiles.imports.preparing import NotWanted, prepare
from profiles.models import Import, ImportRejection, ImportState
from profiles.models.imports import OPEN_IMPORTS
from workspaces.errors import DomainError

MOST_FAILURES = 5
SILENCE = timedelta(seconds=15)
FILES = "import_files"  # their category of retention

_MAY_START = {ImportState.READY, ImportState.CHECKED, ImportState.FAILED, ImportState.CANCELLED, ImportState.DONE}
_STARTED_AGAIN = ("done", "created", "updated", "unchanged", "rejected", "failures")


class WrongState(DomainError):
    """The import is at a point where this cannot be done."""

    def __init__(self, state: str) -> None:
        super().__init__("wrong_state", f"The import is {state}.", status=409)


def start(job: Import, mapping: Any, now: datetime, *, dry: bool) -> Import:
    """Begin a dry run, or the run, from the first row; a run may follow any end. Raises InvalidMapping, WrongState.

    A run from the start changes nothing that was done before: the same rows give the same people.
    """
    with transaction.atomic():
        job = locked(job.pk)
        if not job.source:
            raise WrongState("too old: its file has been deleted")
        if job.state not in _MAY_START or not job.columns:
            raise WrongState(job.state)
        read_mapping(job.kind, mapping, len(job.columns))
        ImportRejection.objects.filter(job=job).delete()
        seen.forget(job.pk)
        job.mapping = mapping
        job.state = ImportState.CHECKING if dry else ImportState.RUNNING
        job.offset, job.line = job.layout["start"], job.layout["line"]
        for name in _STARTED_AGAIN:
            setattr(job, name, 0)
        job.reasons, job.error, job.error_code = {}, "", ""
        job.started_at, job.beat_at, job.finished_at = now, now, None
        job.save()
        import_after_commit(job.pk)
    return job


def cancel(job: Import, now: datetime) -> Import:
    """End it behind the present batch; what has been imported stays. Raises WrongState."""
    with transaction.atomic():
        job = locked(job.pk)
        if job.state not in OPEN_IMPORTS:
            raise WrongState(job.state)
        job.state, job.finished_at = ImportState.CANCELLED, now
        job.save(update_fields=["state", "finished_at"])
        seen.forget(job.pk)
    return job


def advance_import(
    job_id: UUID, now: datetime, at_once: int = AT_ONCE, alive: Callable[[], None] = lambda: None
) -> bool:
    """Do the next batch, in a transaction of its own; tell whether there is more.

    What a batch fails with is recorded and tried again; after MOST_FAILURES tries, or when it is refused, the import has
    failed. Raises only if the database cannot be reached.
    """
    try:
        job = Import.objects.filter(pk=job_id).first()
        if job is not None and job.state == ImportState.PREPARING:
            prepare(job, now, alive)
            return False
        return _batch(job_id, now, at_once)
    except NotWanted:
        return False
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, an operator sees it beside the import
        return _fail(job_id, error, now)


def overdue(now: datetime) -> list[UUID]:
    """Imports that nobody is at."""
    silent = Import.objects.filter(state__in=OPEN_IMPORTS, beat_at__lt=now - SILENCE)
    return list(silent.order_by("beat_at").values_list("pk", flat=True))


def expire(workspace_id: UUID, before: datetime, limit: int) -> int:
    """`workspaces.retention.Remove`: delete the files, previews and refused rows of imports at rest; their numbers stay."""
    ended = Import.objects.filter(workspace_id=workspace_id).exclude(state__in=OPEN_IMPORTS).exclude(source="")
    old = list(
        ended.filter(beat_at__lt=before).order_by("id").select_for_update(of=("self",), skip_locked=True)[:limit]
    )
    for job in old:
        storage.remove(job.source, job.rows_file)
        ImportRejection.objects.filter(job=job).delete()
        Import.objects.filter(pk=job.pk).update(source="", rows_file="", preview=[], columns=[])
    return len(old)


def locked(job_id: UUID) -> Import:
    return Import.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=job_id)


def _batch(job_id: UUID, now: datetime, at_once: int) -> bool:
    with transaction.atomic():
        job = Import.objects.select_for_update(of=("self",)).select_related("workspace").filter(pk=job_id).first()
        if job is None or job.state not in {ImportState.CHECKING, ImportState.RUNNING}:
            return False
        more = take_batch(job, now, at_once)
        job.failures, job.error, job.beat_at = 0, "", now
        if not more:
            job.state = ImportState.CHECKED if job.state == ImportState.CHECKING else ImportState.DONE
            job.finished_at = now
            seen.forget(job.pk)
        job.save()
    return more


def _fail(job_id: UUID, error: Exception, now: datetime) -> bool:
    with transaction.atomic():
        job = locked(job_id)
        if job.state not in OPEN_IMPORTS:
            return False
        job.error_code = getattr(error, "code", "") or type(error).__name__
        job.error = str(error)[:2000]
        job.failures += 1
        job.beat_at = now
        if isinstance(error, UnreadableFile | DomainError) or job.failures >= MOST_FAILURES:
            job.state, job.finished_at = ImportState.FAILED, now
        job.save()
        return job.state in OPEN_IMPORTS


def created_by(user: object) -> User | None:
    """The user to note; a key is none."""
    return user if isinstance(user, User) else None
