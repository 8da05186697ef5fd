"""The workflow that erases people and enforces retention, part by part."""

from dataclasses import dataclass
from datetime import datetime

from temporalio import workflow

from channels_app.temporal import Nudged
from journeys.temporal.ways_in import HEARTBEAT_TIMEOUT, RETRY, TIMEOUT

PRIVACY_WORKFLOW = "PrivacyWorkflow"
ADVANCE_PRIVACY = "advance_privacy"
ERASURE, RETENTION = "erasure", "retention"


@dataclass(frozen=True)
class PrivacyRef:
    """`erasure` and the erasure's id, or `retention` and the workspace's, as text."""

    kind: str
    id: str


@dataclass(frozen=True)
class PrivacyRequest:
    ref: PrivacyRef
    now: datetime


def workflow_id(ref: PrivacyRef) -> str:
    return f"privacy/{ref.kind}/{ref.id}"


@workflow.defn(name=PRIVACY_WORKFLOW)
class PrivacyWorkflow(Nudged):
    """`privacy/<kind>/<id>`: until nothing more can be done now. Where it is, is in PostgreSQL; the sweep starts it again."""

    @workflow.run
    async def run(self, ref: PrivacyRef) -> None:
        while await self._advance(ref):
            if workflow.info().is_continue_as_new_suggested():
                workflow.continue_as_new(ref)

    async def _advance(self, ref: PrivacyRef) -> bool:
        more: bool = await workflow.execute_activity(
            ADVANCE_PRIVACY,
            PrivacyRequest(ref, workflow.now()),
            result_type=bool,
            start_to_close_timeout=TIMEOUT,
            heartbeat_timeout=HEARTBEAT_TIMEOUT,
            retry_policy=RETRY,
        )
        return more
