"""The stimulus and the facts of a recorded step, made again from what its events say."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple, cast

from journeys.engine.decision import (
    Branch,
    BranchNeed,
    Choice,
    ChoiceNeed,
    Entered,
    EventArrived,
    ExitMatch,
    Facts,
    HistoryNeed,
    MessageChanged,
    PersonChanged,
    Rendered,
    RenderNeed,
    SendFacts,
    SendNeed,
    Stimulus,
    TimerFired,
    ValueNeed,
    Zones,
)
from journeys.engine.enrollment import Enrollment, Event
from journeys.engine.evidence import MASK
from journeys.engine.inputs import compared
from journeys.engine.nodes.split import SplitConfig
from journeys.engine.plan import Plan
from journeys.engine.step import needs
from profiles.rules.compare import get
from profiles.rules.recorded import holds


class Stored(NamedTuple):
    """One entry of a stream as it is stored, its data in the present shape; `schema` is the shape it was written in."""

    seq: int
    schema: int
    event: Event


class NotRecorded(Exception):
    """The inputs of a step are not in the log: it can be folded, and not decided again. `args[0]` says why."""


class Unexpected(Exception):
    """The step does not begin as it must. `args[0]` is the kind that was to come."""


# What a person reacts to when the first event of the step is of this kind; all else is the node's answer to `Entered`
# or to its timer.
BY_EVENT = frozenset({"converted", "event_matched"})
BY_NEWS = frozenset({"message_updated", "task_closed"})
NOT_A_DATE = "not a date"
OVERDUE = "overdue"


def facts_of(plan: Plan, state: Enrollment, step: Sequence[Stored]) -> Facts:
    """Return what the runtime told the engine for the step that begins with `step[0]`. Raises NotRecorded."""
    first = step[0].event
    stimulus = _stimulus(plan, state, step)
    zones = _zones(plan, state, step)
    if (found := _exit(plan, step)) is not None:
        return Facts(stimulus, zones, exit=found)
    match needs(plan, state, stimulus):
        case None:
            return Facts(stimulus, zones)
        case BranchNeed():
            return Facts(stimulus, zones, branch=_branch(plan, state, first))
        case SendNeed():
            return Facts(stimulus, zones, send=_send(first))
        case HistoryNeed():
            history = [_arrived(plan, state, step)] if first.kind == "event_matched" else []
            return Facts(stimulus, zones, history=history)
        case RenderNeed(sources):
            return Facts(stimulus, zones, rendered=_rendered(sources, first.data))
        case ValueNeed():
            return Facts(stimulus, zones, value=_value(first.data))
        case ChoiceNeed():
            return Facts(stimulus, zones, choice=_choice(first.data))


def _stimulus(plan: Plan, state: Enrollment, step: Sequence[Stored]) -> Stimulus:
    first = step[0].event
    if first.kind == "exited" and "values" in first.data:
        return PersonChanged(first.at)
    if first.kind == "converted" or (first.kind == "exited" and "event_ref" in first.data):
        return _arrived(plan, state, step)
    if state.state != "waiting":
        return Entered()
    if first.kind in BY_EVENT:
        return _arrived(plan, state, step)
    if first.kind == "wait_ended" and "call" in first.data:
        at = _since(step, first.at)
        return MessageChanged(first.data["call"], first.data["reason"], at, first.data.get("error", ""))
    if first.kind in BY_NEWS and first.data["state"] != OVERDUE:
        data = first.data
        at = datetime.fromisoformat(data["changed_at"]) if "changed_at" in data else _since(step, first.at)
        return MessageChanged(
            data.get("message") or data["task"], data["state"], at, data.get("reason", ""), data.get("result", "")
        )
    if state.due_at is None:
        raise NotRecorded("what ended a wait without a time")
    return TimerFired(state.due_at)


def _exit(plan: Plan, step: Sequence[Stored]) -> ExitMatch | None:
    """The exit rule over the person's data that ended the run, if it still holds for what it looked at."""
    last = step[-1].event
    if last.kind != "exited" or "values" not in last.data:
        return None
    goals = step[:-1]
    if any(one.event.kind != "converted" for one in goals) or len({one.event.data["event_ref"] for one in goals}) > 1:
        # Another step came before it, at the same instant: the rule did not hold yet then.
        return None
    number, values = last.data["rule"], last.data["values"]
    rule = dict(plan.exit_conditions).get(number)
    if rule is None or holds(rule, values) is False:
        raise Unexpected(f"no exit by rule {number}")
    return ExitMatch(number, values)


