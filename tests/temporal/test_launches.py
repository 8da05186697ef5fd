"""Launches on a server that skips time: begun by the sweep, to the second."""

from datetime import timedelta

from journeys.models import Journey, Launch
from profiles.segments import create_segment
from tests.fixtures.graphs import graph, wait
from tests.fixtures.lanes import Lanes, in_thread
from tests.fixtures.world import SECOND

VIP = {"op": "tag", "key": "vip"}


async def test_a_launch_lets_people_in_at_its_instant_and_wakes_their_lane(lanes: Lanes) -> None:
    due = (await lanes.now()).replace(microsecond=0) + 40 * SECOND

    def publish() -> Journey:
        segment = create_segment(lanes.world.workspace, "会员", "", VIP)
        trigger = {"kind": "schedule", "segment": str(segment.pk), "at": due.isoformat()}
        for _ in range(3):
            lanes.world.person(tags=["vip"])
        nodes = {"start": ("trigger", trigger), "rest": wait("P1D")}
        return lanes.world.journey(graph(nodes, ["start -> rest"]), due - 40 * SECOND)

    journey = await in_thread(publish)
    async with lanes.worker():
        sweep = await lanes.client.start_workflow("SweepWorkflow", id=f"sweep-{journey.pk}", task_queue="zhitu")
        await lanes.pass_time(45 * SECOND)
        await lanes.until(lambda: [run.state for run in lanes.world.runs(journey)] == ["waiting"] * 3)
        await sweep.terminate()
    launch = await in_thread(lambda: Launch.objects.get(journey=journey))
    assert (launch.state, launch.admitted) == ("done", 3)
    assert launch.started_at is not None
    # The clock of this server goes on while a busy machine keeps the worker waiting.
    assert timedelta(0) <= launch.started_at - due < 8 * SECOND


async def test_who_enters_a_segment_enters_the_journey_at_once_and_the_sweep_finds_what_was_not_told(
    lanes: Lanes,
) -> None:
    now = await lanes.now()

    def publish() -> Journey:
        segment = create_segment(lanes.world.workspace, "会员", "", {"op": "event", "name": "joined"})
        nodes = {"start": ("trigger", {"kind": "segment", "segment": str(segment.pk)}), "rest": wait("P1D")}
        return lanes.world.journey(graph(nodes, ["start -> rest"]), now)

    journey = await in_thread(publish)
    person = await in_thread(lanes.world.person)
    await in_thread(lambda: lanes.world.happen(person, "joined", now))
    async with lanes.worker():
        sweep = await lanes.client.start_workflow("SweepWorkflow", id=f"sweep-{journey.pk}", task_queue="zhitu")
        await lanes.pass_time(11 * SECOND)
        await lanes.until(lambda: [run.state for run in lanes.world.runs(journey)] == ["waiting"])
        await sweep.terminate()
        later = await lanes.now()
        other = await in_thread(lanes.world.person)
        await in_thread(lambda: lanes.world.happen(other, "joined", later))
        await lanes.until(lambda: [run.state for run in lanes.world.runs(journey)] == ["waiting"] * 2)
        await lanes.client.get_workflow_handle(f"segments/{lanes.world.workspace.pk}").terminate()
