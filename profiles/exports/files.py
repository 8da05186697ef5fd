"""Files of exports: written part by part, put together at the end, in bounded memory."""

import csv
import io
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from typing import IO
from uuid import UUID

from profiles.exports import workbook
from profiles.exports.cells import safe
from profiles.exports.sources import CellKind
from profiles.imports import storage


def part_path(workspace_id: UUID, job_id: UUID, number: int) -> str:
    return storage.path_of(workspace_id, "exports", job_id, f"part-{number:06}.csv")


def write_part(path: str, rows: Sequence[Sequence[str]]) -> None:
    text = io.StringIO()
    csv.writer(text).writerows([safe(cell) for cell in row] for row in rows)
    storage.put(path, io.BytesIO(text.getvalue().encode("utf-8", errors="replace")))


def write_csv(path: str, columns: Sequence[str], parts: Sequence[str]) -> int:
    """Put the parts together, with a BOM, by which spreadsheets know UTF-8. Returns the size."""
    with tempfile.TemporaryFile() as out:
        out.write("\ufeff".encode())
        head = io.StringIO()
        csv.writer(head).writerow([safe(column) for column in columns])
        out.write(head.getvalue().encode())
        for part in parts:
            with storage.opened(part) as source:
                shutil.copyfileobj(source, out)
        return _put(path, out)


def write_workbook(path: str, columns: Sequence[str], kinds: Mapping[str, CellKind], parts: Sequence[str]) -> int:
    """Put the parts together as a workbook; `kinds` are those of columns that are no texts. Returns the size."""
    with tempfile.TemporaryFile() as out:
        workbook.write(out, columns, kinds, _texts(parts))
        return _put(path, out)


def _texts(parts: Sequence[str]) -> Iterator[str]:
    for part in parts:
        with storage.opened(part) as source:
            yield source.read().decode()


def _put(path: str, out: IO[bytes]) -> int:
    size = out.seek(0, 2)
    out.seek(0)
    storage.put(path, out)
    return size
