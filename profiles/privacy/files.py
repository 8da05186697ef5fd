"""Files of imports and exports that may hold an erased person: they are deleted whole.

A file of an import is searched for the person's identities; an export need not show any, so every file that is still to
be had goes. Both are copies: the operator can have them made anew, without the person.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import IO, Any, Final

from django.db import connection

from profiles.exports.files import part_path
from profiles.exports.webhook import body_path
from profiles.imports import seen, storage
from profiles.models import Export, ExportState, ExportTarget, Import, ImportState
from profiles.models.imports import OPEN_IMPORTS
from profiles.privacy.tombstones import CODE
from workspaces.erasing import Removed, Subject, patterns

HANDLES: Final = frozenset({"profiles_import", "profiles_importrejection", "profiles_importkey", "profiles_export"})
# What people write between the digits of a number.
SEPARATORS: Final = " -().+\t"
WITH_FILES: Final = (ExportState.RUNNING, ExportState.DONE, ExportState.FAILED)
CHUNK: Final = 4 * 1024 * 1024

_REJECTIONS = """
delete from profiles_importrejection
where job_id = %(job)s and (translate(lower(cells::text), %(separators)s, '') like any(%(patterns)s)
      or translate(lower(value), %(separators)s, '') like any(%(patterns)s)
      or cells ?| %(values)s or value = any(%(values)s))
"""


def erase(subject: Subject, now: datetime, limit: int) -> Removed:
    """`workspaces.erasing.Eraser`. Called again after the person's row is gone, for exports begun in between."""
    rows: Counter[str] = Counter()
    exports = Export.objects.filter(workspace_id=subject.workspace_id, state__in=WITH_FILES)
    for export in exports.exclude(file="", parts=0, packed=None).order_by("id").select_for_update(of=("self",)):
        if export.target == ExportTarget.WEBHOOK and export.packed is None:
            # What has been sent is with the receiver.
            continue
        _erase_export(export, now)
        rows["profiles_export"] += 1
    imports = Import.objects.filter(workspace_id=subject.workspace_id).exclude(source="")
    for job_id in imports.order_by("id").values_list("pk", flat=True):
        job = imports.select_for_update(of=("self",)).filter(pk=job_id).first()
        if job is not None and _may_hold(job, subject):
            rows["profiles_import"] += 1
            rows["profiles_importrejection"] += _erase_import(job, subject, now)
    return Removed(+rows)


def _erase_export(job: Export, now: datetime) -> None:
    if job.target == ExportTarget.WEBHOOK:
        # The call is packed anew, without whoever is gone by then; by the same id, so that nobody else comes twice.
        storage.remove(body_path(job))
        job.packed, job.tries = None, 0
        job.save(update_fields=["packed", "tries"])
        return
    storage.remove(job.file, *(part_path(job.workspace_id, job.pk, number) for number in range(job.parts)))
    if job.state == ExportState.RUNNING:
        # From the first row again, without whoever is gone by then.
        job.done, job.cursor, job.beat_at = 0, "", now
    elif job.state == ExportState.DONE:
        job.state = ExportState.EXPIRED
    job.parts, job.file = 0, ""
    job.save()


def _may_hold(job: Import, subject: Subject) -> bool:
    """A file that is not read yet may."""
    if not subject.identities:
        return False
    if job.state == ImportState.PREPARING or not job.layout:
        return True
    path = job.rows_file or job.source
    if not storage.files().exists(path):
        # Deleted by a worker that was killed before it could say so.
        return True
    encoding = "utf-8" if job.rows_file else job.layout.get("layout", {}).get("encoding", "utf-8")
    with storage.opened(path) as file:
        return holds(file, [*subject.values, *subject.needles], encoding)


def holds(file: IO[bytes], needles: Sequence[str], encoding: str) -> bool:
    """Tell whether a file of text has one of `needles`, whatever case or separators it is written with."""
    sought = [_bare(needle).encode(encoding, errors="replace").lower() for needle in needles]
    longest, rest, without = max(map(len, sought), default=0), b"", SEPARATORS.encode()
    while chunk := file.read(CHUNK):
        text = rest + chunk.translate(None, without).lower()
        if any(one in text for one in sought):
            return True
        rest = text[-longest:]
    return False


def _bare(text: str) -> str:
    return text.translate(str.maketrans("", "", SEPARATORS)).lower()


def _erase_import(job: Import, subject: Subject, now: datetime) -> int:
    storage.remove(job.source, job.rows_file)
    if job.state in OPEN_IMPORTS:
        job.state, job.error_code, job.finished_at = ImportState.CANCELLED, CODE, now
        seen.forget(job.pk)
    job.source, job.rows_file, job.preview = "", "", []
    job.columns = [{**column, "samples": []} for column in job.columns]
    job.save()
    sought: dict[str, Any] = {
        "job": job.pk,
        "separators": SEPARATORS,
        "patterns": patterns(_bare(one) for one in subject.searchable),
        "values": subject.values,
    }
    with connection.cursor() as cursor:
        cursor.execute(_REJECTIONS, sought)
        return int(cursor.rowcount)
