"""Messages that a tick requests, written to the outbox of channels_app by COPY."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from channels_app.models import Message
from journeys.engine.nodes.send import SendConfig
from journeys.runtime.walk import Member, Request
from journeys.store.postgres import copy
from journeys.store.rows import copy_json, copy_text

COLUMNS = (
    "id, workspace_id, account_id, template_id, profile_id, journey_id, version_id, enrollment_id, node, channel, purpose,"
    " address, params, policy, wants_outcome, state, reason, not_before, attempts, provider_id, error_code, error_detail,"
    " requested_at, updated_at"
)
COPY_MESSAGES = f"copy {Message._meta.db_table} ({COLUMNS}) from stdin"


def write(workspace: UUID, members: Sequence[Member], now: datetime) -> set[UUID]:
    """Write every requested message; blocked ones too, for the message log. Returns the accounts that have work."""
    lines: list[str] = []
    accounts: set[UUID] = set()
    at = now.isoformat()
    for member in members:
        for request in member.requests:
            lines.append(_line(str(workspace), member, request, at))
            if request.send.verdict == "allowed":
                accounts.add(request.send.payload["route"].account)
    if lines:
        copy(COPY_MESSAGES, lines)
    return accounts


def _line(workspace: str, member: Member, request: Request, at: str) -> str:
    send, plan = request.send, member.plan
    node = plan.nodes[request.node]
    config = node.config
    assert isinstance(config, SendConfig)
    route = send.payload["route"]
    quiet = plan.settings.quiet_hours
    policy = {
        "zone": send.payload["zone"],
        "on_blocked": config.on_blocked,
        "quiet_hours": quiet.model_dump(by_alias=True) if quiet else None,
    }
    wants_outcome = config.awaited is not None or "blocked" in node.edges
    blocked = send.verdict == "blocked"
    not_before = send.not_before.isoformat() if send.not_before else at
    fields = (
        send.message,
        workspace,
        str(route.account),
        str(route.template),
        member.enrollment.profile,
        plan.journey,
        plan.version,
        member.enrollment.id,
        node.id,
        config.channel,
        config.purpose or "marketing",
        copy_text(send.payload["address"]),
        copy_json(send.payload["params"]),
        copy_json(policy),
        "t" if wants_outcome else "f",
        "blocked" if blocked else "queued",
        str(send.reason) if blocked else "",
        not_before,
        "0",
        "",
        "",
        "",
        at,
        at,
    )
    return "\t".join(fields) + "\n"
