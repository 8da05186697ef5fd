"""Where files of imports and exports lie: a storage of Django's, `STORAGES["files"]`, with a folder for each workspace."""

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any
from uuid import UUID

from django.core.files.base import File
from django.core.files.storage import FileSystemStorage, Storage, storages

# Of a storage elsewhere, each process keeps the file that it reads: batches begin in its middle.
_copies: dict[str, Path] = {}
_lock = threading.Lock()
_MOST_COPIES = 2


def files() -> Storage:
    return storages["files"]


def path_of(workspace_id: UUID, kind: str, job_id: UUID, name: str) -> str:
    """Where a job's file lies; the names are ours, never an uploader's."""
    return f"{workspace_id}/{kind}/{job_id}/{name}"


def put(path: str, content: IO[bytes]) -> None:
    """Store a file under exactly this name; what a killed worker left there is replaced."""
    storage = files()
    storage.delete(path)
    stored = storage.save(path, File(content))
    assert stored == path, f"the storage has given {path} another name: {stored}"


@contextmanager
def opened(path: str) -> Iterator[IO[bytes]]:
    """Open a file for reading from its start, in order."""
    file: Any = files().open(path, "rb")
    try:
        yield file
    finally:
        file.close()


@contextmanager
def opened_anywhere(path: str) -> Iterator[IO[bytes]]:
    """Open a file for reading from any place in it."""
    # Not every storage that has a `path` has files behind it.
    storage = files()
    local = Path(storage.path(path)) if isinstance(storage, FileSystemStorage) else _copy_of(path)
    with local.open("rb") as file:
        yield file


def _copy_of(path: str) -> Path:
    with _lock:
        if path not in _copies:
            while len(_copies) >= _MOST_COPIES:
                _copies.pop(next(iter(_copies))).unlink(missing_ok=True)
            with opened(path) as source, tempfile.NamedTemporaryFile(prefix="zhitu-", delete=False) as target:
                shutil.copyfileobj(source, target)
            _copies[path] = Path(target.name)
        return _copies[path]


def remove(*paths: str) -> None:
    for path in paths:
        if path:
            files().delete(path)
            with _lock:
                if path in _copies:
                    _copies.pop(path).unlink(missing_ok=True)
