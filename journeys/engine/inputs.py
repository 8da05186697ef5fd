"""What a decision was made from, as its events record it: enough to explain it, and to make it again."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from journeys.engine.decision import Draft, EventArrived, MessageChanged, Stimulus, TimerFired
from journeys.engine.enrollment import Enrollment
from journeys.engine.evidence import properties_at
from journeys.engine.plan import Plan
from workspaces.localtime import zone_of


def compared(plan: Plan, enrollment: Enrollment, event: EventArrived) -> Mapping[str, Any]:
    """Every property of an event that something in this version asks for: goals, exit rules, and the wait it met.

    Also those of a goal that was not met: whoever decides again must come to the same answer there too.
    """
    keys = {item.key for _, rule in plan.exit_events.get(event.name, ()) for item in rule.where}
    for goal, _ in plan.goals.get(event.name, ()):
        keys.update(item.key for item in goal.where)
        if goal.value:
            keys.add(goal.value)
    if plan.key and (event.name in plan.goals or event.name in plan.exit_events):
        keys.add(plan.key)
    if enrollment.state == "waiting":
        node = plan.nodes[enrollment.node]
        keys.update(node.type.compares(node.config, event.name))
    found = properties_at(keys, event.properties)
    return {"properties": found} if found else {}


def with_inputs(draft: Draft, stimulus: Stimulus, plan: Plan, enrollment: Enrollment) -> Mapping[str, Any]:
    """The data of a node's event with what the node was told: a timer's due time, an event's values, news' instant."""
    if draft.kind == "wait_ended" and isinstance(stimulus, TimerFired):
        return {**draft.data, "due": stimulus.due.isoformat()}
    if draft.kind == "event_matched" and isinstance(stimulus, EventArrived):
        return {**draft.data, **compared(plan, enrollment, stimulus)}
    if isinstance(stimulus, MessageChanged) and draft.kind != "wait_ended":
        return {**draft.data, "changed_at": stimulus.at.isoformat()}
    return draft.data


def with_local_time(data: Mapping[str, Any], until: datetime | None) -> Mapping[str, Any]:
    """The data of a wait with its end, and that end on the clock of the zone that applied."""
    if until is None:
        return {**data, "until": None}
    zone = data.get("zone")
    local = {"local": until.astimezone(zone_of(zone)).isoformat()} if zone else {}
    return {**data, "until": until.isoformat(), **local}
