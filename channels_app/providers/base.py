"""What every provider of every channel looks like to the dispatcher."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeAlias
from uuid import UUID

from channels_app.providers.errors import ErrorClass


@dataclass(frozen=True, slots=True)
class AccountConfig:
    """What a provider needs to know of a channel account."""

    id: UUID
    base_url: str
    credentials: Mapping[str, Any] = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way out."""

    message_id: UUID
    address: str
    template_code: str
    template_body: str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Attempted:
    """A message whose attempt (one provider call, shared by its batch) has not been answered."""

    message_id: UUID
    attempt: UUID
    attempted_at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class Accepted:
    provider_id: str


@dataclass(frozen=True, slots=True)
class Refused:
    """The provider certainly did not take the message."""

    error_class: ErrorClass
    code: str
    detail: str = ""
    delay: timedelta | None = None


@dataclass(frozen=True, slots=True)
class OutcomeUnknown:
    """Nobody can say whether the provider took the message; it must not be sent again."""

    code: str
    detail: str = ""


SendResult: TypeAlias = Accepted | Refused | OutcomeUnknown


@dataclass(frozen=True, slots=True)
class Reconciled:
    """The provider's own record of an attempt: `outcome` is accepted, delivered or failed."""

    outcome: str
    provider_id: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class ProviderReceipt:
    """One report about one message. `dedup_key` is equal for repetitions of the same report."""

    dedup_key: str
    attempt: UUID | None
    provider_id: str
    address: str
    outcome: str
    code: str
    detail: str
    reported_at: datetime
    payload: Mapping[str, Any]


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
class Inbound:
    receipts: tuple[ProviderReceipt, ...] = ()
    replies: tuple[ProviderReply, ...] = ()


class Provider(Protocol):
    """One account at one provider. Instances are used by several threads at once.

    `idempotent` tells whether the provider itself refuses a repetition of the same attempt, so that an attempt of
    unknown outcome may be repeated. `callback_answer` is the JSON that tells the provider that a callback was taken.
    """

    idempotent: ClassVar[bool]
    callback_kinds: ClassVar[frozenset[str]]
    callback_answer: ClassVar[Mapping[str, Any]]

    def __init__(self, account: AccountConfig) -> None: ...

    def check(self, message: Outgoing) -> Refused | None:
        """Refuse before any call what the provider would certainly refuse."""
        ...

    def plan(self, messages: Sequence[Outgoing]) -> list[list[Outgoing]]:
        """Divide messages into calls that keep the provider's limits, in the order given."""
        ...

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        """Send one call of `plan`. Raises TransportError when the whole call failed."""
        ...

    def reconcile(self, attempted: Sequence[Attempted]) -> Mapping[UUID, Reconciled | None]:
        """Ask what became of attempts without an answer: None where the provider has no record.

        A message is missing from the result if the provider could not be asked.
        """
        ...

    @classmethod
    def parse_callback(cls, kind: str, body: bytes) -> Inbound:
        """Read a callback's body. Raises MalformedCallback."""
        ...

    def close(self) -> None: ...
