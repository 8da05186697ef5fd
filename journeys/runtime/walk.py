"""Advance people until none of them can move: the loop that the tick, the simulation and the forecast share.

Who needs no facts moves on at once; those who do are grouped by (version, node), so that one question to the facts
answers for the whole group.
"""

import logging
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple, Protocol

from journeys.engine.decision import (
    Branch,
    BranchNeed,
    Choice,
    ChoiceNeed,
    EventArrived,
    ExitMatch,
    Facts,
    HistoryNeed,
    Rendered,
    RenderNeed,
    SendFacts,
    SendNeed,
    Stimulus,
    ValueNeed,
)
from journeys.engine.enrollment import Event, evolve
from journeys.engine.plan import PlanNode
from journeys.engine.step import needs, react
from journeys.runtime.member import Member, Request
from profiles.rules.ast import Rule

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


class FactSource(Protocol):
    """Answers for a group of people at one node. Every answer has one element for each member, in their order."""

    def exits(
        self, conditions: Sequence[tuple[int, Rule]], members: Sequence[Member], now: datetime
    ) -> Sequence[ExitMatch | None]: ...

    def branches(self, node: PlanNode, members: Sequence[Member], now: datetime) -> Sequence[Branch]: ...

    def sends(self, node: PlanNode, members: Sequence[Member], now: datetime) -> Sequence[SendFacts]: ...

    def history(
        self, need: HistoryNeed, members: Sequence[Member], now: datetime
    ) -> Sequence[Sequence[EventArrived]]: ...

    def rendered(self, need: RenderNeed, members: Sequence[Member], now: datetime) -> Sequence[Rendered]: ...

    def choice(self, node: PlanNode, journey: str, now: datetime) -> Choice | None: ...

    def values(self, need: ValueNeed, members: Sequence[Member], now: datetime) -> Sequence[Any]: ...


class _Asked(NamedTuple):
    member: Member
    stimulus: Stimulus
    news: int | None
    node: PlanNode
    need: BranchNeed | SendNeed | HistoryNeed | RenderNeed | ValueNeed | ChoiceNeed


def walk(members: Sequence[Member], facts: FactSource, now: datetime) -> None:
    """Advance every member as far as they can go at `now`. A member whose step raises fails alone."""
    _look_for_exits(members, facts, now)
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


def _look_for_exits(members: Sequence[Member], facts: FactSource, now: datetime) -> None:
    """Judge exit rules over the person's data once a walk: nothing that a walk does changes what they look at."""
    groups: dict[str, list[Member]] = defaultdict(list)
    for member in members:
        if member.plan.exit_conditions and member.enrollment.is_live:
            groups[member.plan.version].append(member)
    for group in groups.values():
        try:
            matches = facts.exits(group[0].plan.exit_conditions, group, now)
        except Exception as error:
            logger.exception("The exit rules of version %s could not be judged.", group[0].plan.version)
            for member in group:
                member.broken = error
            continue
        for member, match in zip(group, matches, strict=True):
            member.exit = match


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
            need = None if member.exit else needs(member.plan, member.enrollment, stimulus)
            if need is not None:
                return _Asked(member, stimulus, news, member.plan.nodes[member.enrollment.node], need)
            _react(member, Facts(stimulus, member.zones, exit=member.exit), now)
        except Exception as error:  # noqa: BLE001 - one person's failing step must not stop the lane; it is recorded
            fail(member, news, error, now)
    return None


def _react(member: Member, facts: Facts, now: datetime) -> None:
    node = member.enrollment.node
    step = react(member.plan, member.enrollment, facts, now)
    member.enrollment = step.enrollment
    member.events.extend(step.events)
    member.entered = step.entered
    member.rests = step.after_commit
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
        case ChoiceNeed():
            choice = facts.choice(node, members[0].plan.journey, now)
            return [Facts(a.stimulus, a.member.zones, choice=choice) for a in group]


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
