"""The second judgement, at the send: gathers the facts for claimed messages and asks policy."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import orjson

from channels_app.choices import MessageState, TemplateState
from channels_app.models import Template
from channels_app.outbox import Claimed, Settlement
from channels_app.policy.judge import judge
from channels_app.policy.verdict import Blocked, Figures, Held, QuietHours, SendRequest
from channels_app.ports import ConsentKey, PendingSend, ports
from channels_app.providers.base import BaseProvider, Outgoing

INTERNAL_ERROR = "policy_unreadable"


@dataclass(frozen=True, slots=True)
class Judged:
    """Messages that may leave now, and what becomes of the others."""

    sendable: list[Outgoing]
    settlements: list[Settlement]


def judge_claimed(claimed: Sequence[Claimed], provider: BaseProvider, now: datetime) -> Judged:
    """Judge messages of one account, which all belong to one workspace."""
    workspace_id = claimed[0].workspace_id
    templates = Template.objects.in_bulk({message.template_id for message in claimed})
    keys = [ConsentKey(message.profile_id, message.channel, message.purpose) for message in claimed]
    consents = ports.consents().consents_of(workspace_id, keys)
    vetoes = _vetoes(workspace_id, claimed, now)
    judged = Judged([], [])
    for message, key in zip(claimed, keys, strict=True):
        template = templates.get(message.template_id)
        outcome = _judge_one(message, template, consents.get(key), vetoes.get(message.id), provider, now)
        if isinstance(outcome, Outgoing):
            judged.sendable.append(outcome)
        else:
            judged.settlements.append(outcome)
    return judged


def _vetoes(workspace_id: UUID, claimed: Sequence[Claimed], now: datetime) -> Mapping[UUID, str]:
    if ports.send_veto is None:
        return {}
    sends = [PendingSend(m.id, m.enrollment_id, m.node) for m in claimed if m.enrollment_id is not None]
    return ports.send_veto.vetoed(workspace_id, sends, now) if sends else {}


def _judge_one(
    message: Claimed,
    template: Template | None,
    consent: str | None,
    veto: str | None,
    provider: BaseProvider,
    now: datetime,
) -> Outgoing | Settlement:
    if message.expires_at is not None and message.expires_at <= now:
        return Settlement(message.id, MessageState.EXPIRED, reason="expired")
    if veto is not None:
        return Settlement(message.id, MessageState.BLOCKED, reason=veto, code="send_veto")
    try:
        request = _request(message, template, consent)
    except (ValueError, TypeError, AttributeError) as error:
        return Settlement(message.id, MessageState.FAILED, reason=INTERNAL_ERROR, detail=str(error))
    verdict = judge(request, now)
    if isinstance(verdict, Held):
        return Settlement(
            message.id,
            MessageState.QUEUED,
            reason=verdict.reason,
            code=verdict.rule,
            detail=_figures(verdict.figures),
            not_before=verdict.until,
        )
    if isinstance(verdict, Blocked):
        return Settlement(
            message.id, MessageState.BLOCKED, reason=verdict.reason, code=verdict.rule, detail=_figures(verdict.figures)
        )
    assert template is not None, "policy blocks a message without an approved template"
    outgoing = Outgoing(
        message_id=message.id,
        address=message.address,
        template_code=template.provider_code,
        template_body=template.body,
        params={name: str(value) for name, value in message.params.items()},
        channel=message.channel,
        purpose=message.purpose,
        template=template.settings,
    )
    refused = provider.check(outgoing)
    if refused is None:
        return outgoing
    return Settlement(
        message.id, MessageState.FAILED, reason=refused.error_class, code=refused.code, detail=refused.detail
    )


def _request(message: Claimed, template: Template | None, consent: str | None) -> SendRequest:
    """Raises ValueError, TypeError or AttributeError if the message's policy cannot be read."""
    quiet_hours = message.policy.get("quiet_hours")
    return SendRequest(
        channel=message.channel,
        purpose=message.purpose,
        consent=consent,
        has_address=bool(message.address),
        template_approved=template is not None and template.state == TemplateState.APPROVED,
        quiet_hours=QuietHours.parse(quiet_hours) if quiet_hours else None,
        zone=message.policy.get("zone") or "Asia/Shanghai",
        on_blocked="hold" if message.policy.get("on_blocked") == "hold" else "continue",
    )


def _figures(figures: Figures) -> str:
    return orjson.dumps(dict(figures)).decode()
