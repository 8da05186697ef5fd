"""ReviewWorkflow: the review of a journey is read, also where nobody has asked for it, and what it did replays."""

from uuid import UUID

from journeys.models import ReviewProgress, ReviewRun
from journeys.temporal.messages import NUDGE, TASK_QUEUE
from journeys.temporal.review import REVIEW_WORKFLOW, workflow_id
from tests.fixtures.graphs import graph, leave
from tests.fixtures.lanes import Lanes, in_thread
from tests.fixtures.world import SECOND
from tests.temporal.replaying import checked


async def begun(lanes: Lanes) -> UUID:
    now = await lanes.now()

    def begin() -> UUID:
        journey = lanes.world.journey(graph({"end": leave()}, ["start -> end"]), now)
        lanes.world.enrolled(journey, *lanes.world.people(3), at=now)
        lanes.world.tick(now)
        return journey.pk

    return await in_thread(begin)


async def test_a_review_that_is_asked_for_is_read(lanes: Lanes) -> None:
    journey = await begun(lanes)
    async with lanes.worker(nudging=False):
        handle = await lanes.client.start_workflow(
            REVIEW_WORKFLOW, str(journey), id=workflow_id(journey), task_queue=TASK_QUEUE, start_signal=NUDGE
        )
        await handle.result()
    await checked(handle, "review-1")
    assert await in_thread(lambda: ReviewRun.objects.filter(journey_id=journey).count()) == 3
    progress = await in_thread(lambda: ReviewProgress.objects.get(pk=journey))
    assert (progress.state, progress.progress, progress.error) == ("ready", 1.0, "")


async def test_the_sweep_has_live_journeys_reviewed(lanes: Lanes) -> None:
    journey = await begun(lanes)
    async with lanes.worker():
        sweep = await lanes.client.start_workflow("SweepWorkflow", id=f"sweep-{journey}", task_queue=TASK_QUEUE)
        await lanes.pass_time(25 * SECOND)
        await lanes.until(lambda: ReviewRun.objects.filter(journey_id=journey).count() == 3)
        await sweep.terminate()
