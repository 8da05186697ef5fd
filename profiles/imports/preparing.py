"""From an uploaded file to one whose rows can be read from any place: stored, and what is no plain CSV turned into it."""

import codecs
import hashlib
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import PurePosixPath
from time import monotonic
from typing import IO, Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from profiles.imports import storage
from profiles.imports.analysis import Analysis, analyse
from profiles.imports.layout import HEAD, Layout, UnreadableFile, detect, detect_encoding
from profiles.imports.news import import_after_commit
from profiles.imports.workbook import LAYOUT, check_workbook, is_workbook, write_rows
from profiles.models import Import, ImportState
from workspaces.models import Workspace
from workspaces.models.base import new_id

MOST_BYTES = 200 * 1024 * 1024
CHUNK = 1024 * 1024
BEAT = timedelta(seconds=3)


class FileTooLarge(UnreadableFile):
    def __init__(self) -> None:
        super().__init__("file_too_large", f"At most {MOST_BYTES // 1024**2} MB are taken.", "file", status=413)


class NotWanted(Exception):
    """The job has been cancelled, or deleted, meanwhile."""


def upload(workspace: Workspace, kind: str, name: str, file: IO[bytes], user: User | None, now: datetime) -> Import:
    """Store a file and say what it is. Raises UnreadableFile.

    A CSV file is known at once; of a workbook, or one in UTF-16, the rows are written out first, by a worker.
    """
    head = file.read(HEAD)
    is_book = is_workbook(head)
    if is_book:
        check_workbook(file)
    encoding = "" if is_book else detect_encoding(head)[0]
    at_once = not is_book and not encoding.startswith("utf-16")
    found = analyse(file, kind) if at_once else None
    job = Import(id=new_id(), workspace=workspace, kind=kind, file_name=_name(name), created_at=now, beat_at=now)
    job.asked_by = user
    job.source = storage.path_of(workspace.id, "imports", job.id, "source.xlsx" if is_book else "source.csv")
    job.size, job.digest = _measure(file)
    if found is not None:
        _note(job, found, job.size)
    file.seek(0)
    storage.put(job.source, file)
    with transaction.atomic():
        job.save(force_insert=True)
        if job.state == ImportState.PREPARING:
            import_after_commit(job.pk)
    return job


def prepare(job: Import, now: datetime, alive: Callable[[], None]) -> None:
    """Write out the rows. Nothing is left behind if it ends in the middle: it is done again. Raises UnreadableFile, NotWanted."""
    path = storage.path_of(job.workspace_id, "imports", job.pk, "rows.csv")
    with storage.opened_anywhere(job.source) as source, tempfile.TemporaryFile() as rows:
        if is_workbook(source.read(4)):
            write_rows(source, rows, _still_wanted(job, alive))
            layout = LAYOUT
        else:
            layout = _as_utf8(source, rows)
        found = analyse(rows, job.kind, layout)
        size = rows.seek(0, 2)
        rows.seek(0)
        storage.put(path, rows)
    with transaction.atomic():
        fresh = Import.objects.select_for_update().get(pk=job.pk)
        if fresh.state != ImportState.PREPARING:
            raise NotWanted
        fresh.rows_file, fresh.beat_at = path, now
        _note(fresh, found, size)
        fresh.save()


def _note(job: Import, found: Analysis, size: int) -> None:
    job.layout = {"layout": found.layout.as_json(), "start": found.start, "line": found.line, "size": size}
    job.columns, job.preview = found.columns, found.preview
    job.state = ImportState.READY


def _still_wanted(job: Import, alive: Callable[[], None]) -> Callable[[], None]:
    last = monotonic()

    def look() -> None:
        nonlocal last
        alive()
        if monotonic() - last >= BEAT.total_seconds():
            last = monotonic()
            open_ones = Import.objects.filter(pk=job.pk, state=ImportState.PREPARING)
            if not open_ones.update(beat_at=timezone.now()):
                raise NotWanted

    return look


def _as_utf8(source: IO[bytes], rows: IO[bytes]) -> Layout:
    source.seek(0)
    encoding, start = detect_encoding(source.read(HEAD))
    source.seek(start)
    # A half of a pair that stands alone becomes a sign that says so.
    decoder: Any = codecs.getincrementaldecoder(encoding)(errors="replace")
    while chunk := source.read(CHUNK):
        rows.write(decoder.decode(chunk).encode("utf-8", errors="replace"))
    rows.write(decoder.decode(b"", final=True).encode("utf-8", errors="replace"))
    rows.seek(0)
    return detect(rows.read(HEAD))


def _measure(file: IO[bytes]) -> tuple[int, str]:
    file.seek(0)
    size, digest = 0, hashlib.sha256()
    while chunk := file.read(CHUNK):
        size += len(chunk)
        if size > MOST_BYTES:
            raise FileTooLarge
        digest.update(chunk)
    return size, digest.hexdigest()


def _name(name: str) -> str:
    """The last part of an uploader's file name, to be shown; it names nothing here."""
    plain = "".join(one for one in PurePosixPath(name.replace("\\", "/")).name if one.isprintable())
    return plain[-200:] or "file"
