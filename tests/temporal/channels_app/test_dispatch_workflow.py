import asyncio
import time
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connections
from temporalio.client import WorkflowExecutionStatus
from temporalio.testing import WorkflowEnvironment
from temporalio.worker import Worker

from channels_app.models import ChannelAccount
from channels_app.simulator.client import SimulatorClient
from channels_app.temporal import ACTIVITIES, WORKFLOWS, nudge_dispatch, workflow_id
from tests.integration.channels_app.simulated import Registered, make_messages, make_template

pytestmark = pytest.mark.django_db(transaction=True)


@asynccontextmanager
async def worker(environment: WorkflowEnvironment) -> AsyncIterator[str]:
    queue = f"test-{uuid4().hex}"
    with ThreadPoolExecutor(1) as pool:
        async with Worker(
            environment.client, task_queue=queue, workflows=WORKFLOWS, activities=ACTIVITIES, activity_executor=pool
        ):
            yield queue
        # The thread has a connection of its own, which would outlive the test's database.
        await asyncio.wrap_future(pool.submit(connections.close_all))


async def in_thread(function: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    def run() -> Any:
        try:
            return function(*args, **kwargs)
        finally:
            connections.close_all()

    return await asyncio.to_thread(run)


async def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not await in_thread(condition):
        assert time.monotonic() < deadline, "the condition did not come true"
        await asyncio.sleep(0.05)


def states(account: ChannelAccount) -> list[str]:
    return list(account.messages.order_by("id").values_list("state", flat=True))


async def test_a_nudge_drains_the_outbox_and_the_workflow_ends_when_it_is_empty(
    time_skipping: WorkflowEnvironment, account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    now = await time_skipping.get_current_time()
    await in_thread(lambda: make_messages(account, make_template(account), 150, at=now))
    async with worker(time_skipping) as queue:
        handle = await nudge_dispatch(time_skipping.client, queue, account.pk)
        await asyncio.wait_for(handle.result(), 60)
    assert await in_thread(states, account) == ["accepted"] * 150
    assert len(list(simulator.export())) == 150


async def test_a_message_for_next_week_waits_for_next_week(
    time_skipping: WorkflowEnvironment, account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    start = await time_skipping.get_current_time()
    await in_thread(lambda: make_messages(account, make_template(account), at=start + timedelta(days=7)))
    async with worker(time_skipping) as queue:
        handle = await nudge_dispatch(time_skipping.client, queue, account.pk)
        await asyncio.wait_for(handle.result(), 60)
    (message,) = await in_thread(lambda: list(account.messages.all()))
    assert message.state == "accepted"
    assert message.accepted_at >= start + timedelta(days=7)


async def test_marketing_decided_at_night_leaves_in_the_morning(
    time_skipping: WorkflowEnvironment, account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    now = await time_skipping.get_current_time()
    night = (now + timedelta(days=1)).replace(hour=15, minute=0)

    def held() -> None:
        template = make_template(account, purpose="marketing")
        (message,) = make_messages(account, template, at=night, policy={"on_blocked": "hold", "zone": "Asia/Shanghai"})
        registered.consents[message.profile_id] = "granted"

    await in_thread(held)
    async with worker(time_skipping) as queue:
        handle = await nudge_dispatch(time_skipping.client, queue, account.pk)
        await asyncio.wait_for(handle.result(), 60)
    (message,) = await in_thread(lambda: list(account.messages.all()))
    assert message.state == "accepted"
    assert message.accepted_at.hour == 0


async def test_a_nudge_during_a_long_wait_sends_what_is_due_at_once(
    time_skipping: WorkflowEnvironment, account: ChannelAccount, simulator: SimulatorClient, registered: Registered
) -> None:
    now = await time_skipping.get_current_time()
    template = await in_thread(make_template, account)
    await in_thread(lambda: make_messages(account, template, at=now + timedelta(days=300)))
    async with worker(time_skipping) as queue:
        with time_skipping.auto_time_skipping_disabled():
            await nudge_dispatch(time_skipping.client, queue, account.pk)
            await in_thread(lambda: make_messages(account, template, at=now))
            await nudge_dispatch(time_skipping.client, queue, account.pk)
            await until(lambda: states(account) == ["queued", "accepted"])
        handle = time_skipping.client.get_workflow_handle(workflow_id(account.pk))
        assert (await handle.describe()).status == WorkflowExecutionStatus.RUNNING
        await handle.terminate()


async def test_the_workflow_of_a_deleted_account_ends(
    time_skipping: WorkflowEnvironment, registered: Registered
) -> None:
    async with worker(time_skipping) as queue:
        handle = await nudge_dispatch(time_skipping.client, queue, uuid4())
        await asyncio.wait_for(handle.result(), 60)
