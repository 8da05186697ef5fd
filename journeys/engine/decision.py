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
    """News of a message, or of a webhook's call, that this enrollment asked for.

    `result` is the finer end of a channel that has one, e.g. a call's `no_answer` or `intent_A`.
    """

    message: str
    state: str
    at: datetime
    reason: str = ""
    result: str = ""


class PersonChanged(NamedTuple):
    """Something else is known about the person now. It concerns exit rules, and no node."""

    at: datetime


Stimulus = Entered | TimerFired | EventArrived | MessageChanged | PersonChanged

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


class Choice(NamedTuple):
    """The variant that everybody gets since `at`, and why: `winner` or `fallback`, with what was compared."""

    variant: str
    reason: str
    at: datetime
    statistics: Mapping[str, Any]


class ExitMatch(NamedTuple):
    """The exit rule, by its place in the settings, whose condition holds, and the values that it looked at."""

    rule: int
    values: Sequence[Any]


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


class WebhookCall(NamedTuple):
    """A request to somebody else's server, rendered for one person. What it says must not enter the log."""

    id: str
    request: Mapping[str, Any]


class Rendered(NamedTuple):
    """What Liquid texts say for one person, by name, and a new id for what is made of them."""

    id: str
    texts: Mapping[str, str]


class ProfileUpdate(NamedTuple):
    """What to write to the person: attributes (None removes one), tags to give and to take."""

    attributes: Mapping[str, Any]
    tags_add: tuple[str, ...]
    tags_remove: tuple[str, ...]


class Entry(NamedTuple):
    """Let the person into another journey with these properties."""

    journey: str
    properties: Mapping[str, Any]


class TaskRequest(NamedTuple):
    """Something for a member of staff to do. `content` is rendered for one person and stays out of the log."""

    id: str
    content: str
    due_at: datetime
    remind_at: datetime | None


# What a decision asks the runtime to do, in the transaction that appends its events.
Effect = SendFacts | WebhookCall | ProfileUpdate | Entry | TaskRequest


class Facts(NamedTuple):
    stimulus: Stimulus
    zones: Zones
    branch: Branch | None = None
    send: SendFacts | None = None
    history: Sequence[EventArrived] = ()
    rendered: Rendered | None = None
    value: Any = None
    exit: ExitMatch | None = None
    choice: Choice | None = None


class BranchNeed(NamedTuple):
    """Which of the node's branches is the first that the person matches?"""


class SendNeed(NamedTuple):
    """May this message be sent, and what would it say?"""


class HistoryNeed(NamedTuple):
    """Which events of these names did the person have within `look_back` before now?"""

    names: tuple[str, ...]
    look_back: str


class RenderNeed(NamedTuple):
    """What do these Liquid texts, (name, source) each, say for this person?"""

    sources: tuple[tuple[str, str], ...]


class ValueNeed(NamedTuple):
    """What is the person's attribute at this dotted path? Answered by `Facts.value`; None: there is none."""

    key: str


class ChoiceNeed(NamedTuple):
    """Has the node's test ended, and who has won? Answered by `Facts.choice`; None: it goes on."""


Need = BranchNeed | SendNeed | HistoryNeed | RenderNeed | ValueNeed | ChoiceNeed | None

# ---- what a node decides ----------------------------------------------------------------------------------


class Draft(NamedTuple):
    """An event to append at this node."""

    kind: str
    data: Mapping[str, Any]


class Go(NamedTuple):
    """Leave by this outcome. `at` is the instant that decided it, if it lies before now.

    `after_commit`: the next node decides when what this one did is stored, in a tick of its own.
    """

    outcome: str
    at: datetime | None = None
    after_commit: bool = False


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
    effect: Effect | None = None


STAY = Decision(Stay())