def _rendered(sources: Iterable[tuple[str, str]], data: Mapping[str, Any]) -> Rendered:
    """Texts that decide what those did which stayed out of the log: all they decide is whether a server can be called."""
    texts = {name: "" for name, _ in sources}
    if "call" in data:
        fault = data.get("error")
        texts["url"] = "" if fault == "url_invalid" else "https://host.invalid/"
        if fault == "header_invalid":
            texts |= {name: "two\nlines" for name in texts if name.startswith("headers.")}
    return Rendered(data.get("task") or data.get("call", ""), texts)


def _value(data: Mapping[str, Any]) -> Any:
    """The attribute that a wait read."""
    if data.get("value") == MASK:
        raise NotRecorded("a value that identifies people")
    return NOT_A_DATE if data.get("problem") == "not_a_date" else data.get("value")


def _choice(data: Mapping[str, Any]) -> Choice | None:
    winner = data.get("winner")
    if winner is None:
        return None
    at = datetime.fromisoformat(winner["chosen_at"])
    return Choice(data["variant"], winner["reason"], at, winner["statistics"])


def _since(step: Sequence[Stored], at: datetime) -> datetime:
    """When what moved the person happened, by the entrance that followed: how the first release recorded it."""
    for stored in step:
        since = stored.event.data.get("since")
        if stored.event.kind == "node_entered":
            return datetime.fromisoformat(since) if since else at
    return at


def _arrived(plan: Plan, state: Enrollment, step: Sequence[Stored]) -> EventArrived:
    """The event that the step is the answer to, with those of its properties that were compared."""
    first = step[0].event
    data = first.data
    name, ref = data["event"], data["event_ref"]
    if step[0].schema < 2 and _is_filtered(plan, state, name):
        raise NotRecorded("values of an event's filters, before they were recorded")
    properties: dict[str, Any] = {}
    for key, value in data.get("properties", {}).items():
        if value == MASK:
            raise NotRecorded("a value that identifies people")
        _put(properties, key, value)
    for stored in step:
        key = stored.event.data.get("key") if stored.event.kind == "event_matched" else None
        if key and stored.event.data["event_ref"] == ref and get(properties, key) is None:
            _put(properties, key, get(state.properties, key))
    occurred = data.get("occurred_at")
    at = datetime.fromisoformat(occurred) if occurred else _since(step, min(first.at, state.due_at or first.at))
    return EventArrived(name, properties, at, ref)


def _is_filtered(plan: Plan, state: Enrollment, name: str) -> bool:
    return bool(compared(plan, state, EventArrived(name, {}, state.began, "")))


def _put(properties: dict[str, Any], path: str, value: Any) -> None:
    if value is None or get(properties, path) == value:
        return
    *parents, last = path.split(".")
    for part in parents:
        inner = properties.setdefault(part, {})
        if not isinstance(inner, dict):
            raise NotRecorded("a list, of which one element was compared")
        properties = inner
    properties[last] = value


def _zones(plan: Plan, state: Enrollment, step: Sequence[Stored]) -> Zones:
    """Names that lead to the zone that applied, past those that were unknown."""
    data: Mapping[str, Any] = next((one.event.data for one in step if "zone" in one.event.data), {})
    unknown = list(data.get("unknown_zones", ()))
    own = getattr(plan.nodes[state.node].config, "timezone", None)
    names = [name for place, name in enumerate(unknown) if (place, name) != (0, own)]
    names.append(data.get("zone", "UTC"))
    profile, journey, workspace = (*names, "profile", "profile")[:3]
    return Zones(profile, journey, workspace)


def _branch(plan: Plan, state: Enrollment, first: Event) -> Branch:
    """The first branch whose rule holds for the recorded values; where they do not say, the one that was recorded."""
    if first.kind != "branch_taken":
        raise Unexpected("branch_taken")
    config = cast(SplitConfig, plan.nodes[state.node].config)
    recorded: str = first.data["branch"]
    looked = {one["id"]: one["values"] for one in first.data.get("branches", ())}
    values = [looked.get(branch.id, []) for branch in config.branches]
    for branch in config.branches:
        if branch.id not in looked:
            break
        verdict = holds(branch.rule, looked[branch.id])
        if verdict is None:
            verdict = branch.id == recorded
        if verdict:
            return Branch(branch.id, values)
    return Branch(None if recorded == "else" or looked else recorded, values)


def _send(first: Event) -> SendFacts:
    if first.kind not in {"message_requested", "message_blocked"}:
        raise Unexpected("message_requested")
    data = first.data
    held = data.get("held_until")
    verdict = "blocked" if first.kind == "message_blocked" else "held" if held else "allowed"
    return SendFacts(
        message=data["message"],
        verdict=verdict,
        reason=data.get("reason", ""),
        rule=data.get("rule", ""),
        figures=data.get("figures", {}),
        not_before=datetime.fromisoformat(held) if held else None,
        payload={},
        judged=data.get("judged", {}),
    )
