"""A run's path as a counterfactual compares and shows it, recorded or simulated. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from journeys.engine.enrollment import Event

# A message in these states has not gone out; in every other, the provider was called.
NOT_GONE: Final = frozenset({"queued", "held", "blocked", "expired"})

ZERO: Final = Decimal(0)


class Send(NamedTuple):
    """A message of a path: what became of it, and what it cost (None: not known)."""

    node: str
    channel: str
    template: str
    at: datetime
    state: str
    reason: str
    rule: str
    cost: Decimal | None
    currency: str

    @property
    def is_gone(self) -> bool:
        return self.state not in NOT_GONE

    @property
    def what(self) -> tuple[str, str]:
        """What the person gets: which node it came from makes no difference to them."""
        return self.channel, self.template

    def written(self) -> dict[str, Any]:
        return {
            "node": self.node,
            "channel": self.channel,
            "template": self.template,
            "at": self.at.isoformat(),
            "state": self.state,
            "reason": self.reason,
        }


class End(NamedTuple):
    """What became of a message, by its id."""

    state: str
    reason: str = ""
    cost: Decimal | None = None
    currency: str = "CNY"


class Step(NamedTuple):
    node: str
    outcome: str | None
    at: datetime


@dataclass
class Path:
    """Where a run went. `end` is the state that its events make, `reason` why it exited."""

    steps: list[Step] = field(default_factory=list)
    end: str = "active"
    reason: str = ""
    sends: list[Send] = field(default_factory=list)
    goals: Counter[str] = field(default_factory=Counter)
    values: dict[str, Decimal] = field(default_factory=dict)

    @property
    def gone(self) -> Counter[tuple[str, str]]:
        return Counter(send.what for send in self.sends if send.is_gone)

    def is_like(self, other: "Path") -> bool:
        """Whether somebody went the same way, got the same and converted alike, whenever it was."""
        return (
            (self.end, self.reason, self.goals) == (other.end, other.reason, other.goals)
            and [step[:2] for step in self.steps] == [step[:2] for step in other.steps]
            and [_compared(send) for send in self.sends] == [_compared(send) for send in other.sends]
        )

    def written(self) -> dict[str, Any]:
        return {
            "steps": [{"node": step.node, "outcome": step.outcome, "at": step.at.isoformat()} for step in self.steps],
            "end": self.end,
            "reason": self.reason,
            "sends": [send.written() for send in self.sends],
            "goals": dict(sorted(self.goals.items())),
        }


def path_of(events: Iterable[Event], ends: Mapping[str, End], state: str) -> Path:
    """The path of a stream. `ends` are what became of its messages; `state` is what the stream folds to."""
    path = Path(end=state)
    open_: Step | None = None
    for event in events:
        data = event.data
        match event.kind:
            case "enrolled" | "held_out":
                open_ = Step(event.node, None, event.at)
            case "node_entered" | "completed":
                if open_ is not None:
                    path.steps.append(open_._replace(outcome=data["outcome"]))
                open_ = Step(event.node, None, event.at) if event.kind == "node_entered" else None
            case "migrated" if data.get("entered"):
                open_ = Step(event.node, None, event.at)
            case "exited":
                path.reason = str(data["reason"])
            case "message_requested" | "message_blocked":
                path.sends.append(_send(event, data, ends))
            case "converted":
                path.goals[data["goal"]] += 1
                path.values[data["goal"]] = path.values.get(data["goal"], ZERO) + Decimal(data.get("value") or 0)
            case "goal_reached":
                path.goals[data["goal"]] += 1
    if open_ is not None:
        path.steps.append(open_)
    return path


def _send(event: Event, data: Mapping[str, Any], ends: Mapping[str, End]) -> Send:
    blocked = event.kind == "message_blocked"
    end = End("blocked", data["reason"]) if blocked else ends.get(data["message"], End("queued"))
    held = data.get("held_until")
    return Send(
        event.node,
        data.get("channel", ""),
        data.get("template", ""),
        datetime.fromisoformat(held) if held else event.at,
        end.state,
        end.reason,
        data.get("rule", "") if blocked else "",
        end.cost,
        end.currency,
    )


def _compared(send: Send) -> Sequence[object]:
    # Of what has gone out the fate is the provider's.
    fate = ("gone",) if send.is_gone else ("kept", send.reason)
    return (send.node, *send.what, *fate)
