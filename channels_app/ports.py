"""Where other apps plug in.

channels_app imports neither profiles nor journeys; the composition root (`AppConfig.ready` of config) registers
them here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple, Protocol, TypeAlias
from uuid import UUID

from channels_app.providers.inbound import InboundEvent


class ConsentKey(NamedTuple):
    profile_id: UUID
    channel: str
    purpose: str


class ConsentFacts(Protocol):
    def consents_of(self, workspace_id: UUID, keys: Sequence[ConsentKey]) -> Mapping[ConsentKey, str]:
        """Return the newest status ("granted" or "withdrawn") of each key that has an entry in the consent ledger."""
        ...


@dataclass(frozen=True, slots=True)
class OptOut:
    """A person refused further messages to `address`, e.g. by replying R (工信部令31号: stop at once)."""

    workspace_id: UUID
    channel: str
    address: str
    at: datetime
    source: str
    proof: Mapping[str, str]


class OptOuts(Protocol):
    def opt_out(self, opt_outs: Sequence[OptOut]) -> Sequence[OptOut]:
        """Withdraw the marketing consent of whoever has the address; return those whose address nobody has.

        Called inside the callback's transaction.
        """
        ...


@dataclass(frozen=True, slots=True)
class Reply:
    """What a person answered from `address`."""

    workspace_id: UUID
    channel: str
    address: str
    at: datetime
    content: str
    proof: Mapping[str, str]


# Called with the workspace, the profile and the time; returns the address of that person's preference page.
PreferenceUrl: TypeAlias = Callable[[UUID, UUID, datetime], str]


class EventSink(Protocol):
    def take(self, workspace_id: UUID, events: Sequence[InboundEvent], now: datetime) -> None:
        """Make events of people known to profiles and journeys. Called inside the callback's transaction.

        An event whose id is known has no effect; one that cannot be stored is kept with its reason.
        """
        ...


class Renderer(Protocol):
    def render(self, workspace_id: UUID, profile_id: UUID, params: Mapping[str, str]) -> Mapping[str, str]:
        """Render each value's Liquid for one person, as a journey would. Raises DomainError for what it cannot do."""
        ...


@dataclass(frozen=True, slots=True)
class PendingSend:
    """A message about to leave, for a last objection."""

    message_id: UUID
    enrollment_id: UUID
    node: str


class SendVeto(Protocol):
    def vetoed(self, workspace_id: UUID, sends: Sequence[PendingSend], now: datetime) -> Mapping[UUID, str]:
        """Return message id → reason, e.g. "exited", for those that must not be sent any more."""
        ...


@dataclass(frozen=True, slots=True)
class MessageChange:
    """A message moved to another state, or its `result` (e.g. a call's `intent_A`) has come or been corrected.

    `reason` is why it is blocked or failed, `code` the provider's own code.
    """

    message_id: UUID
    workspace_id: UUID
    enrollment_id: UUID | None
    journey_id: UUID | None
    version_id: UUID | None
    node: str
    wants_outcome: bool
    old_state: str
    new_state: str
    at: datetime
    reason: str = ""
    code: str = ""
    result: str = ""


MessageListener: TypeAlias = Callable[[list[MessageChange]], None]


@dataclass(frozen=True, slots=True)
class CallFinished:
    """The fate of a webhook's call: `outcome` is success or failure, `reason` says why it failed.

    `save_as` names what the enrollment is to remember of a success, `answer` (any JSON value) is that; empty: nothing.
    """

    call_id: UUID
    workspace_id: UUID
    enrollment_id: UUID
    outcome: str
    at: datetime
    reason: str = ""
    save_as: str = ""
    answer: Any = None


CallListener: TypeAlias = Callable[[list[CallFinished]], None]


class PortMissing(RuntimeError):
    """The composition root has not registered what this operation needs."""

    code = "port_missing"


@dataclass
class Ports:
    """What has been registered.

    `message_changed` and `call_finished` run inside the transaction of the change, `committed` after it.
    """

    consent_facts: ConsentFacts | None = None
    opt_outs: OptOuts | None = None
    events: EventSink | None = None
    renderer: Renderer | None = None
    send_veto: SendVeto | None = None
    message_changed: list[MessageListener] = field(default_factory=list)
    committed: list[MessageListener] = field(default_factory=list)
    dispatch_wanted: list[Callable[[UUID], None]] = field(default_factory=list)
    followers_wanted: list[Callable[[UUID], None]] = field(default_factory=list)
    sync_wanted: list[Callable[[UUID], None]] = field(default_factory=list)
    call_finished: list[CallListener] = field(default_factory=list)
    # Inside the callback's transaction, with replies that refuse nothing.
    replied: list[Callable[[Sequence[Reply]], None]] = field(default_factory=list)
    preference_url: PreferenceUrl | None = None

    def want_dispatch(self, account_id: UUID) -> None:
        """Have an account's outbox looked at now; what has waited must be committed."""
        for wanted in self.dispatch_wanted:
            wanted(account_id)

    def consents(self) -> ConsentFacts:
        if self.consent_facts is None:
            raise PortMissing("No ConsentFacts is registered, so no message can be judged.")
        return self.consent_facts

    def event_sink(self) -> EventSink:
        if self.events is None:
            raise PortMissing("No EventSink is registered, so what people do at a provider cannot be recorded.")
        return self.events

    def renders(self) -> Renderer:
        if self.renderer is None:
            raise PortMissing("No Renderer is registered, so a text cannot be shown for a profile.")
        return self.renderer

    def preferences(self) -> PreferenceUrl:
        if self.preference_url is None:
            raise PortMissing("No preference page is registered, so no message can link to one.")
        return self.preference_url

    def opt_out_handler(self) -> OptOuts:
        if self.opt_outs is None:
            raise PortMissing("No OptOuts is registered, so a refusal cannot be recorded.")
        return self.opt_outs


ports = Ports()
