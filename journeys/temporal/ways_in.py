"""The workflows that let people in by themselves: launches, and segments whose members are kept."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from temporalio import workflow
from temporalio.common import RetryPolicy

from channels_app.temporal import Nudged

LAUNCH_WORKFLOW = "LaunchWorkflow"
ADVANCE_LAUNCH = "advance_launch"
SEGMENTS_WORKFLOW = "SegmentsWorkflow"
CHECK_SEGMENTS = "check_segments"
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
    """Judge the people of one workspace who have changed by its segments; end when nobody is left and none comes."""

    @workflow.run
    async def run(self, workspace: str) -> None:
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
