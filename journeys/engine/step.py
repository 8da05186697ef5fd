"""One step of one person: a stimulus in, events and the next state out. Pure."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final, NamedTuple

from journeys.engine.correlation import key_of
from journeys.engine.decision import (
    Decision,
    Effect,
    Entered,
    EventArrived,
    Facts,
    Finish,
    Go,
    MessageChanged,
    Need,
    PersonChanged,
    Stimulus,
    Wait,
)
from journeys.engine.enrollment import Enrollment, Event, evolve
from journeys.engine.graph import Goal
from journeys.engine.inputs import compared, with_inputs, with_local_time
from journeys.engine.plan import Plan, PlanNode
from profiles.rules.compare import get, number
from profiles.rules.filters import all_hold

# Rounded to the four decimals of a conversion, still within what its column holds.
MOST_VALUE: Final = Decimal(10) ** 15
NEWS: Final = (EventArrived, MessageChanged)


# Of an `exited` event: the person's own path led out, as a `completed` one ends; nothing was cut short.
BY_PATH: Final = "path"


class Step(NamedTuple):
    """What one stimulus did. `entered` says that the person has come to a node that has not decided yet, and
    `after_commit` that the next one decides when this step is stored.
    """

    enrollment: Enrollment
    events: tuple[Event, ...]
    entered: bool = False
    effect: Effect | None = None
    after_commit: bool = False


def concerns_node(enrollment: Enrollment, stimulus: Stimulus) -> bool:
    """Tell whether the present node is asked at all: news reach it only while it waits, and nobody else after the end."""
    if isinstance(stimulus, PersonChanged):
        return False
    if isinstance(stimulus, NEWS):
        return enrollment.state == "waiting"
    return enrollment.is_live and enrollment.state != "failed"


def needs(plan: Plan, enrollment: Enrollment, stimulus: Stimulus) -> Need:
    """Return the facts that the present node wants in order to answer `stimulus`."""
    if not concerns_node(enrollment, stimulus):
        return None
    node = plan.nodes[enrollment.node]
    return node.type.needs(node.config, stimulus)


def was_cut_short(events: Iterable[Event]) -> bool:
    """Whether a goal, an exit rule or an operator ended the run: what it has not sent yet is not sent any more."""
    return any(event.kind == "exited" and event.data.get("by") != BY_PATH for event in events)


def begin(enrollment: Enrollment, plan: Plan, now: datetime, data: Mapping[str, Any]) -> Step:
    """The first event of a stream. `data` says what enrolled the person, without values that identify people."""
    return _append(enrollment, [Event("enrolled", plan.trigger, now, data)], entered=True)


def react(plan: Plan, enrollment: Enrollment, facts: Facts, now: datetime) -> Step:
    """Let the person react to `facts.stimulus` at `now`: goals first, then exit rules, then the node they are at."""
    events: list[Event] = []
    ending: Event | None = None
    if isinstance(facts.stimulus, EventArrived):
        if not _of_another_run(plan, enrollment, facts.stimulus):
            events, ending = _goals(plan, enrollment, facts.stimulus, now)
            ending = ending or _exit(plan, enrollment, facts.stimulus, now)
        if ending is not None and enrollment.is_live:
            return _append(enrollment, [*events, ending])
    if facts.exit is not None and enrollment.is_live:
        data = {"reason": "exit_rule", "rule": facts.exit.rule, "values": facts.exit.values}
        return _append(enrollment, [*events, _exited(enrollment, now, data)])
    if not concerns_node(enrollment, facts.stimulus):
        return _append(enrollment, events)
    node = plan.nodes[enrollment.node]
    decision = node.type.decide(node.context, node.config, enrollment, facts, now)
    # Nodes that are only passed take no time: a wait behind them begins when the person came to the first of them.
    came = enrollment.since if isinstance(facts.stimulus, Entered) else None
    moved, entered = _move(node, decision, came, now)
    inputs = [with_inputs(draft, facts.stimulus, plan, enrollment) for draft in decision.events]
    events += [Event(draft.kind, node.id, now, data) for draft, data in zip(decision.events, inputs, strict=True)]
    step = _append(enrollment, [*events, *moved], entered=entered, effect=decision.effect)
    waits_for_commit = isinstance(decision.move, Go) and decision.move.after_commit
    return step._replace(after_commit=True) if waits_for_commit else step


def leave(enrollment: Enrollment, reason: str, now: datetime, data: Mapping[str, Any] | None = None) -> Step:
    """End a live enrollment from outside: an operator, a stopped journey, an exit rule over the person's data."""
    return _append(enrollment, [_exited(enrollment, now, {"reason": reason, **(data or {})})])


