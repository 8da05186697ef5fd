"""LaneWorkflow on a server that skips time: real activities, real PostgreSQL, months in seconds."""

from datetime import timedelta
from uuid import UUID

from temporalio.client import WorkflowExecutionStatus

from journeys.models import Journey
from tests.fixtures.graphs import graph, leave, wait_for
from tests.fixtures.lanes import Lanes, in_thread, poll
from tests.fixtures.world import DAY, SECOND, Run

NODES = {"order": wait_for("order_paid", timeout="P30D"), "yes": leave("bought"), "no": leave("gave up")}
EDGES = ["start -> order", "order.order_paid -> yes", "order.timeout -> no"]


async def enrolled(lanes: Lanes, **settings: object) -> tuple[Journey, UUID, Run]:
    """Enroll one person, at the server's time."""
    now = await lanes.now()

    def enroll() -> tuple[Journey, UUID, Run]:
        journey, person = lanes.world.journey(graph(NODES, EDGES, **settings)), lanes.world.person()
        (run,) = lanes.world.enrolled(journey, person, at=now)
        return journey, person, run

    return await in_thread(enroll)


async def test_a_wait_of_30_days_is_skipped_and_ends_at_its_instant(lanes: Lanes) -> None:
    _, _, run = await enrolled(lanes)
    async with lanes.worker(nudging=False):
        handle = await lanes.start()
        await handle.result()
    row, events = await in_thread(lambda: (run.row, run.events))
    assert row.node == "no"
    late = events[-1].at - (row.enrolled_at + 30 * DAY)
    assert timedelta(0) <= late < timedelta(minutes=1)


async def test_a_nudge_wakes_a_lane_before_its_timer(lanes: Lanes) -> None:
    _, person, run = await enrolled(lanes)
    async with lanes.worker():
        await lanes.start()
        await lanes.until(lambda: run.state == "waiting")
        await lanes.pass_time(DAY)
        now = await lanes.now()
        await in_thread(lambda: lanes.world.happen(person, "order_paid", now))
        await lanes.until(lambda: run.node == "yes")
        events = await in_thread(lambda: run.events)
        assert events[-1].at - events[0].at < 2 * DAY


async def test_a_lane_ends_when_nobody_is_left_and_is_started_again_by_the_next(lanes: Lanes) -> None:
    workflow = lanes.world.lane.workflow_id
    async with lanes.worker():
        for _ in range(2):
            _, person, run = await enrolled(lanes)
            await lanes.until(lambda run=run: run.state == "waiting")  # type: ignore[misc]
            assert await lanes.status(workflow) == WorkflowExecutionStatus.RUNNING
            now = await lanes.now()
            await in_thread(lambda person=person, now=now: lanes.world.happen(person, "order_paid", now))  # type: ignore[misc]
            await lanes.until(lambda run=run: run.state == "exited")  # type: ignore[misc]
            # It lingers for a minute, for the next one to come in.
            assert await lanes.status(workflow) == WorkflowExecutionStatus.RUNNING
            await lanes.pass_time(61 * SECOND)
            await poll(lambda: _is(lanes, workflow, WorkflowExecutionStatus.COMPLETED))


async def _is(lanes: Lanes, workflow: str, status: WorkflowExecutionStatus) -> bool:
    return await lanes.status(workflow) == status


async def test_a_person_can_have_a_workflow_of_their_own(lanes: Lanes) -> None:
    async with lanes.worker():
        journey, person, run = await enrolled(lanes, execution="per_person")
        lane = lanes.lane_of(journey.pk, person)
        assert lane.workflow_id == f"journey/{journey.pk}/profile/{person}"
        await lanes.until(lambda: run.state == "waiting")
        assert await lanes.status(lanes.world.lane.workflow_id) is None
        now = await lanes.now()
        await in_thread(lambda: lanes.world.happen(person, "order_paid", now))
        await lanes.until(lambda: run.node == "yes")
        await poll(lambda: _is(lanes, lane.workflow_id, WorkflowExecutionStatus.COMPLETED))


async def test_a_person_in_a_lane_of_their_own_times_out(lanes: Lanes) -> None:
    journey, person, run = await enrolled(lanes, execution="per_person")
    async with lanes.worker(nudging=False):
        handle = await lanes.start(lanes.lane_of(journey.pk, person))
        await handle.result()
    assert await in_thread(lambda: run.node) == "no"


async def test_a_lane_continues_as_new_and_goes_on(real_lanes: Lanes) -> None:
    _, person, run = await enrolled(real_lanes)
    async with real_lanes.worker():
        handle = await real_lanes.start()
        first = handle.first_execution_run_id

        async def continued() -> bool:
            await handle.signal("nudge")
            return (await handle.describe()).run_id != first

        await poll(continued)
        now = await real_lanes.now()
        await in_thread(lambda: real_lanes.world.happen(person, "order_paid", now))
        await real_lanes.until(lambda: run.node == "yes")


async def test_another_worker_goes_on_where_one_has_stopped(real_lanes: Lanes) -> None:
    _, person, run = await enrolled(real_lanes)
    async with real_lanes.worker():
        await real_lanes.start()
        await real_lanes.until(lambda: run.state == "waiting")
    now = await real_lanes.now()
    await in_thread(lambda: real_lanes.world.happen(person, "order_paid", now))
    await real_lanes.start()
    assert await in_thread(lambda: run.state) == "waiting"
    async with real_lanes.worker():
        await real_lanes.until(lambda: run.node == "yes")


async def test_the_sweep_wakes_a_lane_whose_nudge_was_lost(lanes: Lanes) -> None:
    _, _, run = await enrolled(lanes)
    async with lanes.worker(nudging=False):
        sweep = await lanes.client.start_workflow("SweepWorkflow", id=f"sweep-{run.id}", task_queue="zhitu")
        # Nobody has told the lane's workflow of this person.
        await lanes.pass_time(20 * SECOND)
        await lanes.until(lambda: run.state == "waiting")
        await sweep.terminate()
