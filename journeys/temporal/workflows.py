"""The workflows that drive people. They hold no data: what happened and who is where is in PostgreSQL."""

import asyncio
from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from journeys.temporal.messages import (
    ADVANCE,
    LANE_WORKFLOW,
    NUDGE,
    SWEEP,
    SWEEP_WORKFLOW,
    AdvanceReport,
    AdvanceRequest,
    LaneRef,
)

# A tick takes well under a second; the heartbeat notices a killed worker long before the time-out does.
TICK_TIMEOUT = timedelta(minutes=5)
HEARTBEAT_TIMEOUT = timedelta(seconds=6)
RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=5))
SWEEP_INTERVAL = timedelta(seconds=10)
# To end a workflow and to start it again costs the server more than a tick does; a lane at work is rarely quiet for long.
LINGER = timedelta(minutes=1)


@workflow.defn(name=LANE_WORKFLOW)
class LaneWorkflow:
    """Tick; sleep until the next is due or a nudge comes; end when nothing is planned (a nudge starts it again).

    A lane of many people lingers for a minute before it ends; that of one person, of whom there are many, does not.
    """

    def __init__(self) -> None:
        self._nudged = False
        self._minute: asyncio.Task[None] | None = None

    @workflow.run
    async def run(self, lane: LaneRef) -> None:
        while True:
            self._nudged = False
            report = await workflow.execute_activity(
                ADVANCE,
                AdvanceRequest(lane, workflow.now()),
                result_type=AdvanceReport,
                start_to_close_timeout=TICK_TIMEOUT,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
                retry_policy=RETRY,
            )
            if not report.more and not self._nudged:
                if report.next_due is not None:
                    await self._sleep(report.next_due - workflow.now())
                elif lane.profile or not await self._linger():
                    return
            if workflow.info().is_continue_as_new_suggested():
                # A nudge that came during this task is not lost: the new run begins with a tick.
                workflow.continue_as_new(lane)

    async def _sleep(self, delay: timedelta) -> None:
        try:
            await workflow.wait_condition(lambda: self._nudged, timeout=max(delay, timedelta()))
        except TimeoutError:
            return

    async def _linger(self) -> bool:
        """Wait for a nudge. False: none came before the minute was over that an earlier rest may have begun.

        One timer a minute, and not one for each rest: to set and to cancel it are steps for the server too.
        """
        if self._minute is None or self._minute.done():
            self._minute = asyncio.create_task(asyncio.sleep(LINGER.total_seconds()))
        minute = self._minute
        await workflow.wait_condition(lambda: self._nudged or minute.done())
        return self._nudged

    @workflow.signal(name=NUDGE)
    def nudge(self) -> None:
        self._nudged = True


@workflow.defn(name=SWEEP_WORKFLOW)
class SweepWorkflow:
    """Find lanes and channel accounts with overdue work and nudge them: the answer to every lost nudge."""

    @workflow.run
    async def run(self) -> None:
        while not workflow.info().is_continue_as_new_suggested():
            await workflow.execute_activity(
                SWEEP,
                workflow.now(),
                start_to_close_timeout=timedelta(minutes=1),
                retry_policy=RETRY,
            )
            await workflow.sleep(SWEEP_INTERVAL)
        workflow.continue_as_new()
