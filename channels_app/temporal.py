"""The workflows that drain an account's outbox and a workspace's webhooks, and how they are woken."""

import asyncio
import threading
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from temporalio import activity, workflow
from temporalio.client import Client, WorkflowHandle
from temporalio.common import RetryPolicy

# A drain is a local activity: it runs with the workflow's own task, which spares the server two steps of a message's way. A
# worker that dies is noticed when that task times out, after ten seconds.
DRAIN_TIMEOUT = timedelta(minutes=2)
# A drain of webhooks takes a minute of new calls and ends with the slowest of them, which takes a minute at most.
WEBHOOKS_TIMEOUT = timedelta(minutes=4)
# In threads of their own, because servers that do not answer must not keep messages waiting.
WEBHOOK_DRAINS = ThreadPoolExecutor(16, thread_name_prefix="webhooks")
# How long followers are read in one go: short of what makes the workflow's task look dead.
FOLLOWERS_SECONDS = 20
# To end a workflow and to start it again costs the server more than a drain does.
LINGER = timedelta(minutes=1)
# Without a limit of attempts: while PostgreSQL is down people are late, never lost.
RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=5))


@dataclass
class DispatchInput:
    account_id: str


@dataclass
class DrainInput:
    account_id: str
    now: datetime


@dataclass
class DrainOutput:
    more: bool
    next_at: datetime | None


@activity.defn
def drain_outbox(request: DrainInput) -> DrainOutput:
    from channels_app.dispatch import drain
    from channels_app.models import ChannelAccount
    from workspaces.connections import fresh_connection

    # A retry keeps its input; the server's time of this attempt keeps `now` from growing old meanwhile.
    now = max(request.now, activity.info().current_attempt_scheduled_time)
    try:
        with fresh_connection():
            drained = drain(UUID(request.account_id), now)
    except ChannelAccount.DoesNotExist:
        return DrainOutput(more=False, next_at=None)
    return DrainOutput(drained.more, drained.next_at)


@dataclass
class WebhooksInput:
    workspace_id: str


@dataclass
class WebhooksDrainInput:
    workspace_id: str
    now: datetime


@activity.defn
async def drain_webhooks(request: WebhooksDrainInput) -> DrainOutput:
    """Make the calls of a workspace that are due; a worker that is to stop leaves the slow ones to another."""
    now = max(request.now, activity.info().current_attempt_scheduled_time)
    stop = threading.Event()
    if activity.is_worker_shutdown():
        stop.set()
    loop = asyncio.get_running_loop()
    running = loop.run_in_executor(WEBHOOK_DRAINS, _drain_webhooks, UUID(request.workspace_id), now, stop)
    stopping = asyncio.create_task(activity.wait_for_worker_shutdown())
    try:
        awaited: set[asyncio.Future[Any]] = {running, stopping}
        await asyncio.wait(awaited, return_when=asyncio.FIRST_COMPLETED)
        stop.set()
        return await running
    finally:
        stop.set()
        stopping.cancel()


def _drain_webhooks(workspace_id: UUID, now: datetime, stop: threading.Event) -> DrainOutput:
    from channels_app.webhooks.drain import drain
    from workspaces.connections import fresh_connection

    with fresh_connection():
        drained = drain(workspace_id, now, stop)
    return DrainOutput(drained.more, drained.next_at)


@dataclass
class FollowersInput:
    account_id: str


@dataclass
class FollowersRequest:
    account_id: str
    now: datetime


@activity.defn
def read_followers(request: FollowersRequest) -> DrainOutput:
    """Go on with the reading of an account's followers; what has been taken in stays so, whatever ends this."""
    from channels_app.follower_sync import run
    from workspaces.connections import fresh_connection

    now = max(request.now, activity.info().current_attempt_scheduled_time)
    with fresh_connection():
        stepped = run(UUID(request.account_id), now, datetime.now(UTC) + timedelta(seconds=FOLLOWERS_SECONDS))
    return DrainOutput(stepped.more, stepped.next_at)


