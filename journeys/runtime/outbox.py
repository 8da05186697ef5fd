"""Messages that a tick requests, written to the outbox of channels_app by COPY."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from channels_app.models import Message
from journeys.engine.decision import SendFacts
from journeys.engine.nodes.send import SendConfig
from journeys.engine.plan import Plan, PlanNode
from journeys.runtime.addressing import Route
from journeys.runtime.member import Member
from journeys.store.postgres import copy
from journeys.store.rows import copy_json, copy_text

COLUMNS = (
    "id, workspace_id, account_id, template_id, profile_id, journey_id, version_id, enrollment_id, node, channel, purpose,"
    " address, params, policy, wants_outcome, state, reason, not_before, attempts, provider_id, error_code, error_detail,"
    " requested_at, updated_at, priority, expires_at"
)
NULL = "\\N"
COPY_MESSAGES = f"copy {Message._meta.db_table} ({COLUMNS}) from stdin"


def write(workspace: UUID, members: Sequence[Member], now: datetime) -> set[UUID]:
    """Write every requested message; blocked ones too, for the message log. Returns the accounts that have work."""
    lines: list[str] = []
    accounts: set[UUID] = set()
    at = now.isoformat()
    constants = _Constants(workspace)
    for member in members:
        for request in member.requests:
            send = request.effect
            if isinstance(send, SendFacts):
                lines.append(_line(constants, member, request.node, send, at))
                if send.verdict == "allowed":
                    accounts.add(send.payload["route"].account)
    if lines:
        copy(COPY_MESSAGES, lines)
    return accounts


class _Constants:
    """The fields of a line that are the same for everybody at a node and in a zone, written once."""

    def __init__(self, workspace: UUID) -> None:
        self._workspace = str(workspace)
        self._written: dict[tuple[str, str, str], tuple[str, str, str]] = {}

    def of(self, plan: Plan, node: PlanNode, zone: str, route: Route) -> tuple[str, str, str]:
        """Return the fields before the person's id, between the enrollment's id and the address, and the policy's."""
        key = (plan.version, node.id, zone)
        found = self._written.get(key)
        if found is None:
            found = self._written[key] = self._write(plan, node, zone, route)
        return found

    def _write(self, plan: Plan, node: PlanNode, zone: str, route: Route) -> tuple[str, str, str]:
        config = node.config
        assert isinstance(config, SendConfig)
        quiet = plan.settings.quiet_hours
        policy = {
            "caps": plan.settings.frequency_caps,
            "zone": zone,
            "on_blocked": config.on_blocked,
            "quiet_hours": quiet.model_dump(by_alias=True) if quiet else None,
        }
        wants_outcome = config.awaited is not None or "blocked" in node.edges
        return (
            f"{self._workspace}\t{route.account}\t{route.template}",
            f"{copy_text(node.id)}\t{config.channel}\t{config.purpose or 'marketing'}",
            f"{copy_json(policy)}\t{'t' if wants_outcome else 'f'}",
        )


def _line(constants: _Constants, member: Member, at_node: str, send: SendFacts, at: str) -> str:
    plan, payload = member.plan, send.payload
    where, node, policy = constants.of(plan, plan.nodes[at_node], payload["zone"], payload["route"])
    blocked = send.verdict == "blocked"
    not_before = send.not_before.isoformat() if send.not_before else at
    fate = f"blocked\t{send.reason}" if blocked else "queued\t"
    return (
        f"{send.message}\t{where}\t{member.enrollment.profile}\t{plan.journey}\t{plan.version}\t{member.enrollment.id}"
        f"\t{node}\t{copy_text(payload['address'])}\t{copy_json(payload['params'])}\t{policy}\t{fate}"
        f"\t{not_before}\t0\t\t\t\t{at}\t{at}\t{plan.settings.priority}\t{payload.get('expires_at') or NULL}\n"
    )
