"""The next rows of an import: read, judged one by one, and written together."""

from collections.abc import Callable, Sequence
from datetime import datetime
from functools import partial
from typing import Any

from django.db import DataError, transaction

from profiles.imports import rejections, seen
from profiles.imports.consents import Proof
from profiles.imports.csv_rows import CsvRows, Row
from profiles.imports.events import read_event, write_events
from profiles.imports.layout import Layout
from profiles.imports.mapping import Mapping, read_mapping
from profiles.imports.outcome import Outcome
from profiles.imports.people import write_people
from profiles.imports.people_rows import RefusedRow, read_person
from profiles.imports.storage import opened_anywhere
from profiles.models import Import, ImportKind, ImportState

# A batch holds the lock on the workspace's identities; so many rows hold it for a fraction of a second.
AT_ONCE = 5_000
MOST_BYTES = 8 * 1024 * 1024
Write = Callable[..., Outcome]


def take_batch(job: Import, now: datetime, at_once: int) -> bool:
    """Deal with the next rows, in the caller's transaction, which holds the job's row. Tells whether there are more."""
    mapping = read_mapping(job.kind, job.mapping, len(job.columns))
    rows, more = _next_rows(job, at_once)
    dry = job.state == ImportState.CHECKING
    outcome = Outcome()
    read, write = _ways(job, mapping, now, dry)
    taken = []
    for row in rows:
        try:
            taken.append(read(row))
        except RefusedRow as error:
            outcome.refused.append((row, error))
    if taken:
        outcome.add(_written(write, taken))
    if dry:
        again = seen.count_known(job, outcome.fresh)
        outcome.created -= again
        if job.kind == ImportKind.EVENTS:
            outcome.unchanged += again
        else:
            outcome.updated += again
    job.done += len(rows)
    job.created += outcome.created
    job.updated += outcome.updated
    job.unchanged += outcome.unchanged
    rejections.keep(job, outcome.refused)
    return more


def _next_rows(job: Import, at_once: int) -> tuple[list[Row], bool]:
    """The rows behind the checkpoint, which moves behind them."""
    rows: list[Row] = []
    start = job.offset
    with opened_anywhere(job.rows_file or job.source) as file:
        reader = CsvRows(file, Layout.from_json(job.layout["layout"]), job.offset, job.line)
        for row in reader:
            rows.append(row)
            if len(rows) >= at_once or row.end - start >= MOST_BYTES:
                break
        job.offset, job.line = reader.end, reader.line
        more = bool(rows) and bool(file.read(1))
    return rows, more


def _ways(job: Import, mapping: Mapping, now: datetime, dry: bool) -> tuple[Callable[[Row], Any], Write]:
    if job.kind == ImportKind.EVENTS:
        return (
            partial(read_event, mapping=mapping, now=now),
            lambda rows: write_events(job.workspace, rows, now, live=mapping.live, dry=dry),
        )
    proof = Proof(job.digest, job.file_name, job.created_at)
    return (
        partial(read_person, mapping=mapping),
        lambda rows: write_people(job.workspace, rows, proof, now, dry=dry),
    )


def _written(write: Write, taken: Sequence[Any]) -> Outcome:
    """Write all together; if the database refuses a value, one by one, to find the row that has it."""
    try:
        with transaction.atomic():
            return write(taken)
    except DataError:
        outcome = Outcome()
        for one in taken:
            try:
                with transaction.atomic():
                    outcome.add(write([one]))
            except DataError:
                row = one[0] if isinstance(one, tuple) else one.row
                outcome.refused.append((row, RefusedRow("not_storable")))
        return outcome
