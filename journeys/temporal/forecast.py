"""The workflow that has a forecast run, on a task queue of its own so that ticks do not wait for it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from temporalio import activity, workflow
from temporalio.client import Client
from temporalio.common import RetryPolicy
from temporalio.exceptions import ActivityError
from temporalio.worker import Worker

FORECAST_QUEUE = "zhitu-forecast"
FORECAST_WORKFLOW = "ForecastWorkflow"
RUN = "run_forecast"
FAIL = "fail_forecast"
# The row counts the attempts too: those of this workflow and of those before it.
ATTEMPTS = 3
TIMEOUT = timedelta(hours=1)
HEARTBEAT_TIMEOUT = timedelta(seconds=6)
HEARTBEAT_EVERY = 1.0  # seconds
FAIL_TIMEOUT = timedelta(minutes=1)


def workflow_id(forecast: UUID) -> str:
    return f"forecast/{forecast}"


async def run_or_fail(run: str, fail: str, row: str) -> None:
    """Have the activity `run` do the work of a row; if that fails again and again, have `fail` say so in it."""
    try:
        await workflow.execute_activity(
            run,
            row,
            task_queue=FORECAST_QUEUE,
            start_to_close_timeout=TIMEOUT,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=ATTEMPTS),
        )
    except ActivityError as error:
        await workflow.execute_activity(
            fail,
            args=[row, str(error.cause or error)],
            task_queue=FORECAST_QUEUE,
            start_to_close_timeout=FAIL_TIMEOUT,
        )


@workflow.defn(name=FORECAST_WORKFLOW)
class ForecastWorkflow:
    """`forecast/<id>`: run it; if that fails again and again, say so in its row."""

    @workflow.signal
    def nudge(self) -> None:
        """It is at it: to be nudged again changes nothing."""

    @workflow.run
    async def run(self, forecast: str) -> None:
        await run_or_fail(RUN, FAIL, forecast)


@activity.defn(name=RUN)
async def run_forecast(forecast: str) -> None:
    """Run it in processes of its own; a thread listens to them."""
    from journeys.forecast.jobs import perform

    await while_wanted(perform, UUID(forecast))


async def while_wanted(perform: Callable[..., None], row: UUID) -> None:
    """Have a thread `perform` the work of a row, which starts processes, and say meanwhile that it goes on."""
    from journeys.forecast.life import Wanted

    wanted = Wanted()
    running = asyncio.ensure_future(asyncio.to_thread(with_connection, perform, row, wanted))
    try:
        while not (await asyncio.wait({running}, timeout=HEARTBEAT_EVERY))[0]:
            activity.heartbeat()
        running.result()
    except asyncio.CancelledError:
        # Cancelled by way of Temporal, or the worker ends: the processes go before the worker does.
        wanted.no_longer()
        await asyncio.wait({running})
        raise


@activity.defn(name=FAIL)
async def fail_forecast(forecast: str, error: str) -> None:
    from journeys.forecast.jobs import fail

    await asyncio.to_thread(with_connection, fail, UUID(forecast), error)


def make_forecast_worker(client: Client, grace: timedelta, *others: Callable[..., Any]) -> Worker:
    """One forecast, or other long work, at a time; the others wait in the queue, where every other worker may take them."""
    return Worker(
        client,
        task_queue=FORECAST_QUEUE,
        activities=[run_forecast, fail_forecast, *others],
        max_concurrent_activities=1,
        graceful_shutdown_timeout=grace,
    )


def with_connection(work: Callable[..., None], *arguments: object) -> None:
    """Do the work of an activity in a thread of its own."""
    from workspaces.connections import fresh_connection

    with fresh_connection():
        work(*arguments)
