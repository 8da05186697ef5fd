"""A file of every run of a journey, written in a process of its own: what it takes."""

import multiprocessing
import re
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple
from uuid import UUID


class Written(NamedTuple):
    """`peak_mb`: the most memory that the process ever held, the interpreter and its libraries included."""

    rows: int
    seconds: float
    peak_mb: float


def write_runs(workspace: UUID, journey: UUID) -> Written:
    """Export the runs of a journey as CSV. Raises RuntimeError if the file is not finished."""
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe()
    process = context.Process(target=_write, args=(str(workspace), str(journey), theirs))
    process.start()
    theirs.close()
    try:
        found = ours.recv()
    except EOFError as error:
        raise RuntimeError("The process that writes the file has died.") from error
    finally:
        process.join()
    return Written(*found)


def _write(workspace: str, journey: str, answer: Connection) -> None:
    import django

    django.setup()
    from django.utils import timezone

    from journeys.review.worth import export_runs
    from profiles.exports import jobs
    from profiles.models import Export
    from workspaces.models import Workspace

    began = time.monotonic()
    space = Workspace.objects.get(pk=workspace)
    columns = list(export_runs.COLUMNS)
    asked = {"journey": journey}
    job = jobs.ask(space, "review_runs", "csv", columns, asked, masked=False, user=None, now=timezone.now())
    while jobs.advance_export(job.pk, timezone.now()):
        pass
    done = Export.objects.get(pk=job.pk)
    if done.state != "done":
        raise RuntimeError(f"The export is {done.state}: {done.error}")
    answer.send((done.done, time.monotonic() - began, _peak_mb()))


def _peak_mb() -> float:
    """Of this process alone: `ru_maxrss` begins with what the process that started it has held."""
    status = Path("/proc/self/status").read_text()
    found = re.search(r"^VmHWM:\s+(\d+) kB$", status, re.MULTILINE)
    if found is None:
        raise RuntimeError("The kernel does not tell the peak of a process's memory.")
    return int(found[1]) / 1024
