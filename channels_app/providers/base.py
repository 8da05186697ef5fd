"""What every provider of every channel looks like to the dispatcher."""

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, ClassVar, Protocol, TypeAlias
from uuid import UUID

from channels_app.providers.enclosed import Enclosed
from channels_app.providers.errors import ErrorClass, MalformedCallback, NotOffered
from channels_app.providers.inbound import CallbackRequest, Inbound, Received

# How a text of ours names what a message fills in; vendors with texts of their own have their own way.
VARIABLE = re.compile(r"\$\{(\w+)\}")


class Tokens(Protocol):
    """Access tokens of an account, shared by all processes; `channels_app.tokens` keeps them."""

    def get(self, name: str, fetch: Callable[[], tuple[str, timedelta]], stale: str | None = None) -> str:
        """Return the token called `name`, fetched by one caller at a time if there is none that is still good.

        `fetch` returns a token and for how long it may be used. `stale` is a token that the provider has just refused:
        it is not returned again, and a token that another process has fetched meanwhile is. Raises what `fetch` raises.
        """
        ...


@dataclass(frozen=True, slots=True)
class MediaRef:
    """A file of the workspace: `kind` is image, video or file, `digest` the SHA-256 of its content."""

    key: str
    name: str
    kind: str
    digest: str


class Files(Protocol):
    """The workspace's media files, for messages that carry them; `channels_app.media` keeps them."""

    def find(self, key: str) -> MediaRef | None:
        """Return what is known of a file, None if there is none of this key."""
        ...

    def content(self, ref: MediaRef) -> bytes: ...


@dataclass(frozen=True, slots=True)
class AccountConfig:
    """What a provider needs to know of a channel account."""

    id: UUID
    base_url: str
    credentials: Mapping[str, Any] = field(repr=False)
    settings: Mapping[str, Any] = field(default_factory=dict)
    tokens: Tokens | None = field(default=None, repr=False, compare=False)
    files: Files | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message on its way out. `template` is what the provider needs besides the text, as the template keeps it."""

    message_id: UUID
    address: str
    template_code: str
    template_body: str
    params: Mapping[str, str]
    channel: str = ""
    purpose: str = "service"
    template: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Attempted:
    """A message whose attempt (one provider call, shared by its batch) has not been answered.

    `outgoing` is the message as it was sent, for vendors whose records are searched by content.
    """

    message_id: UUID
    attempt: UUID
    attempted_at: datetime
    address: str
    outgoing: Outgoing | None = None


@dataclass(frozen=True, slots=True)
class Open:
    """A message that the provider has accepted and whose end is not known."""

    message_id: UUID
    attempt: UUID
    provider_id: str
    address: str
    accepted_at: datetime


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
class RemoteTemplate:
    """A template as the vendor's registry has it: `state` is pending, approved or rejected, `reason` why rejected."""

    provider_code: str
    name: str
    body: str
    state: str
    purpose: str
    reason: str = ""
    settings: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RemoteSignature:
    """A signature as the vendor's registry has it; `state` and `reason` as in RemoteTemplate."""

    name: str
    state: str
    reason: str = ""


