"""Histories that earlier releases recorded are replayed by today's workflows: nobody's wait breaks by an upgrade.

`ZHITU_RECORD=1 pytest tests/temporal/test_histories*.py` records those of today; add a file, never replace one.
"""

from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from temporalio.client import WorkflowHistory

from journeys.models import Launch, MassAct
from journeys.runtime.leaving import Filters, ask_exit
from journeys.temporal.mass_acts import ACT_WORKFLOW
from journeys.temporal.mass_acts import workflow_id as act_id
from journeys.temporal.messages import SWEEP_WORKFLOW, TASK_QUEUE
from journeys.temporal.ways_in import LAUNCH_WORKFLOW, SEGMENTS_WORKFLOW, LaunchRef
from profiles.models import SegmentStay
from profiles.segments import create_segment
from tests.fixtures.graphs import graph, leave, wait, wait_for
from tests.fixtures.lanes import Lanes, in_thread, poll
from tests.fixtures.world import Run
from tests.temporal.replaying import RECORDED, checked, replayer


@pytest.mark.parametrize("name", RECORDED)
async def test_a_recorded_history_replays(name: str) -> None:
    await replayer().replay_workflow(WorkflowHistory.from_json(name, RECORDED[name]))


def test_every_workflow_has_a_recorded_history() -> None:
    kinds = {name.rsplit("-", 1)[0] for name in RECORDED}
    assert kinds == {
        "lane",
        "sweep",
        "dispatch",
        "webhooks",
        "launch",
        "segments",
        "forecast",
        "privacy",
        "act",
        "followers",
        "contact-sync",
        "file",
        "matching",
        "upkeep",
        "review",
        "counterfactual",
    }


async def test_a_lane_replays_what_it_did(lanes: Lanes) -> None:
    """A tick, a timer, a nudge in the middle of a wait, a minute without a nudge, and the end."""
    now = await lanes.now()

    def enroll() -> Run:
        nodes = {"rest": wait("PT1S"), "order": wait_for("order_paid", timeout="P30D"), "end": leave("done")}
        edges = ["start -> rest", "rest -> order", "order.order_paid -> end"]
        (run,) = lanes.world.enrolled(lanes.world.journey(graph(nodes, edges)), lanes.world.person(), at=now)
        return run

    run = await in_thread(enroll)
    async with lanes.worker():
        handle = await lanes.start()
        await lanes.until(lambda: run.node == "order" and run.state == "waiting")
        paid = await lanes.now()
        await in_thread(lambda: lanes.world.happen(run.row.profile_id, "order_paid", paid))
        await handle.result()
    await checked(handle, "lane-1")


async def test_the_sweep_replays_what_it_did(real_lanes: Lanes) -> None:
    async with real_lanes.worker(nudging=False):
        handle = await real_lanes.client.start_workflow(SWEEP_WORKFLOW, id=f"sweep-{uuid4()}", task_queue=TASK_QUEUE)

        async def swept() -> bool:
            history = await handle.fetch_history()
            return any(event.HasField("timer_started_event_attributes") for event in history.events)

        await poll(swept)
        await checked(handle, "sweep-1")
        await handle.terminate()


async def test_a_launch_replays_what_it_did(lanes: Lanes) -> None:
    """The sleep until it is due, and its batches."""
    due = await lanes.now() + timedelta(seconds=2)

    def plan() -> Launch:
        segment = create_segment(lanes.world.workspace, "会员", "", {"op": "tag", "key": "vip"})
        lanes.world.person(tags=["vip"])
        trigger = {"kind": "schedule", "segment": str(segment.pk), "at": due.isoformat()}
        journey = lanes.world.journey(graph({"start": ("trigger", trigger)}, []), due - timedelta(seconds=2))
        return Launch.objects.get(journey=journey)

    launch = await in_thread(plan)
    async with lanes.worker(nudging=False):
        ref = LaunchRef(str(launch.pk), due)
        handle = await lanes.client.start_workflow(
            LAUNCH_WORKFLOW, ref, id=f"launch/{launch.pk}", task_queue=TASK_QUEUE
        )
        await handle.result()
    await checked(handle, "launch-1")
    assert await in_thread(lambda: Launch.objects.get(pk=launch.pk).admitted) == 1


async def test_an_act_upon_many_people_replays_what_it_did(lanes: Lanes) -> None:
    now = await lanes.now()

    def ask() -> MassAct:
        journey = lanes.world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
        lanes.world.enrolled(journey, lanes.world.person(), at=now)
        return ask_exit(journey, Filters(), now, None)

    act = await in_thread(ask)
    async with lanes.worker(nudging=False):
        handle = await lanes.client.start_workflow(
            ACT_WORKFLOW, str(act.pk), id=act_id(act.pk), task_queue=TASK_QUEUE, start_signal="nudge"
        )
        await handle.result()
    await checked(handle, "act-1")
    assert await in_thread(lambda: MassAct.objects.get(pk=act.pk).result) == {"changed": 1}


async def test_segments_replay_what_they_did(lanes: Lanes) -> None:
    """A segment is computed, the sleep until an event leaves its window, a minute without a nudge, and the end."""
    world, at = lanes.world, await lanes.now()

    def make() -> UUID:
        person = world.person()
        world.happen(person, "paid", at)
        rule = {"op": "event", "name": "paid", "within": "PT2H"}
        return create_segment(world.workspace, "刚买过", "", rule).pk

    segment = await in_thread(make)
    workspace = str(world.workspace.pk)
    async with lanes.worker(nudging=False):
        handle = await lanes.client.start_workflow(
            SEGMENTS_WORKFLOW, workspace, id=f"segments/{workspace}", task_queue=TASK_QUEUE
        )
        await handle.result()
    await checked(handle, "segments-2")
    (stay,) = await in_thread(lambda: list(SegmentStay.objects.filter(segment_id=segment)))
    assert timedelta(hours=2) <= stay.left_at - at < timedelta(hours=2, minutes=1)
