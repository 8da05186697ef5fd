"""What comes in from providers: reports, replies, and what people do at the provider."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ProviderReceipt:
    """One report about one message. `dedup_key` is equal for repetitions of the same report.

    It names its message by `message_id`, by `attempt` and `address`, or by `provider_id` (and `address`, if given); a
    report of a call also by `address` and `reference` (`channels_app.providers.call.reference`).
    `outcome` is a message state. `result` is the finer end of a channel that has one, e.g. a call's `no_answer` or
    `intent_A`; a later report may correct it. `by_address`: its vendor echoes nothing of ours, so if `provider_id` is not
    known it belongs to the one attempt to the address that has not been answered.
    """

    dedup_key: str
    attempt: UUID | None
    provider_id: str
    address: str
    outcome: str
    code: str
    detail: str
    reported_at: datetime
    payload: Mapping[str, Any]
    message_id: UUID | None = None
    result: str = ""
    by_address: bool = False
    reference: str = ""


@dataclass(frozen=True, slots=True)
class ProviderReply:
    """A message that a person sent back."""

    dedup_key: str
    address: str
    content: str
    opts_out: bool
    at: datetime
    payload: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class InboundEvent:
    """Something a person did at the provider, on its way to the profiles: it can trigger a journey.

    `event_id` is equal for repetitions of the same callback. `identities` maps identity types to values. `traits`
    are attributes to set on the person, e.g. `{"wechat_subscribed": False}`.
    """

    event_id: str
    name: str
    identities: Mapping[str, str]
    occurred_at: datetime
    properties: Mapping[str, Any] = field(default_factory=dict)
    traits: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Interaction:
    """A person turned to the account (wrote, followed, scanned, tapped a menu), which opens a window for messages."""

    address: str
    kind: str
    at: datetime


@dataclass(frozen=True, slots=True)
class CreditChange:
    """A person allowed (+1) further messages of a template, or took all that is left back (`None`)."""

    dedup_key: str
    address: str
    template_code: str
    change: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class Inbound:
    receipts: tuple[ProviderReceipt, ...] = ()
    replies: tuple[ProviderReply, ...] = ()
    events: tuple[InboundEvent, ...] = ()
    interactions: tuple[Interaction, ...] = ()
    credits: tuple[CreditChange, ...] = ()


@dataclass(frozen=True, slots=True)
class CallbackRequest:
    """A provider's HTTP request: `kind` is the last part of its path, header names are in lower case."""

    kind: str
    method: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Received:
    """What a callback says and how it is answered once that is stored.

    `urgent` is what the provider's hooks (`registry.Entry.hooks`) must see to right after it is stored, because the
    vendor gives only seconds.
    """

    inbound: Inbound
    answer: bytes
    content_type: str = "application/json"
    urgent: object | None = None