class Nudged:
    """A workflow that works when it is nudged, and rests in between. What there is to do is in PostgreSQL, so a nudge
    carries nothing, and a lost or doubled one changes nothing.
    """

    def __init__(self) -> None:
        self._nudged = False
        self._minute: asyncio.Task[None] | None = None

    @workflow.signal
    def nudge(self) -> None:
        self._nudged = True

    async def _sleep_until(self, at: datetime) -> None:
        """Rest until `at` or a nudge."""
        try:
            pause = max(at - workflow.now(), timedelta())
            await workflow.wait_condition(lambda: self._nudged, timeout=pause)
        except TimeoutError:
            return

    async def _linger(self) -> bool:
        """Rest until a nudge. False: none came before the minute was over, which an earlier rest may have begun.

        One timer a minute, and not one for each rest: to set and to cancel it are steps for the server too.
        """
        if self._minute is None or self._minute.done():
            self._minute = asyncio.create_task(asyncio.sleep(LINGER.total_seconds()))
        minute = self._minute
        await workflow.wait_condition(lambda: self._nudged or minute.done())
        return self._nudged

    async def _drained(self, drain: Callable[[], Awaitable[DrainOutput]]) -> bool:
        """Drain whenever something is due. Returns when a minute has been quiet (False) or the history is long (True)."""
        while not workflow.info().is_continue_as_new_suggested():
            self._nudged = False
            drained = await drain()
            if drained.more or self._nudged:
                continue
            if drained.next_at is not None:
                await self._sleep_until(drained.next_at)
            elif not await self._linger():
                return False
        return True


@workflow.defn(name="Dispatch")
class DispatchWorkflow(Nudged):
    """`dispatch/<account id>`: drains until the outbox is empty, and has stayed so for a minute."""

    @workflow.run
    async def run(self, request: DispatchInput) -> None:
        async def drain() -> DrainOutput:
            return await workflow.execute_local_activity(
                drain_outbox,
                DrainInput(request.account_id, workflow.now()),
                start_to_close_timeout=DRAIN_TIMEOUT,
                retry_policy=RETRY,
            )

        if await self._drained(drain):
            workflow.continue_as_new(request)


@workflow.defn(name="Webhooks")
class WebhooksWorkflow(Nudged):
    """`webhooks/<workspace id>`: makes calls until none is left, and has stayed so for a minute."""

    @workflow.run
    async def run(self, request: WebhooksInput) -> None:
        async def drain() -> DrainOutput:
            return await workflow.execute_local_activity(
                drain_webhooks,
                WebhooksDrainInput(request.workspace_id, workflow.now()),
                start_to_close_timeout=WEBHOOKS_TIMEOUT,
                retry_policy=RETRY,
            )

        if await self._drained(drain):
            workflow.continue_as_new(request)


@workflow.defn(name="Followers")
class FollowersWorkflow(Nudged):
    """`followers/<account id>`: reads until every follower has been taken in, and nobody has asked again for a minute."""

    @workflow.run
    async def run(self, request: FollowersInput) -> None:
        async def drain() -> DrainOutput:
            return await workflow.execute_local_activity(
                read_followers,
                FollowersRequest(request.account_id, workflow.now()),
                start_to_close_timeout=DRAIN_TIMEOUT,
                retry_policy=RETRY,
            )

        if await self._drained(drain):
            workflow.continue_as_new(request)


@dataclass
class ContactSyncInput:
    sync_id: str


@activity.defn
def advance_contact_sync(request: ContactSyncInput) -> bool:
    """Read some of a corporation's staff and customers; what fails for now is tried again by the retry policy."""
    from channels_app.wecom.contact_sync import advance
    from workspaces.connections import fresh_connection

    with fresh_connection():
        return advance(UUID(request.sync_id))


@workflow.defn(name="ContactSync")
class ContactSyncWorkflow(Nudged):
    """`contact-sync/<id>`: goes on from where the row says it is, until nothing is left."""

    @workflow.run
    async def run(self, request: ContactSyncInput) -> None:
        while await workflow.execute_activity(
            advance_contact_sync, request, start_to_close_timeout=DRAIN_TIMEOUT, retry_policy=RETRY
        ):
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(request)


WORKFLOWS = [DispatchWorkflow, WebhooksWorkflow, FollowersWorkflow, ContactSyncWorkflow]
ACTIVITIES: list[Callable[..., Any]] = [drain_outbox, drain_webhooks, read_followers, advance_contact_sync]


def contact_sync_id(sync_id: UUID) -> str:
    return f"contact-sync/{sync_id}"


def workflow_id(account_id: UUID) -> str:
    return f"dispatch/{account_id}"


def followers_id(account_id: UUID) -> str:
    return f"followers/{account_id}"


def webhooks_id(workspace_id: UUID) -> str:
    return f"webhooks/{workspace_id}"


async def nudge_dispatch(client: Client, task_queue: str, account_id: UUID) -> WorkflowHandle[DispatchWorkflow, None]:
    """Have an account's outbox looked at now; starts its workflow if none runs."""
    return await client.start_workflow(
        DispatchWorkflow.run,
        DispatchInput(str(account_id)),
        id=workflow_id(account_id),
        task_queue=task_queue,
        start_signal="nudge",
    )
