"""Two people are one, or two again: their runs follow, in the transaction of the merge.

Rules: docs/reference/identity.md. Each run says in its stream whose it became, so that a fold and a replay go by whom it
was of at each step. Lanes are kept out (`keep_lanes_out`) before anybody is locked.
"""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from journeys.choices import JourneyState
from journeys.engine.enrollment import Enrollment, Event, evolve, fold
from journeys.engine.step import Step, leave
from journeys.models import JourneyVersion
from journeys.projections.counter_rows import MERGES
from journeys.projections.counters import count_events, first_version
from journeys.realtime.notify import announce
from journeys.runtime import merging_sql as sql
from journeys.runtime import nudges, tasks
from journeys.runtime.plans import plan_of
from journeys.runtime.replay import stream_of
from journeys.store import postgres as store
from journeys.store.lane import lane_number, lane_of
from journeys.store.lane_lock import lock_lanes_of
from journeys.store.rows import state_of
from profiles.merging.facts import PeopleMerged, PeopleUnmerged
from workspaces.models import Workspace

REASON = "merged"


class Run(NamedTuple):
    """A locked row, and where its run stands after what has been done to it."""

    row: Mapping[str, Any]
    step: Step

    @property
    def id(self) -> UUID:
        return UUID(self.row["id"])


def keep_lanes_out(workspace: Workspace, people: Sequence[UUID]) -> None:
    """Listener of `profiles.merging.facts.merges_ahead`."""
    lock_lanes_of(workspace.id, workspace.lanes, people)
    # News of a message is written by whoever has its row, into the lane that its run is in.
    store.query(sql.LOCK_MESSAGES, {"workspace": workspace.id, "people": list(people)})


def people_merged(workspace: Workspace, facts: Sequence[PeopleMerged]) -> None:
    """Listener: the merged person's runs are the survivor's; of two that a journey would not allow, the earlier goes on."""
    for fact in facts:
        values = {"survivor": fact.survivor_id, "merged": fact.merged_id}
        rows = store.query(sql.RUNS_OF_BOTH, values)
        mine = [row for row in rows if row["profile_id"] == str(fact.merged_id)]
        fact.notes["keys"] = {row["id"]: row["idempotency_key"] for row in store.query(sql.FREE_KEYS, values)}
        steps = {row["id"]: _given(row, fact) for row in mine}
        for row in _one_too_many(rows):
            before = steps.get(row["id"], Step(state_of(row), ()))
            ended = leave(before.enrollment, REASON, fact.at, {"merge": str(fact.merge_id)})
            steps[row["id"]] = ended._replace(events=(*before.events, *ended.events))
        runs = [Run(row, steps[row["id"]]) for row in rows if row["id"] in steps]
        _write(workspace, runs, fact.at)
        _hand_over(workspace, [UUID(row["id"]) for row in mine], fact.survivor_id)
        _nudge(workspace, runs)


def people_unmerged(workspace: Workspace, facts: Sequence[PeopleUnmerged]) -> None:
    """Listener: the runs that the merge brought go back, and those that it ended go on where they were."""
    for fact in facts:
        rows = store.query(sql.RUNS_OF_MERGE, {"survivor": fact.survivor_id, "merge": str(fact.merge_id)})
        busy = _live_stories(store.query(sql.LIVE, {"profile": fact.survivor_id}))
        runs = [Run(row, _taken_back(row, fact, busy)) for row in rows]
        _write(workspace, runs, fact.at)
        back = [UUID(row["id"]) for row in rows if row["was_merged"]]
        _hand_over(workspace, back, fact.merged_id, fact.survivor_id)
        store.execute(
            sql.RESTORE_KEYS,
            {"ids": list(fact.notes.get("keys", {})), "keys": list(fact.notes.get("keys", {}).values())},
        )
        _nudge(workspace, runs)


def _given(row: Mapping[str, Any], fact: PeopleMerged) -> Step:
    state = state_of(row)
    data = {"from_profile": state.profile, "to_profile": str(fact.survivor_id), "merge": str(fact.merge_id)}
    event = Event("profile_merged", state.node, fact.at, data)
    return Step(evolve(state, event), (event,))


