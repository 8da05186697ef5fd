"""The workflows that let people in by themselves: launches, and segments whose members are kept."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from channels_app.temporal import Nudged

LAUNCH_WORKFLOW = "LaunchWorkflow"
ADVANCE_LAUNCH = "advance_launch"
SEGMENTS_WORKFLOW = "SegmentsWorkflow"
CHECK_SEGMENTS = "check_segments"
JUDGE = "judge_by_segments"
JUDGE_FEW = "judge_few_by_segments"
# An activity runs batches for about a second, and tells the server meanwhile that its worker lives.
TIMEOUT = timedelta(minutes=10)
HEARTBEAT_TIMEOUT = timedelta(seconds=10)
RETRY = RetryPolicy(initial_interval=timedelta(milliseconds=200), maximum_interval=timedelta(seconds=5))


@dataclass(frozen=True)
class LaunchRef:
    """Which launch (its id as text), and when it is due (aware UTC)."""

    launch: str
    due_at: datetime


@dataclass(frozen=True)
class LaunchRequest:
    launch: str
    now: datetime


@dataclass(frozen=True)
class SegmentsRequest:
    workspace: str
    now: datetime


@dataclass(frozen=True)
class SegmentsReport:
    """Whether there is more to judge at once, and when the next is due (aware UTC; None: nobody)."""

    more: bool
    next_due: datetime | None


@workflow.defn(name=LAUNCH_WORKFLOW)
class LaunchWorkflow(Nudged):
    """Wait until the launch is due, then let its audience in. Where it is, is in PostgreSQL; the sweep starts it again."""

    @workflow.run
    async def run(self, ref: LaunchRef) -> None:
        pause = ref.due_at - workflow.now()
        if pause > timedelta():
            await workflow.sleep(pause)
        while await self._advance(ref):
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(ref)

    async def _advance(self, ref: LaunchRef) -> bool:
        more: bool = await workflow.execute_activity(
            ADVANCE_LAUNCH,
            LaunchRequest(ref.launch, workflow.now()),
            result_type=bool,
            start_to_close_timeout=TIMEOUT,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            retry_policy=RETRY,
        )
        return more


@workflow.defn(name=SEGMENTS_WORKFLOW)
class SegmentsWorkflow(Nudged):
    """Judge the people of one workspace who have changed, and those whom time may have changed, by its segments.

    Sleeps until the next of them is due; ends when a minute has been quiet and nobody is. A nudge starts it again.
    """

    def __init__(self) -> None:
        super().__init__()
        self._alarm: asyncio.Task[None] | None = None
        self._alarm_at: datetime | None = None

    @workflow.run
    async def run(self, workspace: str) -> None:
        if not workflow.patched("by-due"):
            await self._by_checks(workspace)
            return
        while True:
            self._nudged = False
            report = await self._judge(workspace)
            if not report.more and not self._nudged:
                if report.next_due is not None:
                    await self._rest_until(report.next_due)
                elif not await self._linger():
                    return
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(workspace)

    async def _judge(self, workspace: str) -> SegmentsReport:
        """A few people are judged with this task itself; the server hands many to whoever is free."""
        report: SegmentsReport = await workflow.execute_local_activity(
            JUDGE_FEW,
            SegmentsRequest(workspace, workflow.now()),
            result_type=SegmentsReport,
            start_to_close_timeout=TIMEOUT,
            retry_policy=RETRY,
        )
        while report.more and not workflow.info().is_continue_as_new_suggested():
            report = await workflow.execute_activity(
                JUDGE,
                SegmentsRequest(workspace, workflow.now()),
                result_type=SegmentsReport,
                start_to_close_timeout=TIMEOUT,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
                retry_policy=RETRY,
            )
        return report

    async def _rest_until(self, at: datetime) -> None:
        """Rest until `at` or a nudge. An alarm that is set already is kept unless it is too late: each is a step for the
        server too, and one that rings early is answered at no cost.
        """
        if self._alarm is None or self._alarm_at is None or self._alarm.done() or at < self._alarm_at:
            if self._alarm is not None:
                self._alarm.cancel()
            pause = max(at - workflow.now(), timedelta())
            self._alarm, self._alarm_at = asyncio.create_task(asyncio.sleep(pause.total_seconds())), at
        alarm = self._alarm
        await workflow.wait_condition(lambda: self._nudged or alarm.done())

    async def _by_checks(self, workspace: str) -> None:
        """What runs that began before there were due instants go on doing."""
        while True:
            self._nudged = False
            more = await workflow.execute_activity(
                CHECK_SEGMENTS,
                SegmentsRequest(workspace, workflow.now()),
                result_type=bool,
                start_to_close_timeout=TIMEOUT,
                heartbeat_timeout=HEARTBEAT_TIMEOUT,
                retry_policy=RETRY,
            )
            if not more and not self._nudged and not await self._linger():
                return
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(workspace)
