"""One person in a walk: where they stand, what has reached them, what they ask for."""

from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from journeys.engine.decision import (
    Effect,
    Entered,
    EventArrived,
    ExitMatch,
    MessageChanged,
    PersonChanged,
    Stimulus,
    TimerFired,
    Zones,
)
from journeys.engine.enrollment import Enrollment, Event
from journeys.engine.plan import Plan


class News(NamedTuple):
    """An inbox entry as the walk sees it: its id and what it says."""

    id: int
    stimulus: EventArrived | MessageChanged | PersonChanged

    @property
    def at(self) -> datetime:
        return self.stimulus.occurred_at if isinstance(self.stimulus, EventArrived) else self.stimulus.at


class Request(NamedTuple):
    """What this person's step asked for at a node: a message, a call."""

    enrollment: Enrollment
    node: str
    effect: Effect


class Member:
    """One person in a walk: where they stand, what has reached them, and what the walk has added.

    `broken` is why their version cannot be run; their step then fails with it, and nobody else's.
    """

    __slots__ = (
        "broken",
        "enrollment",
        "entered",
        "events",
        "exit",
        "failed_news",
        "first_seq",
        "news",
        "plan",
        "requests",
        "rests",
        "steps",
        "zones",
    )

    def __init__(self, enrollment: Enrollment, plan: Plan, zones: Zones, news: Iterable[News] = ()) -> None:
        self.enrollment = enrollment
        self.plan = plan
        self.zones = zones
        self.first_seq = enrollment.seq + 1
        self.news = sorted(news, key=lambda item: (item.at, item.id), reverse=True)
        self.failed_news: list[int] = []
        self.entered = False
        self.events: list[Event] = []
        self.requests: list[Request] = []
        self.steps = 0
        self.rests = False  # until what this walk has done is stored
        self.broken: Exception | None = None
        self.exit: ExitMatch | None = None

    def stimulus(self, now: datetime) -> tuple[Stimulus, int | None] | None:
        """Take what this person reacts to next: the node just entered, then what came first, an event before a timer."""
        if self.entered:
            return Entered(), None
        if self.rests:
            return None
        due = self.enrollment.due_at
        fires = due is not None and due <= now
        if self.news and not (fires and due is not None and self._moves_before(self.news[-1].at, due)):
            item = self.news.pop()
            return item.stimulus, item.id
        if fires and due is not None:
            return (Entered() if self.enrollment.state == "active" else TimerFired(due)), None
        return None

    def _moves_before(self, news: datetime, due: datetime) -> bool:
        state = self.enrollment
        if state.state != "active":
            return due < news
        # Somebody who has just come in stands there since then, however late the tick is.
        return (due if state.attempts or state.since is None else state.since) <= news
