"""What a forecast counts. Parts of an audience are counted apart and added up."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import datetime

from journeys.engine.decision import SendFacts
from journeys.engine.enrollment import Enrollment, Event
from journeys.engine.nodes.send import SendConfig
from journeys.projections.counters import count_events
from journeys.runtime.addressing import Route


@dataclass
class Tally:
    """Counts of one part of an audience, or of all of it. Instants are aware UTC.

    A message counts at the instant it goes out; one that is blocked, at the instant that is decided.
    """

    people: int = 0
    runs: int = 0
    total: int = 0
    sends: Counter[tuple[datetime, str, str]] = field(default_factory=Counter)  # (hour, channel, verdict)
    accounts: Counter[tuple[str, datetime]] = field(default_factory=Counter)  # (account, minute)
    blocked: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # (rule, reason, channel)
    held: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    at_node: Counter[tuple[datetime, str]] = field(default_factory=Counter)
    counts: Counter[tuple[str, str, str]] = field(default_factory=Counter)  # as the counters of a version
    failures: Counter[tuple[str, str]] = field(default_factory=Counter)  # (node, error)
    conversions: Counter[str] = field(default_factory=Counter)
    ended: Counter[str] = field(default_factory=Counter)
    refused: Counter[str] = field(default_factory=Counter)
    handed: Counter[tuple[str, str]] = field(default_factory=Counter)  # (node, the other journey)

    def add(self, other: "Tally") -> None:
        """Add another part of the same audience."""
        self.people += other.people
        self.runs += other.runs
        self.total = max(self.total, other.total)
        for part in fields(self):
            mine = getattr(self, part.name)
            if isinstance(mine, Counter):
                mine.update(getattr(other, part.name))

    def note_events(self, events: Iterable[Event]) -> None:
        count_events(self.counts, "", events)
        for event in events:
            if event.kind == "step_failed":
                self.failures[event.node, event.data["error"]] += 1
            elif event.kind == "converted":
                self.conversions[event.data["goal"]] += 1

    def note_refused_message(self, config: SendConfig, rule: str, reason: str, now: datetime) -> None:
        self.sends[hour_of(now), config.channel, "blocked"] += 1
        self.blocked[rule, reason, config.channel] += 1

    def note_held(self, config: SendConfig, send: SendFacts) -> None:
        self.held[send.rule, send.reason, config.channel] += 1

    def note_sent(self, config: SendConfig, route: Route, verdict: str, now: datetime) -> None:
        self.sends[hour_of(now), config.channel, verdict] += 1
        self.accounts[str(route.account or config.account), now.replace(second=0, microsecond=0)] += 1

    def note_places(self, at: datetime, people: Iterable[Enrollment]) -> None:
        """How many are at each node at `at`."""
        for node, count in Counter(one.node for one in people if one.is_live).items():
            self.at_node[at, node] += count


def hour_of(instant: datetime) -> datetime:
    return instant.replace(minute=0, second=0, microsecond=0)
