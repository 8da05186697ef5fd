"""The workflow that has a file's job done, an import or an export, on a task queue of its own: ticks do not wait for it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from uuid import UUID

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

FILES_QUEUE = "zhitu-files"
FILE_WORKFLOW = "FileJobWorkflow"
ADVANCE_FILE = "advance_file_job"
# To write out the rows of a workbook takes minutes, all else seconds.
TIMEOUT = timedelta(hours=1)
HEARTBEAT_TIMEOUT = timedelta(seconds=10)
HEARTBEAT_EVERY = 2.0  # seconds
RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=5))
# A turn; then another job's turn may come.
TURN_SECONDS = 5.0


@dataclass(frozen=True)
class FileJob:
    """Which job: `kind` is `import`, `export` or `report` (of the review), `id` its id as text."""

    kind: str
    id: str


@dataclass(frozen=True)
class FileJobRequest:
    job: FileJob
    now: datetime


def workflow_id(kind: str, job: object) -> str:
    return f"{kind}/{job}"


@workflow.defn(name=FILE_WORKFLOW)
class FileJobWorkflow:
    """`import/<id>`, `export/<id>` or `report/<id>`: turn after turn. Where it is, is in PostgreSQL; the
    sweep starts it again.
    """

    def __init__(self) -> None:
        self._nudged = False

    @workflow.signal
    def nudge(self) -> None:
        """There may be more to do than at the turn that is under way."""
        self._nudged = True

    @workflow.run
    async def run(self, job: FileJob) -> None:
        more = True
        while more or self._nudged:
            self._nudged = False
            more = await workflow.execute_activity(
                ADVANCE_FILE,
                FileJobRequest(job, workflow.now()),
                result_type=bool,
                task_queue=FILES_QUEUE,
                start_to_close_timeout=TIMEOUT,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
                retry_policy=RETRY,
            )
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(job)


@activity.defn(name=ADVANCE_FILE)
async def advance_file_job(request: FileJobRequest) -> bool:
    """Do batches for a few seconds in a thread, and tell the server meanwhile that this worker lives."""
    running = asyncio.ensure_future(asyncio.to_thread(_turn, request))
    while not (await asyncio.wait({running}, timeout=HEARTBEAT_EVERY))[0]:
        activity.heartbeat()
    return running.result()


def _turn(request: FileJobRequest) -> bool:
    from journeys.review.worth.reports import advance_report
    from profiles.exports.jobs import advance_export
    from profiles.imports.jobs import advance_import
    from workspaces.connections import fresh_connection

    by_kind: dict[str, Callable[[UUID, datetime], bool]] = {
        "import": advance_import,
        "export": advance_export,
        "report": advance_report,
    }
    advance = by_kind[request.job.kind]
    began = monotonic()
    more = True
    with fresh_connection():
        while more and monotonic() < began + TURN_SECONDS:
            more = advance(UUID(request.job.id), request.now + timedelta(seconds=monotonic() - began))
    return more


def make_files_worker(client: Client, grace: timedelta) -> Worker:
    """One job's turn at a time; the others wait in the queue, where every other worker may take them."""
    return Worker(
        client,
        task_queue=FILES_QUEUE,
        activities=[advance_file_job],
        max_concurrent_activities=1,
        graceful_shutdown_timeout=grace,
    )
