"""Webhooks driven by their workflow: nudged by the tick, tried again in time, found by the sweep."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from temporalio.client import WorkflowExecutionStatus

from channels_app.models import WebhookCall
from channels_app.temporal import webhooks_id
from journeys.temporal.activities import Activities
from tests.fixtures.graphs import graph, leave, webhook
from tests.fixtures.http_server import Asked, Handler, Server, http_server
from tests.fixtures.lanes import Lanes, in_thread, poll
from tests.fixtures.world import DAY, Run


@pytest.fixture
def server(settings: Any) -> Iterator[Server]:
    settings.WEBHOOK_ALLOWED_HOSTS = ["127.0.0.1"]
    with http_server() as server:
        yield server


async def enrolled(lanes: Lanes, server: Server, **config: Any) -> Run:
    now = await lanes.now()

    def enroll() -> Run:
        nodes = {"call": webhook(url=server.url, **config), "good": leave(), "bad": leave()}
        edges = ["start -> call", "call.success -> good", "call.failure -> bad"]
        (run,) = lanes.world.enrolled(lanes.world.journey(graph(nodes, edges)), lanes.world.person(), at=now)
        return run

    return await in_thread(enroll)


async def ended(lanes: Lanes) -> None:
    """Let the workflows end by themselves, so that no later test meets them."""
    await lanes.pass_time(timedelta(minutes=20))

    async def is_over() -> bool:
        return await lanes.status(webhooks_id(lanes.world.workspace.id)) == WorkflowExecutionStatus.COMPLETED

    await poll(is_over)


async def test_a_call_is_made_and_its_answer_wakes_the_lane(lanes: Lanes, server: Server) -> None:
    run = await enrolled(lanes, server)
    async with lanes.worker():
        await lanes.start()
        await lanes.until(lambda: run.node == "good")
        await ended(lanes)
    assert len(server.asked) == 1


async def test_a_failed_call_is_tried_again_in_virtual_time_with_the_same_id(lanes: Lanes, server: Server) -> None:
    def until_the_fourth(handler: Handler, _: Asked) -> None:
        handler.reply(200 if len(server.asked) == 4 else 503)

    server.answer = until_the_fourth
    run = await enrolled(lanes, server)
    began = await lanes.now()
    async with lanes.worker():
        await lanes.start()
        await lanes.until(lambda: WebhookCall.objects.filter(attempts=1).exists())
        await ended(lanes)
        await lanes.until(lambda: run.node == "good")
    assert len({asked.headers["webhook-id"] for asked in server.asked}) == 1
    waited = await in_thread(lambda: WebhookCall.objects.get().finished_at)
    assert waited is not None
    assert waited - began > timedelta(minutes=6)


async def test_calls_whose_nudge_was_lost_are_found_by_the_sweep(lanes: Lanes, server: Server) -> None:
    run = await enrolled(lanes, server)
    now = await lanes.now()
    await in_thread(lambda: lanes.world.tick(now))
    async with lanes.worker():
        sweeping = Activities(lanes.nudger, 1)
        await in_thread(lambda: sweeping._sweep(now + timedelta(minutes=1)))
        await lanes.until(lambda: run.node == "good")
        await ended(lanes)


async def test_a_worker_that_stops_leaves_a_hanging_call_to_the_next(real_lanes: Lanes, server: Server) -> None:
    def hang(handler: Handler, _: Asked) -> None:
        handler.ours.closing.wait(60)

    server.answer = hang
    run = await enrolled(real_lanes, server)

    async def asked() -> bool:
        return bool(server.asked)

    async with real_lanes.worker():
        await real_lanes.start()
        await poll(asked)
    server.answer = lambda handler, _: handler.reply()
    async with real_lanes.worker():
        await real_lanes.until(lambda: run.node == "good")
    # It would linger for a minute of real time.
    await real_lanes.client.get_workflow_handle(webhooks_id(real_lanes.world.workspace.id)).terminate()
    assert len(server.asked) == 2
    assert len({asked.headers["webhook-id"] for asked in server.asked}) == 1


@pytest.mark.slow
async def test_a_call_may_take_longer_than_a_workflows_task(real_lanes: Lanes, server: Server) -> None:
    """A drain is part of the workflow's task, whose time-out is ten seconds: it is prolonged, and no call repeated."""

    def think(handler: Handler, _: Asked) -> None:
        handler.ours.closing.wait(13)
        handler.reply()

    server.answer = think
    run = await enrolled(real_lanes, server, timeout="PT20S")
    async with real_lanes.worker():
        await real_lanes.start()
        await real_lanes.until(lambda: run.node == "good")
    await real_lanes.client.get_workflow_handle(webhooks_id(real_lanes.world.workspace.id)).terminate()
    assert len(server.asked) == 1


async def test_the_sweep_deletes_the_records_of_old_calls(lanes: Lanes) -> None:
    now = await lanes.now()

    def ended(days: int) -> WebhookCall:
        return WebhookCall.objects.create(
            workspace=lanes.world.workspace,
            **{name: uuid4() for name in ("profile_id", "journey_id", "version_id", "enrollment_id")},
            method="POST",
            host="crm.example",
            request={},
            state="success",
            not_before=now,
            requested_at=now - days * DAY,
            finished_at=now - days * DAY,
        )

    kept, old = await in_thread(lambda: ended(29)), await in_thread(lambda: ended(31))
    async with lanes.worker():
        sweep = await lanes.client.start_workflow("SweepWorkflow", id=f"sweep-{old.pk}", task_queue="zhitu")
        await lanes.until(lambda: not WebhookCall.objects.filter(pk=old.pk).exists())
        await sweep.terminate()
    assert await in_thread(lambda: WebhookCall.objects.filter(pk=kept.pk).exists())
