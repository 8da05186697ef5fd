"""The workflow that brings the review of a journey up to its logs, on a task queue of its own: ticks do not wait for it."""

import asyncio
import threading
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from uuid import UUID

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.worker import Worker

REVIEW_QUEUE = "zhitu-review"
REVIEW_WORKFLOW = "ReviewWorkflow"
REFRESH = "refresh_review"
# The first reading of a journey of tens of millions of runs; where it was is in PostgreSQL.
TIMEOUT = timedelta(hours=2)
HEARTBEAT_TIMEOUT = timedelta(seconds=10)
HEARTBEAT_EVERY = 2.0  # seconds
# Why it fails is written in the journey's ReviewProgress; the figures stay as they were until it succeeds.
RETRY = RetryPolicy(initial_interval=timedelta(seconds=1), maximum_interval=timedelta(minutes=10))


@dataclass(frozen=True)
class ReviewRequest:
    """Which journey (its id as text), and the workflow's time."""

    journey: str
    now: datetime


def workflow_id(journey: object) -> str:
    return f"review/{journey}"


@workflow.defn(name=REVIEW_WORKFLOW)
class ReviewWorkflow:
    """`review/<journey>`: read once, and once more if somebody asked meanwhile."""

    def __init__(self) -> None:
        self._nudged = False

    @workflow.signal
    def nudge(self) -> None:
        """There may be more to read than when the reading under way began."""
        self._nudged = True

    @workflow.run
    async def run(self, journey: str) -> None:
        again = True
        while again:
            self._nudged = False
            await workflow.execute_activity(
                REFRESH,
                ReviewRequest(journey, workflow.now()),
                task_queue=REVIEW_QUEUE,
                start_to_close_timeout=TIMEOUT,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
                retry_policy=RETRY,
            )
            again = self._nudged


@activity.defn(name=REFRESH)
async def refresh_review(request: ReviewRequest) -> None:
    """Read in a thread, and tell the server meanwhile that this worker lives."""
    unwanted = threading.Event()
    running = asyncio.ensure_future(asyncio.to_thread(_refresh, request, unwanted))
    try:
        while not (await asyncio.wait({running}, timeout=HEARTBEAT_EVERY))[0]:
            activity.heartbeat()
        running.result()
    except asyncio.CancelledError:
        # The worker ends: the chunk under way is finished, and the next reading goes on after it.
        unwanted.set()
        await asyncio.wait({running})
        raise


def _refresh(request: ReviewRequest, unwanted: threading.Event) -> None:
    from journeys.review.paths.refreshing import refresh
    from workspaces.connections import fresh_connection

    # What was committed while the task was on its way is dated by clocks, not by the workflow's time.
    now = max(request.now, datetime.now(UTC))
    with fresh_connection():
        refresh(UUID(request.journey), now, lambda: not unwanted.is_set())


def make_review_worker(client: Client, grace: timedelta) -> Worker:
    """One journey at a time; the others wait in the queue, where every other worker may take them."""
    return Worker(
        client,
        task_queue=REVIEW_QUEUE,
        activities=[refresh_review],
        max_concurrent_activities=1,
        graceful_shutdown_timeout=grace,
    )
