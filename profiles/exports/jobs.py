"""The life of an export: asked for, written part by part, put together, taken away, expired."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db import InterfaceError, OperationalError, transaction
from django.db.models import Q

from profiles.exports import events, files, people, webhook  # noqa: F401  # they register themselves
from profiles.exports.sources import InvalidExport, Request, source_of
from profiles.imports import storage
from profiles.imports.news import export_after_commit
from profiles.models import Export, ExportFormat, ExportState, ExportTarget
from workspaces.errors import DomainError
from workspaces.models import Workspace
from workspaces.privacy import rules_of
from workspaces.retention import days_of

AT_ONCE = 10_000
MOST_COLUMNS = 200
MOST_FAILURES = 5
SILENCE = timedelta(seconds=15)
FILES = "export_files"  # their category of retention


class WrongState(DomainError):
    """The export is at a point where this cannot be done."""

    def __init__(self, state: str) -> None:
        super().__init__("wrong_state", f"The export is {state}.", status=409)


def ask(
    workspace: Workspace,
    kind: str,
    format_: str,
    columns: Sequence[str],
    filters: Mapping[str, Any],
    *,
    masked: bool,
    user: User | None,
    now: datetime,
    url: str = "",
    names: Sequence[str] = (),
) -> Export:
    """Write down what is wanted: a file, or with a `url` calls in which the columns have `names`.

    Raises InvalidExport, and InvalidRule for a rule.
    """
    source = source_of(kind)
    if not 1 <= len(columns) <= MOST_COLUMNS or len(set(columns)) < len(columns):
        raise InvalidExport("invalid_columns", f"1 to {MOST_COLUMNS} columns are asked for, each once.", "columns")
    if url:
        webhook.check(url, names)
    request = Request(workspace, columns, filters, masked, now)
    source.check(request)
    with transaction.atomic():
        job = Export.objects.create(
            workspace=workspace,
            kind=kind,
            format=format_,
            target=ExportTarget.WEBHOOK if url else ExportTarget.FILE,
            url=url,
            names=list(names),
            columns=list(columns),
            filters=dict(filters),
            masked=masked,
            total=source.count(request),
            asked_by=user,
            created_at=now,
            beat_at=now,
        )
        export_after_commit(job.pk)
    return job


def cancel(job: Export, now: datetime) -> Export:
    """End it; nothing of it is kept. Raises WrongState."""
    with transaction.atomic():
        job = _locked(job.pk)
        if job.state != ExportState.RUNNING:
            raise WrongState(job.state)
        job.state, job.finished_at = ExportState.CANCELLED, now
        job.save()
    storage.remove(*_parts(job))
    return job


def advance_export(job_id: UUID, now: datetime, at_once: int = AT_ONCE) -> bool:
    """Write the next part, or put all together; tell whether there is more. Raises only if the database is not reached."""
    try:
        if Export.objects.filter(pk=job_id, target=ExportTarget.WEBHOOK).exists():
            return webhook.advance(job_id, now, at_once)
        return _advance(job_id, now, at_once)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, an operator sees it beside the export
        return _fail(job_id, error, now)


def overdue(now: datetime) -> list[UUID]:
    """Exports that nobody is at, though there is something to do."""
    silent = Export.objects.filter(state=ExportState.RUNNING, beat_at__lt=now - SILENCE)
    silent = silent.filter(Q(not_before=None) | Q(not_before__lte=now))
    return list(silent.order_by("beat_at").values_list("pk", flat=True))


def expire(now: datetime) -> None:
    """Delete the files whose time is over."""
    for job in Export.objects.filter(state=ExportState.DONE, expires_at__lte=now):
        storage.remove(job.file)
        Export.objects.filter(pk=job.pk).update(state=ExportState.EXPIRED, file="", parts=0)


def expire_old(workspace_id: UUID, before: datetime, limit: int) -> int:
    """`workspaces.retention.Remove`: as `expire` where the rule has become shorter since; parts of failed ones too."""
    ended = Export.objects.filter(workspace_id=workspace_id, state__in=[ExportState.DONE, ExportState.FAILED])
    old = ended.filter(beat_at__lt=before).exclude(file="", parts=0).order_by("id")
    jobs = list(old.select_for_update(of=("self",), skip_locked=True)[:limit])
    for job in jobs:
        storage.remove(job.file, *_parts(job))
        state = ExportState.EXPIRED if job.state == ExportState.DONE else job.state
        Export.objects.filter(pk=job.pk).update(state=state, file="", parts=0)
    return len(jobs)


def _advance(job_id: UUID, now: datetime, at_once: int) -> bool:
    with transaction.atomic():
        job = Export.objects.select_for_update(of=("self",)).select_related("workspace").filter(pk=job_id).first()
        if job is None or job.state != ExportState.RUNNING:
            return False
        if job.parts and not job.cursor:
            _finish(job, now)
        else:
            page = source_of(job.kind).page(_request(job), job.cursor, at_once)
            # Stored before it is noted: a worker killed in between writes the same part again.
            files.write_part(files.part_path(job.workspace_id, job.pk, job.parts), page.rows)
            job.parts += 1
            job.done += len(page.rows)
            job.cursor = page.cursor
        job.failures, job.error, job.beat_at = 0, "", now
        job.save()
    if job.state == ExportState.DONE:
        storage.remove(*_parts(job))
    return job.state == ExportState.RUNNING


def _finish(job: Export, now: datetime) -> None:
    path = storage.path_of(job.workspace_id, "exports", job.pk, f"export.{job.format}")
    if job.format == ExportFormat.XLSX:
        kinds = source_of(job.kind).kinds(_request(job))
        job.size = files.write_workbook(path, job.columns, kinds, _parts(job))
    else:
        job.size = files.write_csv(path, job.columns, _parts(job))
    job.file, job.state = path, ExportState.DONE
    days = days_of(job.workspace_id, FILES)
    job.finished_at, job.expires_at = now, None if days is None else now + timedelta(days=days)


def _request(job: Export) -> Request:
    keys = rules_of(job.workspace_id).personal_keys
    return Request(job.workspace, job.columns, job.filters, job.masked, job.created_at, keys)


def _parts(job: Export) -> list[str]:
    if job.target == ExportTarget.WEBHOOK:
        return [webhook.body_path(job)]
    return [files.part_path(job.workspace_id, job.pk, number) for number in range(job.parts)]


def _fail(job_id: UUID, error: Exception, now: datetime) -> bool:
    with transaction.atomic():
        job = _locked(job_id)
        if job.state != ExportState.RUNNING:
            return False
        job.error = f"{getattr(error, 'code', type(error).__name__)}: {error}"[:2000]
        job.failures += 1
        job.beat_at = now
        if isinstance(error, DomainError) or job.failures >= MOST_FAILURES:
            job.state, job.finished_at = ExportState.FAILED, now
        job.save()
    return job.state == ExportState.RUNNING


def _locked(job_id: UUID) -> Export:
    return Export.objects.select_for_update(of=("self",)).select_related("workspace").get(pk=job_id)
