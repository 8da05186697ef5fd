"""The workflows that drive people. They hold no data: what happened and who is where is in PostgreSQL."""

from datetime import timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from channels_app.temporal import Nudged
from journeys.temporal.messages import (
    ADVANCE,
    ADVANCE_FEW,
    LANE_WORKFLOW,
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
class LaneWorkflow(Nudged):
    """Tick; sleep until the next is due or a nudge comes; end when nothing is planned (a nudge starts it again).

    A lane of many people lingers for a minute before it ends; that of one person, of whom there are many, does not.
    """

    @workflow.run
    async def run(self, lane: LaneRef) -> None:
        while True:
            self._nudged = False
            report = await self._tick(lane)
            if not report.more and not self._nudged:
                if report.next_due is not None:
                    await self._sleep_until(report.next_due)
                elif lane.profile or not await self._linger():
                    return
            if workflow.info().is_continue_as_new_suggested():
                # A nudge that came during this task is not lost: the new run begins with a tick.
                workflow.continue_as_new(lane)

    async def _tick(self, lane: LaneRef) -> AdvanceReport:
        """Move those who may. A few are moved with this task itself; the server hands a crowd to whoever is free."""
        report: AdvanceReport = await workflow.execute_local_activity(
            ADVANCE_FEW,
            AdvanceRequest(lane, workflow.now()),
            result_type=AdvanceReport,
            start_to_close_timeout=TICK_TIMEOUT,
            retry_policy=RETRY,
        )
        while report.more and not workflow.info().is_continue_as_new_suggested():
            report = await workflow.execute_activity(
                ADVANCE,
                AdvanceRequest(lane, workflow.now()),
                result_type=AdvanceReport,
                start_to_close_timeout=TICK_TIMEOUT,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
                retry_policy=RETRY,
            )
        return report


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