def _one_too_many(rows: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """The live runs that must end: of each story all but the earliest, where the journey allows one at a time."""
    stories: dict[tuple[str, str | None], list[Mapping[str, Any]]] = defaultdict(list)
    for row in rows:
        if row["ended_at"] is None and _one_at_a_time(row["version_id"]):
            stories[row["journey_id"], row["entry_key"]].append(row)
    return [
        row
        for of_story in stories.values()
        for row in sorted(of_story, key=lambda row: (row["enrolled_at"], row["id"]))[1:]
    ]


def _one_at_a_time(version: str) -> bool:
    try:
        return plan_of(version).settings.entry.reentry.mode != "always"
    except (JourneyVersion.DoesNotExist, ValueError):
        # A version that cannot be run does nothing, so neither of two is one too many.
        return False


def _live_stories(rows: Sequence[Mapping[str, Any]]) -> set[tuple[str, str | None]]:
    return {(row["journey_id"], row["entry_key"]) for row in rows}


def _taken_back(row: Mapping[str, Any], fact: PeopleUnmerged, busy: set[tuple[str, str | None]]) -> Step:
    state = state_of(row)
    to_profile = str(fact.merged_id) if row["was_merged"] else state.profile
    data: dict[str, Any] = {"from_profile": state.profile, "to_profile": to_profile, "merge": str(fact.merge_id)}
    goes_on = row["was_ended"] and row["journey_state"] in {JourneyState.LIVE, JourneyState.PAUSED}
    # The survivor's own run ended for another; while they have that story again, it stays over.
    rival = not row["was_merged"] and (row["journey_id"], row["entry_key"]) in busy - _leaving(fact)
    if goes_on and not rival:
        data["resume"] = _place(state, fact)
    event = Event("profile_unmerged", state.node, fact.at, data)
    return Step(evolve(state, event), (event,))


def _leaving(fact: PeopleUnmerged) -> set[tuple[str, str | None]]:
    """The stories of live runs that go back with the merged person."""
    rows = store.query(sql.LIVE_OF_MERGE, {"survivor": fact.survivor_id, "merge": str(fact.merge_id)})
    return _live_stories(rows)


def _place(state: Enrollment, fact: PeopleUnmerged) -> dict[str, Any]:
    """Where the run stood when the merge ended it, by its own stream."""
    stream = [stored.event for stored in stream_of(UUID(state.id))]
    end = next(
        place
        for place, event in enumerate(stream)
        if event.kind == "exited" and event.data.get("merge") == str(fact.merge_id)
    )
    blank = Enrollment(state.id, state.profile, state.journey, "", state.enrolled_at, state.properties)
    was = fold(blank, stream[:end])
    due = was.due_at.isoformat() if was.due_at else None
    return {"state": was.state, "due": due, "wait": None if was.wait is None else dict(was.wait)}


def _write(workspace: Workspace, runs: Sequence[Run], at: datetime) -> None:
    if not runs:
        return
    counts: Counter[tuple[str, str, str]] = Counter()
    for run in runs:
        count_events(counts, first_version(run.step.enrollment.version, run.step.events), run.step.events)
    store.append(
        workspace.id, [store.Appended(run.step.enrollment, run.row["seq"] + 1, run.step.events) for run in runs]
    )
    ended = [run.step for run in runs if run.step.events[-1].kind == "exited"]
    if ended:
        tasks.follow(ended)
    resumed = [run.id for run in runs if "resume" in run.step.events[-1].data]
    if resumed:
        store.execute(sql.REOPEN_TASKS, {"runs": resumed})
    # Rows of their own: what an admission of the same transaction counts comes after, and nobody waits in a circle.
    store.add_counts(workspace.id, MERGES.row(), {key: value for key, value in counts.items() if value})
    announce({run.step.enrollment.journey for run in runs})


def _hand_over(workspace: Workspace, runs: list[UUID], to: UUID, holder: UUID | None = None) -> None:
    """Write whose these runs are now, with their lane, what waits for them, and what they have made.

    `holder` has the messages and calls that the runs have made since; a merge itself moves those of before.
    """
    if not runs:
        return
    values = {"runs": runs, "to": to, "lane": lane_number(to, workspace.lanes), "workspace": workspace.id}
    for statement in (sql.GIVE_RUNS, sql.MOVE_INBOX, sql.GIVE_CONVERSIONS, sql.GIVE_TASKS):
        store.execute(statement, values)
    if holder is not None:
        for statement in (sql.GIVE_MESSAGES, sql.GIVE_CALLS):
            store.execute(statement, {**values, "holder": holder})


def _nudge(workspace: Workspace, runs: Sequence[Run]) -> None:
    lanes = []
    for run in runs:
        state = run.step.enrollment
        if state.is_live:
            person = UUID(state.profile)
            number = None if run.row["lane"] is None else lane_number(person, workspace.lanes)
            lanes.append(lane_of(workspace.id, number, UUID(state.journey), person))
    nudges.lanes_after_commit(lanes)
