"""One stream decided again: every step from its recorded inputs, and the fold of it all. Pure but for its callers."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

import orjson

from journeys.engine.enrollment import Enrollment, Event, evolve
from journeys.engine.entrance import enter
from journeys.engine.plan import Plan
from journeys.engine.step import Step, leave, react
from journeys.engine.upcast import schema_of
from journeys.projections.counters import first_profile
from journeys.runtime.replay_facts import NotRecorded, Stored, Unexpected, facts_of
from journeys.runtime.replay_policy import differs_from_policy

# What the runtime adds to an entry as it carries out what was decided: the answer of others, and no decision.
ANSWERS: Final[Mapping[str, frozenset[str]]] = {
    "profile_updated": frozenset({"refused"}),
    "enroll_requested": frozenset({"refused"}),
}
PlanOf = Callable[[str], Plan]

MERGES: Final = frozenset({"profile_merged", "profile_unmerged"})
# Written by an operation from outside, or by the runtime for a step that raised: there is nothing to decide again.
OUTSIDE: Final = frozenset({"step_failed", "step_retried", "paused", "resumed", "migrated", *MERGES})
MOVES: Final = frozenset({"node_entered", "wait_started", "completed", "exited", "held_out", "enrolled"})
# An `exited` with one of these follows from the path, an event, or the person's data, and not from an operation.
INSIDE: Final = frozenset({"by", "event_ref", "values"})
HELD_OUT: Final = ("bucket", "percent")


class Difference(NamedTuple):
    """Where a stream is not what its inputs give. `seq` 0: of the row, which is not what its stream gives."""

    enrollment: str
    seq: int
    expected: str
    found: str


@dataclass
class Tally:
    """What was looked at: entries in all, those decided again, and those only folded, by why."""

    streams: int = 0
    events: int = 0
    decided: int = 0
    folded: Counter[str] = field(default_factory=Counter)
    differences: list[Difference] = field(default_factory=list)

    def add(self, other: "Tally") -> None:
        self.streams += other.streams
        self.events += other.events
        self.decided += other.decided
        self.folded.update(other.folded)
        self.differences += other.differences


def replay_stream(live: Enrollment, stream: Sequence[Stored], plan_of: PlanOf, tally: Tally) -> None:
    """Decide `stream` again, fold it, compare with what is stored and with `live`, the row; add to `tally`."""
    _Replay(live, stream, plan_of, tally).run()


class _Replay:
    def __init__(self, live: Enrollment, stream: Sequence[Stored], plan_of: PlanOf, tally: Tally) -> None:
        self.live = live
        self.stream = stream
        self.plan_of = plan_of
        self.tally = tally
        version = first_version(live.version, stream)
        person = first_profile(live.profile, [stored.event for stored in stream])
        self.state = Enrollment(live.id, person, live.journey, version, live.enrolled_at, live.properties)

    def run(self) -> None:
        self.tally.streams += 1
        self.tally.events += len(self.stream)
        for place, stored in enumerate(self.stream, start=1):
            if stored.seq != place:
                self._differ(place, f"entry {place}", f"entry {stored.seq}: the sequence has a gap or a double")
                return
        place = 0
        while place < len(self.stream):
            place = self._step(place)
        if self.state != self.live:
            self._differ(0, *_unequal(self.state, self.live))

    def _step(self, place: int) -> int:
        """Decide the step that begins at `place`. Returns where the next one begins."""
        end = step_end(self.stream, place)
        step = self.stream[place:end]
        try:
            decided = self._decide(step)
        except NotRecorded as missing:
            return self._fold(place, end, str(missing))
        except Unexpected as missing:
            self._differ(step[0].seq, str(missing), step[0].event.kind)
            return self._fold(place, end, "after a difference")
        except Exception as error:  # noqa: BLE001 - a step that cannot be decided again is a finding, not the end
            self._differ(step[0].seq, f"a decision, and not {type(error).__name__}: {error}", _shown(step[0].event))
            return self._fold(place, end, "after a difference")
        expected = decided.events
        found = self.stream[place : place + len(expected)]
        if not expected or len(found) < len(expected):
            kinds = ", ".join(event.kind for event in expected) or "nothing"
            self._differ(step[0].seq, kinds, ", ".join(one.event.kind for one in found) or step[0].event.kind)
            return self._fold(place, end, "after a difference")
        exact = True
        for event, stored in zip(expected, found, strict=True):
            if event == stored.event:
                continue
            exact = False
            if not same(event, stored):
                self._differ(stored.seq, _shown(event), _shown(stored.event))
                return self._fold(place, max(end, place + len(expected)), "after a difference")
        self.tally.decided += len(found)
        if exact:
            # Equal events fold to equal states: the engine has done it already.
            self.state = decided.enrollment
        else:
            self._evolve(found)
        return place + len(found)

    def _decide(self, step: Sequence[Stored]) -> Step:
        """The step that its recorded inputs give."""
        first, state = step[0].event, self.state
        plan = self.plan_of(state.version)
        if not state.seq:
            source = {key: value for key, value in first.data.items() if key not in HELD_OUT}
            return enter(state, plan, first.at, source)
        if first.kind in OUTSIDE:
            _check_outside(state, first)
            raise NotRecorded(first.kind)
        if first.kind == "exited" and not INSIDE & first.data.keys():
            data = {key: value for key, value in first.data.items() if key not in {"reason", "was"}}
            return leave(state, first.data["reason"], first.at, data)
        facts = facts_of(plan, state, step)
        if facts.send is not None and (wrong := differs_from_policy(plan, state, facts.send, first.at)):
            raise Unexpected(wrong)
        return react(plan, state, facts, first.at)

    def _fold(self, start: int, end: int, why: str) -> int:
        self._evolve(self.stream[start:end])
        self.tally.folded[why] += end - start
        return end

    def _evolve(self, stream: Sequence[Stored]) -> None:
        for stored in stream:
            self.state = evolve(self.state, stored.event)

    def _differ(self, seq: int, expected: str, found: str) -> None:
        self.tally.differences.append(Difference(self.live.id, seq, expected, found))


def _check_outside(state: Enrollment, event: Event) -> None:
    """What can be checked of an entry that nothing decided. Raises Unexpected."""
    if event.kind == "step_failed" and event.data.get("attempt") != state.attempts + 1:
        raise Unexpected(f"step_failed, attempt {state.attempts + 1}")
    if event.kind == "step_retried" and event.data.get("was") != state.state:
        raise Unexpected(f"step_retried of a person who is {state.state}")
    if event.kind in MERGES and event.data.get("from_profile") != state.profile:
        raise Unexpected(f"{event.kind} of a run that is of {state.profile}")


def first_version(version: str, stream: Sequence[Stored]) -> str:
    """The version that the run began with, of one that has `version` now."""
    for stored in stream:
        if stored.event.kind == "migrated":
            return str(stored.event.data.get("from_version", version))
    return version


def step_end(stream: Sequence[Stored], place: int) -> int:
    """Where the step that begins at `place` ends at the latest: behind its first move, or at once if it makes none."""
    if stream[place].event.kind in OUTSIDE:
        return place + 1
    at = stream[place].event.at
    for end in range(place, len(stream)):
        if stream[end].event.at != at or (end > place and stream[end].event.kind in OUTSIDE):
            return end
        if stream[end].event.kind in MOVES:
            return end + 1
    return len(stream)


def same(expected: Event, stored: Stored) -> bool:
    """Whether the stored entry is the expected one. Of one in an older shape, only what both shapes have is compared."""
    found = stored.event
    if (expected.kind, expected.node, expected.at) != (found.kind, found.node, found.at):
        return False
    data, stands = _as_json(expected.data), dict(found.data)
    for key in ANSWERS.get(found.kind, ()):
        stands.pop(key, None)
    if stored.schema < schema_of(found.kind):
        common = data.keys() & stands.keys()
        return all(data[key] == stands[key] for key in common)
    return bool(data == stands)


def _as_json(data: Mapping[str, Any]) -> Any:
    return orjson.loads(orjson.dumps(data, default=dict))


def _shown(event: Event) -> str:
    return f"{event.kind} at {event.node} {orjson.dumps(event.data, default=dict).decode()}"


def _unequal(folded: Enrollment, live: Enrollment) -> tuple[str, str]:
    """The fields of the state that differ, by the log and by the row."""
    names = [name for name in Enrollment._fields if getattr(folded, name) != getattr(live, name)]
    return tuple(", ".join(f"{name}={getattr(state, name)!r}" for name in names) for state in (folded, live))  # type: ignore[return-value]
