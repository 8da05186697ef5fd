"""ForecastWorkflow on the development server: progress, cancelling, and a worker that fails. Real processes."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

import psutil
import pytest
from temporalio.client import WorkflowExecutionStatus

from journeys.forecast import jobs, processes
from journeys.models import Forecast
from journeys.temporal.forecast import make_forecast_worker, workflow_id
from profiles.models import Profile
from tests.fixtures.graphs import graph, leave, wait_for
from tests.fixtures.lanes import in_thread
from tests.fixtures.world import T0

if TYPE_CHECKING:
    from tests.fixtures.lanes import Lanes

# Eight months of an hourly wait: more than a minute of work for a few thousand people.
LONG = {"days": 240, "assumptions": {"events": [{"name": "seen", "probability": 1, "after": "P1D", "within": "P200D"}]}}


@asynccontextmanager
async def workers(lanes: Lanes) -> AsyncIterator[None]:
    async with lanes.worker(), make_forecast_worker(lanes.client, timedelta(seconds=5)):
        yield


async def ask(lanes: Lanes, people: int, body: dict[str, object]) -> UUID:
    def asked() -> UUID:
        space = lanes.world.workspace
        Profile.objects.bulk_create(Profile(workspace=space) for _ in range(people))
        nodes = {"seen": wait_for("seen", timeout="PT1H"), "end": leave()}
        looped = graph(nodes, ["start -> seen", "seen.seen -> end", "seen.timeout -> seen"])
        journey = lanes.world.journey(looped)
        return jobs.ask(journey, {"start": T0.isoformat(), **body}, T0).pk

    return await in_thread(asked)


async def state_of(forecast: UUID) -> str:
    return (await in_thread(lambda: Forecast.objects.get(pk=forecast))).state


def processes_of_forecasts() -> list[psutil.Process]:
    return [child for child in psutil.Process().children(recursive=True) if _forecasts(child)]


def _forecasts(child: psutil.Process) -> bool:
    try:
        return "spawn_main" in " ".join(child.cmdline())
    except (psutil.NoSuchProcess, psutil.ZombieProcess):
        return False  # it has ended since it was listed


async def test_a_forecast_is_run_by_a_worker_and_says_how_far_it_is(real_lanes: Lanes) -> None:
    async with workers(real_lanes):
        forecast = await ask(real_lanes, 200, {"days": 15})
        seen: set[float] = set()

        def ended() -> bool:
            row = Forecast.objects.get(pk=forecast)
            seen.add(row.progress)
            return row.state not in jobs.OPEN

        await real_lanes.until(ended)
        row = await in_thread(lambda: Forecast.objects.get(pk=forecast))
        assert (row.state, row.error, row.progress, row.attempts) == ("done", "", 1.0, 1)
        assert row.result is not None
        assert row.result["people"] == 200
        assert any(0 < share < 1 for share in seen), seen
        handle = real_lanes.client.get_workflow_handle(workflow_id(forecast))
        await handle.result()
    assert processes_of_forecasts() == []


async def test_a_cancelled_forecast_stops_at_once(real_lanes: Lanes) -> None:
    async with workers(real_lanes):
        forecast = await ask(real_lanes, 3000, LONG)
        await real_lanes.until(lambda: Forecast.objects.get(pk=forecast).progress > 0)
        assert processes_of_forecasts()
        await in_thread(lambda: jobs.cancel(Forecast.objects.get(pk=forecast), T0))
        await real_lanes.until(lambda: not processes_of_forecasts())
        await real_lanes.client.get_workflow_handle(workflow_id(forecast)).result()
        row = await in_thread(lambda: Forecast.objects.get(pk=forecast))
        assert (row.state, row.result) == ("cancelled", None)
        # Its processes ended in the middle of the work and not with it.
        assert row.progress < 0.9


async def test_a_forecast_whose_process_dies_is_tried_again_and_at_last_shown_as_failed(real_lanes: Lanes) -> None:
    async with workers(real_lanes):
        forecast = await ask(real_lanes, 3000, LONG)
        killed: set[int] = set()

        def failed() -> bool:
            for process in processes_of_forecasts():
                if process.pid not in killed:
                    killed.add(process.pid)
                    process.kill()
            return Forecast.objects.get(pk=forecast).state not in jobs.OPEN

        await real_lanes.until(failed)
        row = await in_thread(lambda: Forecast.objects.get(pk=forecast))
        assert row.state == "failed"
        assert "ended with status" in row.error
        assert row.attempts == len(killed) == jobs.MOST_ATTEMPTS


async def test_a_worker_that_stops_leaves_no_process_behind_and_another_goes_on(real_lanes: Lanes) -> None:
    async with real_lanes.worker():
        async with make_forecast_worker(real_lanes.client, timedelta(seconds=0)):
            forecast = await ask(real_lanes, 200, {"days": 15})
            await real_lanes.until(lambda: Forecast.objects.get(pk=forecast).progress > 0)
        assert processes_of_forecasts() == []
        assert await state_of(forecast) == "running"
        async with make_forecast_worker(real_lanes.client, timedelta(seconds=5)):
            await real_lanes.until(lambda: Forecast.objects.get(pk=forecast).state == "done")
        handle = real_lanes.client.get_workflow_handle(workflow_id(forecast))
        assert (await handle.describe()).status in {WorkflowExecutionStatus.RUNNING, WorkflowExecutionStatus.COMPLETED}
        await handle.result()


@pytest.mark.parametrize("people", [0, 1, 2 * processes.WORTH_A_PROCESS])
def test_an_audience_of_any_size_has_a_process(people: int) -> None:
    assert 1 <= processes.parts_for(people) <= processes.MOST_PROCESSES
