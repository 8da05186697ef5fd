"""Calls that a tick requests, written to the webhooks' outbox of channels_app by COPY."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from channels_app.models import WebhookCall as StoredCall
from journeys.engine.decision import WebhookCall
from journeys.runtime import nudges
from journeys.runtime.member import Member, Request
from journeys.store.postgres import copy
from journeys.store.rows import copy_json, copy_text

COLUMNS = (
    "id, workspace_id, profile_id, journey_id, version_id, enrollment_id, node, method, host, request, state, attempts,"
    " not_before, reason, requested_at"
)
COPY_CALLS = f"copy {StoredCall._meta.db_table} ({COLUMNS}) from stdin"


def write(workspace: UUID, members: Sequence[Member], now: datetime) -> None:
    """Write every requested call, and have the workspace's webhooks looked at after the commit."""
    lines = [
        _line(workspace, member, request, request.effect, now.isoformat())
        for member in members
        for request in member.requests
        if isinstance(request.effect, WebhookCall)
    ]
    if lines:
        copy(COPY_CALLS, lines)
        nudges.webhooks_after_commit(workspace)


def _line(workspace: UUID, member: Member, asked: Request, call: WebhookCall, at: str) -> str:
    request = {name: value for name, value in call.request.items() if name not in {"method", "host"}}
    plan = member.plan
    return (
        f"{call.id}\t{workspace}\t{member.enrollment.profile}\t{plan.journey}\t{plan.version}\t{member.enrollment.id}"
        f"\t{copy_text(asked.node)}\t{call.request['method']}\t{copy_text(call.request['host'])}\t{copy_json(request)}"
        f"\tqueued\t0\t{at}\t\t{at}\n"
    )