def _exited(enrollment: Enrollment, now: datetime, data: Mapping[str, Any]) -> Event:
    """The end from outside the node. Of a person who was stuck it says so, for the node's counters."""
    was: Mapping[str, Any] = {"was": "failed"} if enrollment.state == "failed" else {}
    return Event("exited", enrollment.node, now, {**data, **was})


def _append(
    enrollment: Enrollment, events: list[Event], *, entered: bool = False, effect: Effect | None = None
) -> Step:
    for event in events:
        enrollment = evolve(enrollment, event)
    return Step(enrollment, tuple(events), entered, effect)


def _move(node: PlanNode, decision: Decision, came: datetime | None, now: datetime) -> tuple[list[Event], bool]:
    move = decision.move
    if isinstance(move, Go):
        entrance = node.entrances.get(move.outcome)
        if entrance is None:
            return [Event("completed", node.id, now, {"outcome": move.outcome})], False
        target, data = entrance
        since = move.at or came
        if since is not None and since < now:
            data = {**data, "since": since.isoformat()}
        if move.after_commit:
            return [Event("node_entered", target, now, {**data, "due": now.isoformat()})], False
        return [Event("node_entered", target, now, data)], True
    if isinstance(move, Wait):
        return [Event("wait_started", node.id, now, with_local_time(move.data, move.until))], False
    if isinstance(move, Finish):
        return [Event("exited", node.id, now, {"reason": move.reason, "by": BY_PATH})], False
    return [], False


def _of_another_run(plan: Plan, enrollment: Enrollment, event: EventArrived) -> bool:
    """Tell whether, in a keyed journey, the event names another run's key; one that names none concerns all of them."""
    if plan.key is None:
        return False
    named = key_of(event.properties, plan.key)
    return named is not None and named != key_of(enrollment.properties, plan.key)


def _goals(plan: Plan, enrollment: Enrollment, event: EventArrived, now: datetime) -> tuple[list[Event], Event | None]:
    """Every goal that this event meets, and the end of the path if one of them is an exit."""
    events: list[Event] = []
    ending = None
    for goal, window in plan.goals.get(event.name, ()):
        if (
            event.occurred_at < enrollment.began
            or (window is not None and event.occurred_at - enrollment.enrolled_at >= window)
            or not all_hold(goal.where, event.properties, event.occurred_at)
        ):
            continue
        data = {
            "goal": goal.id,
            "event": event.name,
            "event_ref": event.ref,
            "value": _value(goal, event),
            "occurred_at": event.occurred_at.isoformat(),
            **compared(plan, enrollment, event),
        }
        events.append(Event("converted", enrollment.node, now, data))
        if goal.exit and enrollment.is_live:
            ending = _exited(enrollment, now, {"reason": "goal", "goal": goal.id})
    return events, ending


def _value(goal: Goal, event: EventArrived) -> str | None:
    """The number at the goal's `value`, or None if there is none or none that the sums of a review could hold."""
    value = number(get(event.properties, goal.value)) if goal.value else None
    return None if value is None or abs(value) >= MOST_VALUE else str(value)


def _exit(plan: Plan, enrollment: Enrollment, event: EventArrived, now: datetime) -> Event | None:
    for place, rule in plan.exit_events.get(event.name, ()):
        if event.occurred_at >= enrollment.began and all_hold(rule.where, event.properties, event.occurred_at):
            data = {
                "reason": "exit_rule",
                "rule": place,
                "event": event.name,
                "event_ref": event.ref,
                "occurred_at": event.occurred_at.isoformat(),
                **compared(plan, enrollment, event),
            }
            return _exited(enrollment, now, data)
    return None
