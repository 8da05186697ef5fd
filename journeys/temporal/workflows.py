"""The workflows that drive people. They hold no data: what happened and who is where is in PostgreSQL."""

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


@workflow.defn(name=LANE_WORKFLOW)
class LaneWorkflow:
    """Tick; sleep until the next is due or a nudge comes; end when nothing is planned (a nudge starts it again)."""

    def __init__(self) -> None:
        self._nudged = False

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
                if report.next_due is None:
                    return
                await self._sleep(report.next_due - workflow.now())
            if workflow.info().is_continue_as_new_suggested():
                # A nudge that came during this task is not lost: the new run begins with a tick.
                workflow.continue_as_new(lane)

    async def _sleep(self, delay: timedelta) -> None:
        try:
            await workflow.wait_condition(lambda: self._nudged, timeout=max(delay, timedelta()))
        except TimeoutError:
            return

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
