"""What a node is asked and what it may answer."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType
from typing import Any, NamedTuple

# ---- what happened (the stimulus) -------------------------------------------------------------------------


class Entered(NamedTuple):
    """The person has come to the node, or its step is tried again."""


class TimerFired(NamedTuple):
    """The wait's due time has come."""

    due: datetime


class EventArrived(NamedTuple):
    """An event of the person. `occurred_at` is never later than its receipt."""

    name: str
    properties: Mapping[str, Any]
    occurred_at: datetime
    ref: str


class MessageChanged(NamedTuple):
    """News of a message that this enrollment asked for."""

    message: str
    state: str
    at: datetime
    reason: str = ""


Stimulus = Entered | TimerFired | EventArrived | MessageChanged

# ---- what a node needs to know ----------------------------------------------------------------------------


class Zones(NamedTuple):
    """The zone names that may apply, in the order in which they are tried."""

    profile: str | None
    journey: str
    workspace: str


class Branch(NamedTuple):
    """Which branch of a split matched (None: no one did), and, branch by branch, the values that the rules look at."""

    id: str | None
    values: Sequence[Sequence[Any]]


class SendFacts(NamedTuple):
    """What the runtime found out about one message before it is requested.

    `verdict` is `allowed`, `held` or `blocked`; `reason`, `rule` and `figures` say why. `payload` is what the
    outbox needs (address, rendered parameters) and what must not enter the log. `judged` is what policy was told of the
    person: consent and zone.
    """

    message: str
    verdict: str
    reason: str
    rule: str
    figures: Mapping[str, Any]
    not_before: datetime | None
    payload: Mapping[str, Any]
    judged: Mapping[str, Any] = MappingProxyType({})


class Facts(NamedTuple):
    stimulus: Stimulus
    zones: Zones
    branch: Branch | None = None
    send: SendFacts | None = None
    history: Sequence[EventArrived] = ()


class BranchNeed(NamedTuple):
    """Which of the node's branches is the first that the person matches?"""


class SendNeed(NamedTuple):
    """May this message be sent, and what would it say?"""


class HistoryNeed(NamedTuple):
    """Which events of these names did the person have within `look_back` before now?"""

    names: tuple[str, ...]
    look_back: str


Need = BranchNeed | SendNeed | HistoryNeed | None

# ---- what a node decides ----------------------------------------------------------------------------------


class Draft(NamedTuple):
    """An event to append at this node."""

    kind: str
    data: Mapping[str, Any]


class Go(NamedTuple):
    """Leave by this outcome. `at` is the instant that decided it, if it lies before now."""

    outcome: str
    at: datetime | None = None


class Wait(NamedTuple):
    """Stay until `until` (None: until an event), or until something that `wait` describes happens."""

    until: datetime | None
    data: Mapping[str, Any]


class Finish(NamedTuple):
    """End the path here."""

    reason: str


class Stay(NamedTuple):
    """Nothing that concerns this node has happened: go on waiting."""


Move = Go | Wait | Finish | Stay


class Decision(NamedTuple):
    move: Move
    events: tuple[Draft, ...] = ()
    message: SendFacts | None = None


STAY = Decision(Stay())
