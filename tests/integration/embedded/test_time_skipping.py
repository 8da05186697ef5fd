import time
from datetime import timedelta

from temporalio import workflow
from temporalio.client import Client
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker


@workflow.defn
class Sleeper:
    @workflow.run
    async def run(self, days: int) -> str:
        began = workflow.now()
        await workflow.sleep(timedelta(days=days))
        return str((workflow.now() - began).days)


async def test_a_year_passes_in_seconds(time_skipping: WorkflowEnvironment) -> None:
    began = time.monotonic()
    async with Worker(time_skipping.client, task_queue="sleepers", workflows=[Sleeper]):
        days = await time_skipping.client.execute_workflow(Sleeper.run, 365, id="sleeper", task_queue="sleepers")
    assert days == "365"
    assert time.monotonic() - began < 20


async def test_the_development_server_runs_a_workflow(temporal_client: Client) -> None:
    async with Worker(temporal_client, task_queue="sleepers", workflows=[Sleeper]):
        assert await temporal_client.execute_workflow(Sleeper.run, 0, id="sleeper", task_queue="sleepers") == "0"
