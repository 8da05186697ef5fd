"""Rows that were not taken: kept with their batch, and given out as a file."""

import csv
import io
from collections.abc import Collection, Iterator, Sequence

import orjson

from profiles.exports.cells import safe
from profiles.imports.csv_rows import Row
from profiles.imports.hiding import hide, hide_row
from profiles.imports.new_people import copy_rows
from profiles.imports.people_rows import RefusedRow
from profiles.imports.reasons import reason
from profiles.models import Import, ImportRejection
from profiles.privacy import tombstones

_COPY = 'copy profiles_importrejection (workspace_id, job_id, line, code, "column", value, cells) from stdin'
MOST_KEPT = 1000  # characters of a cell
AT_ONCE = 2000


def keep(job: Import, refused: Sequence[tuple[Row, RefusedRow]]) -> None:
    """Keep them in the batch's transaction, and count them by reason."""
    names = [column["name"] for column in job.columns]
    rows = []
    for row, why in sorted(refused, key=lambda one: one[0].line):
        column = names[why.place] if why.place is not None and why.place < len(names) else ""
        # Of an erased person nothing is kept but that there was a row.
        kept = [] if why.code == tombstones.CODE else row.cells[: len(names) + 20]
        cells = [cell[:MOST_KEPT] for cell in kept]
        rows.append(
            (job.workspace_id, job.pk, row.line, why.code, column, why.value[:200], orjson.dumps(cells).decode())
        )
        job.reasons[why.code] = job.reasons.get(why.code, 0) + 1
    if rows:
        copy_rows(_COPY, rows)
    job.rejected += len(rows)


def error_file(job: Import, *, chinese: bool, hidden: Collection[str] | None = None) -> Iterator[bytes]:
    """The error file, in parts: the rows as they were, each led by its line, the code and the reason.

    With a BOM, by which spreadsheets know UTF-8; nothing in it is taken for a formula. `hidden`: see profiles.imports.hiding.
    """
    head = ["行号", "代码", "原因", "列", "值"] if chinese else ["line", "code", "reason", "column", "value"]
    yield "\ufeff".encode() + _lines([[*head, *(safe(column["name"]) for column in job.columns)]])
    names = [column["name"] for column in job.columns]
    after = 0
    while True:
        found = list(
            ImportRejection.objects.filter(job=job, id__gt=after)
            .order_by("id")
            .values_list("id", "line", "code", "column", "value", "cells")[:AT_ONCE]
        )
        if not found:
            return
        yield _lines(
            [
                [str(line), code, reason(code, chinese=chinese), safe(column), safe(hide(column, value, hidden))]
                + [safe(cell) for cell in hide_row(names, cells, hidden)]
                for _, line, code, column, value, cells in found
            ]
        )
        after = found[-1][0]


def _lines(rows: Sequence[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
