"""The workflow that keeps a workspace's tags and computed attributes current."""

from dataclasses import dataclass
from datetime import datetime

from temporalio import workflow

from channels_app.temporal import Nudged
from journeys.temporal.ways_in import HEARTBEAT_TIMEOUT, RETRY, TIMEOUT

UPKEEP_WORKFLOW = "UpkeepWorkflow"
ADVANCE_UPKEEP = "advance_upkeep"


def workflow_id(workspace: object) -> str:
    return f"upkeep/{workspace}"


@dataclass(frozen=True)
class UpkeepRequest:
    """Whose (the workspace's id as text), and the time (aware UTC)."""

    workspace: str
    now: datetime


@workflow.defn(name=UPKEEP_WORKFLOW)
class UpkeepWorkflow(Nudged):
    """`upkeep/<workspace>`: batch after batch until nothing is due. What is due is in PostgreSQL; the sweep starts it again."""

    @workflow.run
    async def run(self, workspace: str) -> None:
        while True:
            self._nudged = False
            if not await self._advance(workspace) and not self._nudged:
                return
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(workspace)

    async def _advance(self, workspace: str) -> bool:
        more: bool = await workflow.execute_activity(
            ADVANCE_UPKEEP,
            UpkeepRequest(workspace, workflow.now()),
            result_type=bool,
            start_to_close_timeout=TIMEOUT,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            retry_policy=RETRY,
        )
        return more
