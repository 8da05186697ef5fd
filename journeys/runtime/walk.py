"""Advance people until none of them can move: the loop that the tick, the simulation and the forecast share.

Who needs no facts moves on at once; those who do are grouped by (version, node), so that one question to the facts
answers for the whole group.
"""

import logging
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from journeys.engine.decision import (
    Branch,
    BranchNeed,
    Effect,
    Entered,
    EventArrived,
    Facts,
    HistoryNeed,
    MessageChanged,
    Rendered,
    RenderNeed,
    SendFacts,
    SendNeed,
    Stimulus,
    TimerFired,
    ValueNeed,
    Zones,
)
from journeys.engine.enrollment import Enrollment, Event, evolve
from journeys.engine.plan import Plan, PlanNode
from journeys.engine.step import needs, react

logger = logging.getLogger(__name__)

# More nodes than a graph has (500): only a loop whose waits do not wait comes to so many in one go.
MOST_STEPS = 1000
RETRY_DELAYS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=10),
    timedelta(hours=1),
    timedelta(hours=6),
)


class StepGuard(RuntimeError):
    """The person moved too often in one go: a loop of nodes that do not really wait."""

    code = "step_guard"


class News(NamedTuple):
    """An inbox entry as the walk sees it: its id and what it says."""

    id: int
    stimulus: EventArrived | MessageChanged

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
        "failed_news",
        "first_seq",
        "news",
        "plan",
        "requests",
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
        self.broken: Exception | None = None

    def stimulus(self, now: datetime) -> tuple[Stimulus, int | None] | None:
        """Take what this person reacts to next: the node just entered, then what came first, an event before a timer."""
        if self.entered:
            return Entered(), None
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


class FactSource(Protocol):
    """Answers for a group of people at one node. Every answer has one element for each member, in their order."""

    def branches(self, node: PlanNode, members: Sequence[Member], now: datetime) -> Sequence[Branch]: ...

    def sends(self, node: PlanNode, members: Sequence[Member], now: datetime) -> Sequence[SendFacts]: ...

    def history(
        self, need: HistoryNeed, members: Sequence[Member], now: datetime
    ) -> Sequence[Sequence[EventArrived]]: ...

    def rendered(self, need: RenderNeed, members: Sequence[Member], now: datetime) -> Sequence[Rendered]: ...

    def values(self, need: ValueNeed, members: Sequence[Member], now: datetime) -> Sequence[Any]: ...


class _Asked(NamedTuple):
    member: Member
    stimulus: Stimulus
    news: int | None
    node: PlanNode
    need: BranchNeed | SendNeed | HistoryNeed | RenderNeed | ValueNeed


def walk(members: Sequence[Member], facts: FactSource, now: datetime) -> None:
    """Advance every member as far as they can go at `now`. A member whose step raises fails alone."""
    moving: Sequence[Member] = members
    while moving:
        groups: dict[tuple[str, str, Any], list[_Asked]] = defaultdict(list)
        for member in moving:
            asked = _run(member, now)
            if asked is not None:
                groups[member.plan.version, asked.node.id, asked.need].append(asked)
        for group in groups.values():
            _answer(group, facts, now)
        moving = [asked.member for group in groups.values() for asked in group]


def _run(member: Member, now: datetime) -> _Asked | None:
    """Move one member until facts are needed (returned) or nothing is left to react to (None)."""
    while (taken := member.stimulus(now)) is not None:
        stimulus, news = taken
        try:
            if member.broken is not None:
                raise member.broken
            member.steps += news is None
            if member.steps > MOST_STEPS:
                raise StepGuard(f"More than {MOST_STEPS} steps without a wait.")
            need = needs(member.plan, member.enrollment, stimulus)
            if need is not None:
                return _Asked(member, stimulus, news, member.plan.nodes[member.enrollment.node], need)
            _react(member, Facts(stimulus, member.zones), now)
        except Exception as error:  # noqa: BLE001 - one person's failing step must not stop the lane; it is recorded
            fail(member, news, error, now)
    return None


def _react(member: Member, facts: Facts, now: datetime) -> None:
    node = member.enrollment.node
    step = react(member.plan, member.enrollment, facts, now)
    member.enrollment = step.enrollment
    member.events.extend(step.events)
    member.entered = step.entered
    if step.effect is not None:
        member.requests.append(Request(step.enrollment, node, step.effect))


def _answer(group: list[_Asked], facts: FactSource, now: datetime) -> None:
    """Ask for the whole group at once; if that fails, one by one, so that only whose facts are bad fail."""
    try:
        answers = _ask(group, facts, now)
    except Exception as error:  # noqa: BLE001 - whose facts fail is found by asking one by one
        if len(group) == 1:
            fail(group[0].member, group[0].news, error, now)
            return
        logger.warning(
            "Facts for %d people at node %s failed together; asking one by one.", len(group), group[0].node.id
        )
        for asked in group:
            _answer([asked], facts, now)
        return
    for asked, answer in zip(group, answers, strict=True):
        try:
            _react(asked.member, answer, now)
        except Exception as error:  # noqa: BLE001 - as in _run: the failure is recorded with the person
            fail(asked.member, asked.news, error, now)


def _ask(group: list[_Asked], facts: FactSource, now: datetime) -> list[Facts]:
    node, need = group[0].node, group[0].need
    members = [asked.member for asked in group]
    match need:
        case BranchNeed():
            branches = facts.branches(node, members, now)
            return [Facts(a.stimulus, a.member.zones, branch=one) for a, one in zip(group, branches, strict=True)]
        case SendNeed():
            sends = facts.sends(node, members, now)
            return [Facts(a.stimulus, a.member.zones, send=one) for a, one in zip(group, sends, strict=True)]
        case HistoryNeed():
            past = facts.history(need, members, now)
            return [Facts(a.stimulus, a.member.zones, history=one) for a, one in zip(group, past, strict=True)]
        case RenderNeed():
            texts = facts.rendered(need, members, now)
            return [Facts(a.stimulus, a.member.zones, rendered=one) for a, one in zip(group, texts, strict=True)]
        case ValueNeed():
            values = facts.values(need, members, now)
            return [Facts(a.stimulus, a.member.zones, value=one) for a, one in zip(group, values, strict=True)]


def fail(member: Member, news: int | None, error: Exception, now: datetime) -> None:
    """Record the failure and plan the next try, or, after the last, leave the person in the state `failed`.

    What has come for a person who is then failed is still heard: their goals count.
    """
    if not member.enrollment.is_live or member.enrollment.state == "failed":
        logger.error("News of enrollment %s, which does not run, failed.", member.enrollment.id, exc_info=error)
        return
    attempt = member.enrollment.attempts + 1
    retry_at = now + RETRY_DELAYS[attempt - 1] if attempt <= len(RETRY_DELAYS) else None
    logger.warning("Step of enrollment %s failed at %s.", member.enrollment.id, member.enrollment.node, exc_info=error)
    data: Mapping[str, Any] = {
        "error": getattr(error, "code", type(error).__name__),
        "attempt": attempt,
        "retry_at": retry_at.isoformat() if retry_at else None,
    }
    event = Event("step_failed", member.enrollment.node, now, data)
    member.enrollment = evolve(member.enrollment, event)
    member.events.append(event)
    member.entered = False
    # What woke the person, and all that came after it, is kept for the next try.
    if retry_at is not None:
        member.failed_news = [*([news] if news is not None else []), *(item.id for item in member.news)]
        member.news = []
