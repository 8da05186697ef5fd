"""The second judgement, at the send: gathers the facts for claimed messages, asks policy, and reserves what it counts."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Literal, NamedTuple
from uuid import UUID

import orjson

from channels_app import links, usage
from channels_app.choices import MessageState, TemplateState
from channels_app.models import ChannelAccount, Template
from channels_app.outbox import Claimed, Orphan, Settlement
from channels_app.policy.counting import asks_past, asks_turned
from channels_app.policy.judge import judge
from channels_app.policy.rules.counts import CREDIT_CHANNELS
from channels_app.policy.verdict import Blocked, Figures, Held, Past, QuietHours, SendRequest, Verdict
from channels_app.ports import ConsentKey, PendingSend, ports
from channels_app.providers.base import Attempted, BaseProvider, Outgoing
from channels_app.suppressions import suppressed

INTERNAL_ERROR = "policy_unreadable"


@dataclass(frozen=True, slots=True)
class Judged:
    """Messages that may leave now with what each costs, what becomes of the others, and whether any of it was `counted`."""

    counted: bool = False
    sendable: list[Outgoing] = field(default_factory=list)
    costs: dict[UUID, Decimal] = field(default_factory=dict)
    settlements: list[Settlement] = field(default_factory=list)


class Known:
    """What does not change within a drain, which lasts seconds: the workspace's rules, and templates once they are read."""

    def __init__(self, workspace_id: UUID) -> None:
        self.own = usage.own_rules(workspace_id)
        self.templates: dict[UUID, Template] = {}

    def read(self, ids: set[UUID]) -> None:
        missing = ids - self.templates.keys()
        if missing:
            self.templates |= Template.objects.in_bulk(missing)


def judge_claimed(
    account: ChannelAccount, claimed: Sequence[Claimed], provider: BaseProvider, known: Known, now: datetime
) -> Judged:
    """Judge messages of one account inside the transaction that marks those that may leave.

    Until that transaction ends nobody else counts for the workspace, so that no quota is ever passed.
    """
    known.read({message.template_id for message in claimed})
    judging = _Judging(account, claimed, provider, known, now)
    judged = Judged(judging.counting)
    credits_used = []
    for message in claimed:
        outcome = judging.judge(message)
        if isinstance(outcome, Settlement):
            judged.settlements.append(outcome)
            continue
        judged.sendable.append(outcome)
        if account.price is not None:
            judged.costs[message.id] = account.price * provider.parts(outcome)
        if message.channel in CREDIT_CHANNELS:
            credits_used.append(message.id)
    usage.use_credits(credits_used, now)
    return judged


class Policy(NamedTuple):
    """What a message's node and journey ask of policy. Kept with the message, because the node may change."""

    quiet_hours: QuietHours | None
    zone: str
    on_blocked: Literal["continue", "hold"]
    ignore_caps: bool


@lru_cache(maxsize=1024)
def read_policy(text: str) -> Policy:
    """Read `Message.policy`. Raises ValueError, TypeError or AttributeError."""
    value = orjson.loads(text)
    quiet_hours = value.get("quiet_hours")
    return Policy(
        quiet_hours=QuietHours.parse(quiet_hours) if quiet_hours else None,
        zone=value.get("zone") or "Asia/Shanghai",
        on_blocked="hold" if value.get("on_blocked") == "hold" else "continue",
        ignore_caps=value.get("caps") == "ignore",
    )


