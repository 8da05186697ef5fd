"""The workflow that does an act upon many people of a journey."""

from dataclasses import dataclass
from datetime import datetime

from temporalio import workflow

from channels_app.temporal import Nudged
from journeys.temporal.ways_in import HEARTBEAT_TIMEOUT, RETRY, TIMEOUT

ACT_WORKFLOW = "MassActWorkflow"
ADVANCE_ACT = "advance_act"


def workflow_id(act: object) -> str:
    return f"act/{act}"


@dataclass(frozen=True)
class ActRequest:
    """Which act (its id as text), and the time (aware UTC)."""

    act: str
    now: datetime


@workflow.defn(name=ACT_WORKFLOW)
class MassActWorkflow(Nudged):
    """`act/<id>`: batch after batch. Where it is, is in PostgreSQL; the sweep starts it again."""

    @workflow.run
    async def run(self, act: str) -> None:
        while await self._advance(act):
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(act)

    async def _advance(self, act: str) -> bool:
        more: bool = await workflow.execute_activity(
            ADVANCE_ACT,
            ActRequest(act, workflow.now()),
            result_type=bool,
            start_to_close_timeout=TIMEOUT,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            retry_policy=RETRY,
        )
        return more
