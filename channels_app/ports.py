"""Where other apps plug in.

channels_app imports neither profiles nor journeys; the composition root (`AppConfig.ready` of config) registers
them here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol, TypeAlias
from uuid import UUID


@dataclass(frozen=True, slots=True)
class ConsentKey:
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
    def opt_out(self, opt_outs: Sequence[OptOut]) -> None:
        """Withdraw the marketing consent of whoever has the address. Called inside the callback's transaction."""
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
    """A message moved to another state. `reason` is why it is blocked or failed, `code` the provider's own code."""

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


MessageListener: TypeAlias = Callable[[list[MessageChange]], None]


class PortMissing(RuntimeError):
    """The composition root has not registered what this operation needs."""

    code = "port_missing"


@dataclass
class Ports:
    """What has been registered. `message_changed` runs inside the transaction of the change, `committed` after it."""

    consent_facts: ConsentFacts | None = None
    opt_outs: OptOuts | None = None
    send_veto: SendVeto | None = None
    message_changed: list[MessageListener] = field(default_factory=list)
    committed: list[MessageListener] = field(default_factory=list)
    dispatch_wanted: list[Callable[[UUID], None]] = field(default_factory=list)

    def consents(self) -> ConsentFacts:
        if self.consent_facts is None:
            raise PortMissing("No ConsentFacts is registered, so no message can be judged.")
        return self.consent_facts

    def opt_out_handler(self) -> OptOuts:
        if self.opt_outs is None:
            raise PortMissing("No OptOuts is registered, so a refusal cannot be recorded.")
        return self.opt_outs


ports = Ports()
