"""A worker process: workflows, ticks and dispatch. As many may run as wanted; nothing is pinned to one."""

import asyncio
import gc
import logging
import signal
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from temporalio.client import Client
from temporalio.common import WorkflowIDConflictPolicy
from temporalio.worker import Worker
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from channels_app import temporal as dispatch
from journeys.runtime import nudges
from journeys.temporal.activities import Activities
from journeys.temporal.client import connect
from journeys.temporal.counterfactual import CounterfactualWorkflow, fail_counterfactual, run_counterfactual
from journeys.temporal.files import FileJobWorkflow, make_files_worker
from journeys.temporal.forecast import ForecastWorkflow, make_forecast_worker
from journeys.temporal.mass_acts import MassActWorkflow
from journeys.temporal.matching import MatchWorkflow, fail_search, search_matches
from journeys.temporal.messages import SWEEP_WORKFLOW, TASK_QUEUE
from journeys.temporal.nudger import Nudger
from journeys.temporal.privacy import PrivacyWorkflow
from journeys.temporal.review import ReviewWorkflow, make_review_worker
from journeys.temporal.upkeep import UpkeepWorkflow
from journeys.temporal.ways_in import LaunchWorkflow, SegmentsWorkflow
from journeys.temporal.workflows import LaneWorkflow, SweepWorkflow
from profiles.segment_listener import listening

logger = logging.getLogger(__name__)

# Ticks of a crowd compete for the interpreter, so a process takes one at a time, and the server gives the next to
# whoever is free: two lanes then never share one core while another rests. WORKER_PROCESSES makes more run at once.
TICKS_AT_ONCE = 1
# Besides: the ticks of a few people, which come as local activities.
TICK_THREADS = 8
DISPATCH_THREADS = 8
GRACE = timedelta(seconds=10)


def make_worker(client: Client, nudger: Nudger) -> Worker:
    """Build the worker with everything that it runs."""
    activities = Activities(nudger, TICK_THREADS)
    restrictions = SandboxRestrictions.default.with_passthrough_modules(
        "journeys.temporal.messages",
        "journeys.temporal.files",
        "journeys.temporal.counterfactual",
        "journeys.temporal.forecast",
        "journeys.temporal.mass_acts",
        "journeys.temporal.upkeep",
        "journeys.temporal.matching",
        "journeys.temporal.privacy",
        "journeys.temporal.review",
        "journeys.temporal.ways_in",
        "channels_app.temporal",
    )
    return Worker(
        client,
        task_queue=TASK_QUEUE,
        workflows=[
            LaneWorkflow,
            SweepWorkflow,
            LaunchWorkflow,
            SegmentsWorkflow,
            ForecastWorkflow,
            CounterfactualWorkflow,
            MassActWorkflow,
            FileJobWorkflow,
            UpkeepWorkflow,
            MatchWorkflow,
            PrivacyWorkflow,
            ReviewWorkflow,
            *dispatch.WORKFLOWS,
        ],
        activities=[*activities.all(), *dispatch.ACTIVITIES],
        max_concurrent_activities=TICKS_AT_ONCE,
        activity_executor=ThreadPoolExecutor(DISPATCH_THREADS, thread_name_prefix="dispatch"),
        workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
        graceful_shutdown_timeout=GRACE,
    )


def _collect_rarely() -> None:
    """Leave what the start has loaded out of every collection, and collect after many more allocations than usual.

    A tick makes a few hundred thousand short-lived tuples, none in a cycle; at the default thresholds a third of its
    time went into looking for cycles among them.
    """
    gc.freeze()
    gc.set_threshold(50_000, 20, 50)


async def run(ready: Callable[[], None], until: int | None = None) -> None:
    """Run until SIGINT, SIGTERM or something to read on the file descriptor `until`.

    `ready` is called once the worker polls and the sweep is started.
    """
    _collect_rarely()
    client = await connect()
    nudger = Nudger()
    nudges.connect(nudger)
    stop = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if until is not None:
        asyncio.get_running_loop().add_reader(until, stop.set)
    async with (
        make_worker(client, nudger),
        make_forecast_worker(client, GRACE, search_matches, fail_search, run_counterfactual, fail_counterfactual),
        make_files_worker(client, GRACE),
        make_review_worker(client, GRACE),
        listening(),
    ):
        await client.start_workflow(
            SWEEP_WORKFLOW,
            id="sweep",
            task_queue=TASK_QUEUE,
            id_conflict_policy=WorkflowIDConflictPolicy.USE_EXISTING,
        )
        logger.info("The worker is polling the task queue %s.", TASK_QUEUE)
        ready()
        await stop.wait()
        logger.info("The worker is stopping.")
    nudger.close()
