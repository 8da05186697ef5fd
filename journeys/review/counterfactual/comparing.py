"""Each run as it was beside how it would have been: counted, and kept where they differ."""

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from journeys.engine.enrollment import Event, fold
from journeys.review.counterfactual.fates import ends_of
from journeys.review.counterfactual.path import Path, path_of
from journeys.review.counterfactual.recorded import RecordedRun
from journeys.review.counterfactual.run import Outcome, Simulation
from journeys.review.counterfactual.tally import Tally
from journeys.runtime.replay_stream import MERGES, MOVES

# Why the path of a run that nothing edited touches may come out otherwise: something that is not in its inputs moved it.
OUTSIDE: Final = (
    ("merged", MERGES),
    ("migrated", frozenset({"migrated"})),
    ("step_failed", frozenset({"step_failed", "step_retried"})),
    ("paused", frozenset({"paused", "resumed"})),
)


class Differing(NamedTuple):
    """A run whose path is another. `change`: what the person would have got more (`gained`), less (`lost`), or `both`;
    `path`: the same, on another way; `kept_out`: the run would not have begun, for the reason `refusal`.
    """

    run: str
    profile: str
    change: str
    gained: int
    lost: int
    refusal: str
    recorded: dict[str, Any]
    simulated: dict[str, Any]


def compare(simulation: Simulation, outcomes: Iterable[Outcome], tally: Tally) -> list[Differing]:
    """Count every run, and return those that differ."""
    found: list[Differing] = []
    people: dict[str, set[str]] = {}
    for outcome in outcomes:
        run = outcome.run
        kinds = people.setdefault(run.blank.profile, set())
        events = [stored.event for stored in run.stream]
        state = fold(run.blank, events)
        before = path_of(events, ends_of(run), state.state)
        tally.runs += 1
        tally.recorded.note(before, events, state.node)
        if outcome.fork is None and not outcome.refusal:
            tally.followed += 1
            tally.like += 1
            tally.simulated.note(before, events, state.node)
            continue
        if outcome.fork is not None:
            tally.parted[_where(outcome)] += 1
        after = _after(simulation, outcome, tally)
        if after.is_like(before) and not outcome.refusal:
            tally.like += 1
            continue
        one = _differing(outcome, before, after, tally)
        found.append(one)
        kinds.add("changed")
        kinds |= {"gained"} if one.gained else set()
        kinds |= {"lost"} if one.lost else set()
    tally.people += len(people)
    counts = Counter(kind for kinds in people.values() for kind in kinds)
    tally.changed_people += counts["changed"]
    tally.gained_people += counts["gained"]
    tally.lost_people += counts["lost"]
    return found


def _after(simulation: Simulation, outcome: Outcome, tally: Tally) -> Path:
    if outcome.refusal:
        tally.refused[outcome.refusal] += 1
        return Path(end="not_enrolled", reason=outcome.refusal)
    path = path_of(outcome.events, simulation.ends_of(outcome.run.id), outcome.state.state)
    tally.simulated.note(path, outcome.events, outcome.state.node)
    return path


def _differing(outcome: Outcome, before: Path, after: Path, tally: Tally) -> Differing:
    gained, lost = after.gone - before.gone, before.gone - after.gone
    tally.gained.update(gained)
    tally.lost.update(lost)
    change = "kept_out" if outcome.refusal else _change(gained.total(), lost.total())
    return Differing(
        outcome.run.id,
        outcome.run.blank.profile,
        change,
        gained.total(),
        lost.total(),
        outcome.refusal,
        before.written(),
        after.written(),
    )


def _change(gained: int, lost: int) -> str:
    if gained and lost:
        return "both"
    return "gained" if gained else "lost" if lost else "path"


def _where(outcome: Outcome) -> str:
    fork = outcome.fork
    assert fork is not None
    if not fork.kept:
        return ""
    return fork.decided[0].node if fork.decided else fork.state.node


def exception_of(run: RecordedRun) -> str:
    """Why a run that nothing edited touches may have gone another way than its inputs say; `unexplained`: no reason is known."""
    events = [stored.event for stored in run.stream]
    kinds = {event.kind for event in events}
    for code, which in OUTSIDE:
        if kinds & which:
            return code
    return "late" if _is_late(events) else "unexplained"


def _is_late(events: Sequence[Event]) -> bool:
    """Whether a lane was behind: what moved the person had happened before the step that it led to."""
    for event in events:
        due = event.data.get("due") if event.kind == "wait_ended" else event.data.get("since")
        if due and due != event.at.isoformat() and event.kind in MOVES | {"wait_ended"}:
            return True
    return False