class BaseProvider:
    """One account at one provider. Instances are used by several threads at once and touch no database.

    A subclass says how its vendor differs from the defaults here, and must have `plan` and `send_batch`.

    `idempotent_for`: for how long the vendor itself refuses a repetition of the same message id, so that a message of
    unknown outcome is sent again with that id; zero if it does not. `idempotent_channels`: on which of its channels, None
    for all. `calls_at_once`: how many calls may be under way, of
    `most_in_call` messages at most, and of `calls_ahead` times as many messages are claimed: where a call carries one, a
    claim for each would cost a transaction a message. They are marked as sending before their turn.
    `poll_every`: how often `poll` asks what became of accepted messages, for vendors that do not report it.
    `answers_get`: whether the vendor proves by GET that a callback address is ours.
    `polled_for`: how long after its acceptance a message is asked about. `needed_credentials` and `needed_settings`
    name what an account cannot do without. `secure_schemes` are those of a base URL that may leave this machine,
    `loopback_schemes` those that lead to this machine only. `signs_messages`: whether the vendor approves signatures
    (【…】), whose states `open_provider` then adds to the settings as `signatures`. `no_credit_codes`: the refusals that
    say that the person has given no permission, or has taken it back, so that none of those we know of is left.
    """

    idempotent_for: ClassVar[timedelta] = timedelta(0)
    idempotent_channels: ClassVar[frozenset[str] | None] = None
    calls_at_once: ClassVar[int] = 4
    most_in_call: ClassVar[int] = 1
    calls_ahead: ClassVar[int] = 1
    poll_every: ClassVar[timedelta | None] = None
    polled_for: ClassVar[timedelta] = timedelta(days=3)
    answers_get: ClassVar[bool] = False
    signs_messages: ClassVar[bool] = False
    no_credit_codes: ClassVar[frozenset[str]] = frozenset()
    callback_kinds: ClassVar[frozenset[str]] = frozenset()
    needed_credentials: ClassVar[tuple[str, ...]] = ()
    needed_settings: ClassVar[tuple[str, ...]] = ()
    secure_schemes: ClassVar[tuple[str, ...]] = ("https",)
    loopback_schemes: ClassVar[tuple[str, ...]] = ("http",)

    def __init__(self, account: AccountConfig) -> None:
        self.account = account

    def check(self, message: Outgoing) -> Refused | None:
        """Refuse before any call what the provider would certainly refuse."""
        return None

    def problems(self, message: Outgoing) -> Iterator[tuple[str, str]]:
        """Yield for what in the message the vendor would refuse it, as (code, detail)."""
        refused = self.check(message)
        if refused:
            yield refused.code, refused.detail

    def text(self, message: Outgoing) -> str:
        """Return the text as the person gets it; a variable without a value stays as written."""
        return VARIABLE.sub(lambda match: message.params.get(match[1], match[0]), message.template_body)

    def title(self, message: Outgoing) -> str:
        """Return what stands above the text, e.g. a mail's subject; empty if the channel has no such thing."""
        return ""

    def enclosed(self, message: Outgoing) -> list[Enclosed]:
        """Return what goes with the text, in the order in which it stands; a variable without a value stays as written."""
        return []

    def plan(self, messages: Sequence[Outgoing]) -> list[list[Outgoing]]:
        """Divide messages into calls that keep the provider's limits, in the order given."""
        return [[message] for message in messages]

    def parts(self, message: Outgoing) -> int:
        """Count the units that the vendor charges for the message, e.g. the segments of an SMS."""
        return 1

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        """Send one call of `plan`. Raises TransportError when the whole call failed."""
        raise NotImplementedError

    def reconcile(self, attempted: Sequence[Attempted]) -> Mapping[UUID, Reconciled | None]:
        """Ask what became of attempts without an answer: None where the provider has no record.

        A message is missing from the result if the provider could not be asked.
        """
        return {message.message_id: None for message in attempted}

    def poll(self, open_messages: Sequence[Open]) -> Inbound:
        """Ask what became of accepted messages. Raises TransportError."""
        return Inbound()

    def receive(self, request: CallbackRequest) -> Received:
        """Read a callback. Raises MalformedCallback for one that cannot be read, ForgedCallback for a wrong signature."""
        raise MalformedCallback(f"there is no callback {request.kind!r}")

    def try_connection(self) -> str:
        """Make a harmless call with the account's credentials and return what to show. Raises TransportError."""
        raise NotOffered("This provider has no harmless call to try.")

    @property
    def registered_channels(self) -> frozenset[str] | None:
        """The channels whose templates `templates` lists; None: all. What is not listed is not the vendor's to approve."""
        return None

    def templates(self) -> list[RemoteTemplate]:
        """Read the vendor's registry of templates. Raises TransportError, or NotOffered if it has none."""
        raise NotOffered("This provider keeps no templates.")

    def signatures(self) -> list[RemoteSignature]:
        """Read the vendor's registry of signatures. Raises TransportError, or NotOffered if it has none."""
        raise NotOffered("This provider keeps no signatures.")

    @classmethod
    def problem_with(cls, settings: Mapping[str, Any]) -> str | None:
        """Say what is wrong with an account's settings, None if they are in order."""
        return None

    @classmethod
    def problem_with_template(cls, body: str, purpose: str, settings: Mapping[str, Any]) -> tuple[str, str, str] | None:
        """Say what is wrong with a template as (field, code, detail), None if it is in order."""
        return None

    @classmethod
    def variables(cls, body: str, settings: Mapping[str, Any]) -> list[str]:
        """Return the names of a template's variables, in order, each once."""
        return []

    def close(self) -> None:
        """Let go of connections."""
