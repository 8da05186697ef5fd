"""How far a recorded run is the same in an edited graph: up to the first step that the edit touches. Pure but for `plan_of`.

A step at a node that is the same in both, with the same edges, is what its recorded inputs gave, so it is only folded. What a
step does whose edge leads elsewhere is decided again from those inputs, as a replay does. From there on, and from the
first step at a node that was changed, nothing is recorded, and the run is simulated.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import Enum
from functools import cache
from typing import Any, NamedTuple

from journeys.engine.decision import Facts, SendFacts
from journeys.engine.enrollment import Enrollment, Event, evolve
from journeys.engine.entrance import enter
from journeys.engine.nodes.send import SendConfig
from journeys.engine.plan import Plan, PlanNode
from journeys.engine.step import react
from journeys.review.counterfactual.recorded import RecordedRun
from journeys.runtime.replay_facts import NotRecorded, Stored, Unexpected, facts_of
from journeys.runtime.replay_stream import HELD_OUT, INSIDE, OUTSIDE, same, step_end

# What these say is decided wherever an event comes or time passes: with others, no step can be believed.
EVERYWHERE = ("goals", "exit_rules", "timezone")


class Fork(NamedTuple):
    """Where a run leaves its record. `kept` entries of the stream stand, `decided` come after them at `at`.

    `entered`: the person has just come to the node where they are. `send` is what was recorded of the very message that
    the first simulated step asks for.
    """

    at: datetime
    state: Enrollment
    kept: int
    decided: Sequence[Event] = ()
    entered: bool = False
    send: SendFacts | None = None


class Likeness(Enum):
    SAME = "same"
    EDGES = "edges"  # only what its outcomes lead to differs
    OTHER = "other"


class Following:
    """Follows runs into one edited plan. `plan_of` gives the plan of a recorded version, or raises NotRecorded."""

    def __init__(self, plan: Plan, plan_of: Callable[[str], Plan], *, from_entry: bool = False) -> None:
        self._plan = plan
        self._plan_of = plan_of
        self._from_entry = from_entry
        self._likeness = cache(self._compare)
        self._alike = cache(self._everywhere_alike)

    def fork(self, run: RecordedRun) -> Fork | None:
        """Where the run leaves its record; None: as far as it is recorded, it is the same."""
        first = run.stream[0].event
        blank = run.blank._replace(version=self._plan.version)
        source = {key: value for key, value in first.data.items() if key not in HELD_OUT}
        step = enter(blank, self._plan, first.at, source)
        begins = Fork(first.at, step.enrollment, 0, step.events)
        if self._from_entry or not self._alike(run.blank.version) or not same(step.events[0], run.stream[0]):
            return begins
        return self._followed(run, begins)

    def _followed(self, run: RecordedRun, begins: Fork) -> Fork | None:
        state, place, stream = evolve(run.blank, run.stream[0].event), 1, run.stream
        while place < len(stream):
            first = stream[place].event
            end = step_end(stream, place)
            if first.kind == "migrated" and (first.data.get("entered") or first.node != state.node):
                return self._before(state, stream, place)
            if first.kind in OUTSIDE or (first.kind == "exited" and not INSIDE & first.data.keys()):
                state = _folded(state, stream[place:end])
                if not self._alike(state.version):
                    return begins
                place = end
                continue
            if state.is_live:
                likeness = self._likeness(state.version, state.node)
                if likeness is Likeness.OTHER:
                    return self._before(state, stream, place)
                if likeness is Likeness.EDGES and self._leads_elsewhere(stream[place:end]):
                    return self._decided(state, stream, place, end)
            state = _folded(state, stream[place:end])
            place = end
        return None

    def _leads_elsewhere(self, step: Sequence[Stored]) -> bool:
        for stored in step:
            event = stored.event
            if event.kind == "node_entered":
                return self._plan.nodes[event.data["from"]].edges.get(event.data["outcome"]) != event.node
            if event.kind == "completed":
                return event.data["outcome"] in self._plan.nodes[event.node].edges
        return False

    def _decided(self, state: Enrollment, stream: Sequence[Stored], place: int, end: int) -> Fork:
        """The step as the edited graph takes it, where what was recorded decides it; else it is simulated."""
        at = stream[place].event.at
        kept = place
        try:
            while kept < end:
                facts = facts_of(self._plan_of(state.version), state, stream[kept:end])
                step = react(self._plan, state, facts, at)
                found = stream[kept : kept + len(step.events)]
                if not step.events or not all(map(same, step.events, found)):
                    return Fork(at, self._own(step.enrollment), kept, step.events, step.entered)
                state, kept = step.enrollment, kept + len(step.events)
        except (NotRecorded, Unexpected, LookupError, ValueError):
            pass
        return self._before(state, stream, min(kept, end - 1))

    def _before(self, state: Enrollment, stream: Sequence[Stored], place: int) -> Fork:
        """The run is simulated from the step at `place` on."""
        first = stream[place].event
        if state.node not in self._plan.nodes:
            # Whoever stands at a node that is gone has come by an edge that is gone; only a migration leads here.
            return Fork(first.at, self._own(state), place)
        entered = state.state == "active" and state.due_at is None
        return Fork(first.at, self._own(state), place, entered=entered, send=self._send(state, stream, place))

    def _send(self, state: Enrollment, stream: Sequence[Stored], place: int) -> SendFacts | None:
        """What was recorded of a message that the edited graph asks for in the same words at the same moment."""
        if stream[place].event.kind not in {"message_requested", "message_blocked"}:
            return None
        plan = self._plan_of(state.version)
        before, after = plan.nodes[state.node], self._plan.nodes[state.node]
        if before.config != after.config or not _same_sending(plan, self._plan):
            return None
        facts: Facts = facts_of(plan, state, stream[place : step_end(stream, place)])
        return facts.send

    def is_unedited(self, version: str) -> bool:
        """Whether the edited graph says of every run of this version what the version says."""
        if not self._alike(version):
            return False
        before = self._plan_of(version)
        same_settings = before.settings == self._plan.settings
        nodes = all(self._likeness(version, node) is Likeness.SAME for node in before.nodes)
        return same_settings and nodes and before.nodes.keys() == self._plan.nodes.keys()

    def _own(self, state: Enrollment) -> Enrollment:
        return state._replace(version=self._plan.version)

    def _everywhere_alike(self, version: str) -> bool:
        try:
            before = self._plan_of(version)
        except NotRecorded:
            return False
        settings = [getattr(before.settings, name) == getattr(self._plan.settings, name) for name in EVERYWHERE]
        return all(settings) and before.key == self._plan.key and before.trigger == self._plan.trigger

    def _compare(self, version: str, node: str) -> Likeness:
        plan = self._plan_of(version)
        before, after = plan.nodes.get(node), self._plan.nodes.get(node)
        if before is None or after is None or not _decides_alike(plan, before, self._plan, after):
            return Likeness.OTHER
        return Likeness.SAME if before.edges == after.edges else Likeness.EDGES


def _decides_alike(plan: Plan, before: PlanNode, edited: Plan, after: PlanNode) -> bool:
    """Whether both nodes decide the same from the same facts; where that leads may differ."""
    if before.type.type == after.type.type == "trigger":
        # Who comes in is recorded; a trigger only passes them on.
        return True
    if before.type.type != after.type.type or before.config != after.config:
        return False
    if isinstance(after.config, SendConfig):
        # A send goes by which of its outcomes have an edge.
        return before.context.wired == after.context.wired and _same_sending(plan, edited)
    return True


def _same_sending(plan: Plan, edited: Plan) -> bool:
    """Whether the settings judge messages alike."""
    before, after = plan.settings, edited.settings
    return (before.quiet_hours, before.frequency_caps) == (after.quiet_hours, after.frequency_caps)


def _folded(state: Enrollment, stream: Sequence[Stored]) -> Enrollment:
    for stored in stream:
        state = evolve(state, stored.event)
    return state


def exit_from_outside(event: Event) -> dict[str, Any] | None:
    """What an operator or a stopped journey said when they ended a run; None of any other entry."""
    if event.kind != "exited" or INSIDE & event.data.keys():
        return None
    return {key: value for key, value in event.data.items() if key != "was"}
