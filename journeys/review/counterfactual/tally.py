"""What a counterfactual counts, recorded and simulated side by side. Parts of the people are counted apart and added up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any, Final

from journeys.engine.enrollment import ENDED, Event
from journeys.projections.counters import count_events
from journeys.review.counterfactual.path import Path

RECORDED: Final = "recorded"
SIMULATED: Final = "simulated"


@dataclass
class Side:
    """One of the two: as it was, or as it would have been."""

    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # as the counters of versions
    waiting: Counter[str] = field(default_factory=Counter)  # at which node
    sends: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (channel, template, state)
    blocked: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (rule, reason, channel)
    ended: Counter[str] = field(default_factory=Counter)
    goals: Counter[str] = field(default_factory=Counter)
    values: dict[str, Decimal] = field(default_factory=dict)
    cost: dict[str, Decimal] = field(default_factory=dict)  # by currency
    unpriced: Counter[str] = field(default_factory=Counter)  # by channel

    def note(self, path: Path, events: Iterable[Event], node: str) -> None:
        """Add one run, which stands at `node`."""
        count_events(self.counts, "", events)
        self.ended[path.end] += 1
        if path.end not in ENDED:
            self.waiting[node] += 1
        self.goals.update(path.goals)
        _sum(self.values, path.values)
        for send in path.sends:
            self.sends[(*send.what, send.state)] += 1
            if send.state == "blocked":
                self.blocked[send.rule, send.reason, send.channel] += 1
            if send.is_gone and send.cost is not None:
                _sum(self.cost, {send.currency: send.cost})
            elif send.is_gone:
                self.unpriced[send.channel] += 1

    def add(self, other: "Side") -> None:
        _add(self, other)


@dataclass
class Tally:
    """Counts of one part of the people, or of all. Of a part `total` is the whole."""

    total: int = 0
    people: int = 0
    runs: int = 0
    followed: int = 0  # runs that the edit does not touch
    like: int = 0  # runs whose path is the same
    recorded: Side = field(default_factory=Side)
    simulated: Side = field(default_factory=Side)
    changed_people: int = 0
    gained_people: int = 0
    lost_people: int = 0
    gained: Counter[tuple[str, str]] = field(
        default_factory=Counter
    )  # messages that only the simulation has gone, by (channel, template)
    lost: Counter[tuple[str, str]] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    handed: Counter[tuple[str, str]] = field(default_factory=Counter)  # (node, the other journey)
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)  # (node, error)
    # Runs that nothing edited touches and whose simulated path is another, by why.
    exceptions: Counter[str] = field(default_factory=Counter)
    # How often what became of a message was known from the record, and how often drawn from the channel's shares.
    fates: Counter[tuple[str, str]] = field(default_factory=Counter)  # (source, channel)
    parted: Counter[str] = field(
        default_factory=Counter
    )  # runs by where they left their record: node, or the empty text at entry

    def add(self, other: "Tally") -> None:
        """Add another part of the same people."""
        total = max(self.total, other.total)
        self.recorded.add(other.recorded)
        self.simulated.add(other.simulated)
        _add(self, other)
        self.total = total


def _add(mine: Any, other: Any) -> None:
    for part in fields(mine):
        value, more = getattr(mine, part.name), getattr(other, part.name)
        if isinstance(value, Counter):
            value.update(more)
        elif isinstance(value, dict):
            _sum(value, more)
        elif isinstance(value, int):
            setattr(mine, part.name, value + more)


def _sum(mine: dict[str, Decimal], other: dict[str, Decimal]) -> None:
    for key, value in other.items():
        mine[key] = mine.get(key, Decimal(0)) + value
