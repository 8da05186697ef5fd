"""The workflow that has a forecast run, on a task queue of its own so that ticks do not wait for it."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
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


@workflow.defn(name=FORECAST_WORKFLOW)
class ForecastWorkflow:
    """`forecast/<id>`: run it; if that fails again and again, say so in its row."""

    @workflow.signal
    def nudge(self) -> None:
        """It is at it: to be nudged again changes nothing."""

    @workflow.run
    async def run(self, forecast: str) -> None:
        try:
            await workflow.execute_activity(
                RUN,
                forecast,
                task_queue=FORECAST_QUEUE,
                start_to_close_timeout=TIMEOUT,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
                retry_policy=RetryPolicy(initial_interval=timedelta(seconds=1), maximum_attempts=ATTEMPTS),
            )
        except ActivityError as error:
            await workflow.execute_activity(
                FAIL,
                args=[forecast, str(error.cause or error)],
                task_queue=FORECAST_QUEUE,
                start_to_close_timeout=FAIL_TIMEOUT,
            )


@activity.defn(name=RUN)
async def run_forecast(forecast: str) -> None:
    """Run it in processes of its own; a thread listens to them."""
    from journeys.forecast.jobs import Wanted, perform

    wanted = Wanted()
    running = asyncio.ensure_future(asyncio.to_thread(_with_connection, perform, UUID(forecast), wanted))
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

    await asyncio.to_thread(_with_connection, fail, UUID(forecast), error)


def make_forecast_worker(client: Client, grace: timedelta) -> Worker:
    """One forecast at a time; the others wait in the queue, where every other worker may take them."""
    return Worker(
        client,
        task_queue=FORECAST_QUEUE,
        activities=[run_forecast, fail_forecast],
        max_concurrent_activities=1,
        graceful_shutdown_timeout=grace,
    )


def _with_connection(work: Callable[..., None], *arguments: object) -> None:
    from workspaces.connections import fresh_connection

    with fresh_connection():
        work(*arguments)
