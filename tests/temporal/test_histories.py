"""Histories that earlier releases recorded are replayed by today's workflows: nobody's wait breaks by an upgrade.

`ZHITU_RECORD=1 pytest tests/temporal/test_histories.py` records today's; add a file, never replace one.
"""

import json
import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowHandle, WorkflowHistory
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from channels_app import temporal as dispatch
from channels_app.models import Message
from journeys.forecast import jobs
from journeys.models import Launch, MassAct
from journeys.runtime.leaving import Filters, ask_exit
from journeys.temporal.forecast import ForecastWorkflow, make_forecast_worker, workflow_id
from journeys.temporal.mass_acts import ACT_WORKFLOW, MassActWorkflow
from journeys.temporal.mass_acts import workflow_id as act_id
from journeys.temporal.messages import SWEEP_WORKFLOW, TASK_QUEUE
from journeys.temporal.ways_in import LAUNCH_WORKFLOW, SEGMENTS_WORKFLOW, LaunchRef, LaunchWorkflow, SegmentsWorkflow
from journeys.temporal.workflows import LaneWorkflow, SweepWorkflow
from profiles.segments import create_segment
from tests.fixtures.graphs import graph, leave, wait, wait_for, webhook
from tests.fixtures.http_server import http_server
from tests.fixtures.lanes import Lanes, in_thread, poll
from tests.fixtures.world import Run

HISTORIES = Path(__file__).parent / "histories"
# What the server notes of the machine that ran the worker.
MACHINE = re.compile(r'"(identity|binaryChecksum|buildId)": "[^"]*"')


def replayer() -> Replayer:
    restrictions = SandboxRestrictions.default.with_passthrough_modules(
        "journeys.temporal.messages",
        "journeys.temporal.forecast",
        "journeys.temporal.mass_acts",
        "journeys.temporal.ways_in",
        "channels_app.temporal",
    )
    return Replayer(
        workflows=[
            LaneWorkflow,
            SweepWorkflow,
            LaunchWorkflow,
            SegmentsWorkflow,
            ForecastWorkflow,
            MassActWorkflow,
            *dispatch.WORKFLOWS,
        ],
        workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
    )


RECORDED = {path.stem: path.read_text() for path in sorted(HISTORIES.glob("*.json"))}


@pytest.mark.parametrize("name", RECORDED)
async def test_a_recorded_history_replays(name: str) -> None:
    await replayer().replay_workflow(WorkflowHistory.from_json(name, RECORDED[name]))


def test_every_workflow_has_a_recorded_history() -> None:
    kinds = {name.rsplit("-", 1)[0] for name in RECORDED}
    assert kinds == {"lane", "sweep", "dispatch", "webhooks", "launch", "segments", "forecast", "act"}


async def checked(handle: WorkflowHandle[Any, Any], name: str) -> None:
    """Replay what has just run, and record it if that is wanted."""
    history = await handle.fetch_history()
    await replayer().replay_workflow(history)
    if os.environ.get("ZHITU_RECORD"):
        text = json.dumps(json.loads(history.to_json()), indent=1, sort_keys=True)
        (HISTORIES / f"{name}.json").write_text(MACHINE.sub(r'"\1": "worker"', text) + "\n")


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
    """A check of nobody, a minute without a nudge, and the end."""
    workspace = str(lanes.world.workspace.pk)
    async with lanes.worker(nudging=False):
        handle = await lanes.client.start_workflow(
            SEGMENTS_WORKFLOW, workspace, id=f"segments/{workspace}", task_queue=TASK_QUEUE
        )
        await handle.result()
    await checked(handle, "segments-1")


async def test_dispatch_replays_what_it_did(lanes: Lanes) -> None:
    """A message that is not due yet, the sleep until it is, and its block for want of an approved template."""
    template = await in_thread(lambda: lanes.world.sms(state="pending"))

    at = await lanes.now()

    def queue() -> None:
        Message.objects.create(
            workspace=lanes.world.workspace,
            account_id=template.account_id,
            template=template,
            profile_id=uuid4(),
            channel="sms",
            purpose="service",
            address="+8613800000000",
            not_before=at + timedelta(seconds=2),
            requested_at=at,
            updated_at=at,
        )

    await in_thread(queue)
    async with lanes.worker(nudging=False):
        handle = await dispatch.nudge_dispatch(lanes.client, TASK_QUEUE, template.account_id)
        await handle.result()
    await checked(handle, "dispatch-1")
    assert [message.state for message in await in_thread(lanes.world.messages)] == ["blocked"]


async def test_webhooks_replay_what_they_did(lanes: Lanes, settings: Any) -> None:
    """A call that its server refuses for now, the sleep until the next try, an answer, and a minute without a nudge."""
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    at = await lanes.now()
    with http_server(lambda handler, _: handler.reply(200 if len(handler.ours.asked) == 2 else 503)) as server:

        def enroll() -> Run:
            nodes = {"call": webhook(url=server.url), "end": leave("done")}
            journey = lanes.world.journey(graph(nodes, ["start -> call", "call.success -> end"]))
            (run,) = lanes.world.enrolled(journey, lanes.world.person(), at=at)
            lanes.world.tick(at)
            return run

        run = await in_thread(enroll)
        async with lanes.worker(nudging=False):
            workspace = lanes.world.workspace.id
            handle = await lanes.client.start_workflow(
                dispatch.WebhooksWorkflow.run,
                dispatch.WebhooksInput(str(workspace)),
                id=dispatch.webhooks_id(workspace),
                task_queue=TASK_QUEUE,
                start_signal="nudge",
            )
            await handle.result()
    await checked(handle, "webhooks-1")
    await in_thread(lambda: lanes.world.tick(at + timedelta(hours=1)))
    assert await in_thread(lambda: run.node) == "end"


async def test_a_forecast_replays_what_it_did(real_lanes: Lanes) -> None:
    def ask() -> str:
        journey = real_lanes.world.journey(graph({"rest": wait("P1D")}, ["start -> rest"]))
        return workflow_id(jobs.ask(journey, {}, datetime.now(UTC)).pk)

    async with real_lanes.worker(), make_forecast_worker(real_lanes.client, timedelta(seconds=5)):
        handle = real_lanes.client.get_workflow_handle(await in_thread(ask))

        async def started() -> bool:
            return await real_lanes.status(handle.id) is not None

        await poll(started)
        await handle.result()
    await checked(handle, "forecast-1")
