"""PrivacyWorkflow: an erasure that was left, and retention that is due, are done by a worker without anybody's call."""

from datetime import datetime

from profiles.models import Erasure, Profile
from profiles.privacy import erasure
from tests.fixtures.lanes import Lanes, in_thread
from tests.fixtures.world import SECOND
from workspaces.models import RetentionRun


async def test_the_sweep_has_an_erasure_ended_that_a_web_server_left(lanes: Lanes) -> None:
    now = await lanes.now()
    world = lanes.world

    def leave(at: datetime) -> Erasure:
        asked = erasure.ask(world.workspace, world.person(phone="+8613911112222", name="王"), "", None, "小李", at)
        # A web server that was stopped after the first step.
        erasure.advance(asked.pk, at)
        return asked

    asked = await in_thread(lambda: leave(now))
    async with lanes.worker():
        sweep = await lanes.client.start_workflow("SweepWorkflow", id=f"sweep-{asked.pk}", task_queue="zhitu")
        await lanes.pass_time(25 * SECOND)
        await lanes.until(lambda: Erasure.objects.get(pk=asked.pk).state == "done")
        await lanes.until(lambda: RetentionRun.objects.filter(finished_at__isnull=False).exists())
        await sweep.terminate()
        await lanes.client.get_workflow_handle(f"privacy/erasure/{asked.pk}").result()
        await lanes.client.get_workflow_handle(f"privacy/retention/{world.workspace.pk}").result()
    assert await in_thread(Profile.objects.count) == 0
    run = await in_thread(lambda: RetentionRun.objects.get(workspace=world.workspace))
    assert run.removed["rejected_events"] == 0