class _Judging:
    """The facts of one batch. Who is let through counts at once for the next message to the same person."""

    def __init__(
        self,
        account: ChannelAccount,
        claimed: Sequence[Claimed],
        provider: BaseProvider,
        known: Known,
        now: datetime,
    ) -> None:
        workspace_id = account.workspace_id
        self._provider = provider
        self._now = now
        self._own, self._templates = known.own, known.templates
        keys = [ConsentKey(message.profile_id, message.channel, message.purpose) for message in claimed]
        self._consents = ports.consents().consents_of(workspace_id, keys)
        self._vetoes = _vetoes(workspace_id, claimed, now)
        addresses: dict[str, set[str]] = {}
        for message in claimed:
            addresses.setdefault(message.channel, set()).add(message.address)
        self._suppressed = {
            (channel, address) for channel, of in addresses.items() for address in suppressed(workspace_id, channel, of)
        }
        with_links = {id_ for id_, template in self._templates.items() if template.settings.get("links")}
        linked = [m for m in claimed if m.template_id in with_links] if with_links else []
        self._links = links.codes(account, {m.id: self._templates[m.template_id] for m in linked}, now)
        self._past: dict[UUID, tuple[Past, ...]] = {}
        self._turned: Mapping[str, Mapping[str, datetime]] = {}
        self._credits: dict[tuple[str, str], int] = {}
        self._personal = {m.channel for m in claimed if m.channel in CREDIT_CHANNELS or asks_turned(m.channel)}
        self.counting = False
        self._verdicts: dict[tuple[object, ...], tuple[SendRequest, Verdict]] = {}
        self._count(account, claimed)

    def _count(self, account: ChannelAccount, claimed: Sequence[Claimed]) -> None:
        kinds = {(m.channel, m.purpose) for m in claimed}
        asking = {kind for kind in kinds if asks_past(*kind, self._own.caps)}
        counted = [m for m in claimed if (m.channel, m.purpose) in asking] if asking else []
        on_credit = [m for m in claimed if m.channel in CREDIT_CHANNELS]
        self.counting = bool(counted or on_credit)
        if self.counting:
            usage.reserve(account.workspace_id)
        if counted:
            self._past = usage.past_of(account.workspace_id, {m.profile_id for m in counted}, self._now, queued=False)
        turning = [m.address for m in claimed if asks_turned(m.channel)]
        if turning:
            self._turned = usage.turned_of(account.pk, turning)
        if on_credit:
            self._credits = usage.credits_of(account.pk, [(m.address, self._code(m)) for m in on_credit])

    def _code(self, message: Claimed) -> str:
        template = self._templates.get(message.template_id)
        return template.provider_code if template else ""

    def judge(self, message: Claimed) -> Outgoing | Settlement:
        if message.expires_at is not None and message.expires_at <= self._now:
            return Settlement(message.id, MessageState.EXPIRED, reason="expired")
        if message.repeat_until is not None:
            return self._again(message)
        # Most batches have no veto and no link, and to hash an id that is in nothing costs as much as to judge it.
        veto = self._vetoes.get(message.id) if self._vetoes else None
        if veto is not None:
            return Settlement(message.id, MessageState.BLOCKED, reason=veto, code="send_veto")
        template = self._templates.get(message.template_id)
        try:
            policy = read_policy(message.policy)
        except (ValueError, TypeError, AttributeError) as error:
            return Settlement(message.id, MessageState.FAILED, reason=INTERNAL_ERROR, detail=str(error))
        request, verdict = self._verdict(message, template, policy)
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
                message.id,
                MessageState.BLOCKED,
                reason=verdict.reason,
                code=verdict.rule,
                detail=_figures(verdict.figures),
            )
        assert template is not None, "policy blocks a message without an approved template"
        outgoing = self._outgoing(message, template)
        refused = self._provider.check(outgoing)
        if refused is not None:
            return Settlement(
                message.id, MessageState.FAILED, reason=refused.error_class, code=refused.code, detail=refused.detail
            )
        self._reserve(message, request)
        return outgoing

    def _again(self, message: Claimed) -> Outgoing | Settlement:
        """Send once more with the same id what the provider may have: it was judged, and counts, since its first try."""
        template = self._templates.get(message.template_id)
        if template is None or message.repeat_until is None or message.repeat_until <= self._now:
            return Settlement(message.id, MessageState.UNKNOWN, reason="no_record")
        return self._outgoing(message, template)

    def _outgoing(self, message: Claimed, template: Template) -> Outgoing:
        outgoing, links = _sent(message, template), self._links.get(message.id) if self._links else None
        return replace(outgoing, params={**outgoing.params, **links}) if links else outgoing

    def _reserve(self, message: Claimed, request: SendRequest) -> None:
        if not self.counting:
            return
        past = Past(self._now, message.channel, message.purpose, request.tags)
        self._past[message.profile_id] = (*self._past.get(message.profile_id, ()), past)
        if request.credits is not None:
            self._credits[message.address, self._code(message)] = request.credits - 1

    def _verdict(self, message: Claimed, template: Template | None, policy: Policy) -> tuple[SendRequest, Verdict]:
        """Judge once for all who differ in nothing that policy looks at."""
        consent = self._consents.get(ConsentKey(message.profile_id, message.channel, message.purpose))
        past = self._past.get(message.profile_id, ()) if self._past else ()
        refused = bool(self._suppressed) and (message.channel, message.address) in self._suppressed
        alone = past or message.channel in self._personal
        key = (message.template_id, message.channel, message.purpose, consent, bool(message.address), policy, refused)
        found = None if alone else self._verdicts.get(key)
        if found is None:
            request = self._request(message, template, policy, consent, past)
            found = request, judge(request, self._now)
            if not alone:
                self._verdicts[key] = found
        return found

    def _request(
        self,
        message: Claimed,
        template: Template | None,
        policy: Policy,
        consent: str | None,
        past: tuple[Past, ...],
    ) -> SendRequest:
        on_credit = message.channel in CREDIT_CHANNELS
        return SendRequest(
            channel=message.channel,
            purpose=message.purpose,
            consent=consent,
            suppressed=(message.channel, message.address) in self._suppressed,
            has_address=bool(message.address),
            template_approved=template is not None and template.state == TemplateState.APPROVED,
            quiet_hours=policy.quiet_hours,
            zone=policy.zone,
            on_blocked=policy.on_blocked,
            tags=tuple(template.tags) if template else (),
            past=past,
            turned=self._turned.get(message.address, {}),
            credits=self._credits.get((message.address, self._code(message)), 0) if on_credit else None,
            ignore_caps=policy.ignore_caps,
            own=self._own,
        )


def _vetoes(workspace_id: UUID, claimed: Sequence[Claimed], now: datetime) -> Mapping[UUID, str]:
    if ports.send_veto is None:
        return {}
    sends = [PendingSend(m.id, m.enrollment_id, m.node) for m in claimed if m.enrollment_id is not None]
    return ports.send_veto.vetoed(workspace_id, sends, now) if sends else {}


def attempted_of(orphans: Sequence[Orphan]) -> list[Attempted]:
    """Return attempts without an answer as their provider is asked for them; the text is what its template says now."""
    templates = Template.objects.in_bulk({orphan.template_id for orphan in orphans})
    return [
        Attempted(
            orphan.id,
            orphan.attempt,
            orphan.attempted_at,
            orphan.address,
            _sent(orphan, templates[orphan.template_id]) if orphan.template_id in templates else None,
        )
        for orphan in orphans
    ]


def _sent(message: Claimed | Orphan, template: Template) -> Outgoing:
    return Outgoing(
        message_id=message.id,
        address=message.address,
        template_code=template.provider_code,
        template_body=template.body,
        params={name: str(value) for name, value in message.params.items()},
        channel=message.channel,
        purpose=message.purpose,
        template=template.settings,
    )


def _figures(figures: Figures) -> str:
    return orjson.dumps(dict(figures)).decode()
