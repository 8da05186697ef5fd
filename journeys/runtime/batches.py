"""Change many enrollments of a journey while its lanes run: batches, each its own transaction.

A tick locks its people in the order in which they are due, which is nobody else's order. So a batch takes the rows that
are free and waits for the others one at a time, holding nothing meanwhile: it can be in no deadlock.
"""

from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from journeys.engine.enrollment import Enrollment
from journeys.engine.step import Step
from journeys.models import Journey
from journeys.projections.counter_rows import OPERATORS
from journeys.projections.counters import count_events, first_version
from journeys.realtime.notify import announce
from journeys.runtime import nudges, tasks
from journeys.store import postgres as store
from journeys.store.lane import lane_of
from journeys.store.postgres import query
from journeys.store.rows import state_of
from journeys.store.sql import CLAIM_COLUMNS

FIRST = UUID(int=0)
_CHOSEN = "e.journey_id = %(journey)s and e.ended_at is null and {condition}"
PAGE = f"select e.id from journeys_enrollment e where {_CHOSEN} and e.id > %(after)s order by e.id limit %(limit)s"
_COUNT = f"select count(*) as people from journeys_enrollment e where {_CHOSEN}"
_STILL = f"select e.id::text as id from journeys_enrollment e where e.id = any(%(ids)s::uuid[]) and {_CHOSEN}"
# The condition is judged again on the newest row once it is locked.
_LOCK = f"""
select {CLAIM_COLUMNS} from journeys_enrollment e
where e.id = any(%(ids)s::uuid[]) and {_CHOSEN} order by e.id for no key update
"""


class Chosen(NamedTuple):
    """Which live enrollments of a journey: a condition over `journeys_enrollment e`, and its values."""

    condition: str = "true"
    values: Mapping[str, Any] = {}


Change = Callable[[list[Enrollment]], Sequence[Step | None]]
"""What happens to each of a batch, in their order; None: nothing."""


def one_by_one(change: Callable[[Enrollment], Step | None]) -> Change:
    return lambda states: [change(state) for state in states]


class Batch(NamedTuple):
    """Who has been dealt with, and for how many of them something has changed."""

    done: set[str]
    changed: int


def change_batch(
    journey: Journey,
    chosen: Chosen,
    ids: Collection[str],
    change: Change,
    *,
    check: Callable[[], None] = lambda: None,
    written: Callable[[list[Step]], None] = lambda steps: None,
) -> Batch:
    """Change those of `ids` who are free, or else the first of them as soon as they are, and nudge their lanes.

    The caller's transaction holds no other enrollment. `check` is called once the rows are locked; what it raises ends the
    work. `written` is called with what was done.
    """
    rows = _lock(journey, chosen, sorted(ids), wait=False)
    done = {row["id"] for row in rows}
    if not rows:
        still = _still(journey, chosen, ids)
        if not still:
            return Batch(set(ids), 0)
        first = min(still)
        # Whoever is not chosen any more needs no waiting for.
        rows, done = _lock(journey, chosen, [first], wait=True), {first} | (set(ids) - still)
    check()
    results = change([state_of(row) for row in rows])
    steps = [(row, step) for row, step in zip(rows, results, strict=True) if step is not None]
    record(journey, steps)
    if steps:
        written([step for _, step in steps])
    return Batch(done, len(steps))


def page_of(journey: Journey, chosen: Chosen, after: UUID | None, size: int) -> list[str]:
    """The next who are chosen, by id."""
    values = {**chosen.values, "journey": journey.pk, "after": after or FIRST, "limit": size}
    return [str(row["id"]) for row in query(PAGE.format(condition=chosen.condition), values)]


def count_of(journey: Journey, chosen: Chosen) -> int:
    rows = query(_COUNT.format(condition=chosen.condition), {**chosen.values, "journey": journey.pk})
    return int(rows[0]["people"])


def record(journey: Journey, steps: Sequence[tuple[Mapping[str, Any], Step]]) -> None:
    """Write what was done to locked rows, from outside a tick: log, rows, counters, nudges."""
    if not steps:
        return
    counts: Counter[tuple[str, str, str]] = Counter()
    for _, step in steps:
        count_events(counts, first_version(step.enrollment.version, step.events), step.events)
    store.append(
        journey.workspace_id, [store.Appended(step.enrollment, row["seq"] + 1, step.events) for row, step in steps]
    )
    tasks.follow([step for _, step in steps])
    store.add_counts(journey.workspace_id, OPERATORS.row(), {key: value for key, value in counts.items() if value})
    announce({str(journey.pk)})
    nudges.lanes_after_commit(
        {
            lane_of(journey.workspace_id, row["lane"], journey.pk, UUID(row["profile_id"]))
            for row, step in steps
            if _is_due(step)
        }
    )


def _is_due(step: Step) -> bool:
    """Whether the lane has something to do at once; it knows already of what it sleeps for."""
    due_at = step.enrollment.due_at
    return due_at is not None and due_at <= step.events[-1].at


def _still(journey: Journey, chosen: Chosen, ids: Collection[str]) -> set[str]:
    """Those who are chosen still: a tick that held them may have moved them out of the choice."""
    statement = _STILL.format(condition=chosen.condition)
    return {row["id"] for row in query(statement, {**chosen.values, "journey": journey.pk, "ids": sorted(ids)})}


def _lock(journey: Journey, chosen: Chosen, ids: list[str], *, wait: bool) -> list[dict[str, Any]]:
    statement = _LOCK.format(condition=chosen.condition) + ("" if wait else " skip locked")
    return query(statement, {**chosen.values, "journey": journey.pk, "ids": ids})
