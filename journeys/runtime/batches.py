"""Change many enrollments of a journey while its lanes run: batches, each its own transaction.

A tick locks its people in the order in which they are due, which is nobody else's order. So a batch takes the rows that
are free and waits for the others one at a time, holding nothing meanwhile: it can be in no deadlock.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple
from uuid import UUID

from django.db import transaction

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

AT_ONCE = 2000
FIRST = UUID(int=0)
_CHOSEN = "e.journey_id = %(journey)s and e.ended_at is null and {condition}"
PAGE = f"select e.id from journeys_enrollment e where {_CHOSEN} and e.id > %(after)s order by e.id limit %(limit)s"
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


def change_each(
    journey: Journey,
    chosen: Chosen,
    change: Change,
    *,
    check: Callable[[], None] = lambda: None,
    written: Callable[[list[Step]], None] = lambda steps: None,
    at_once: int = AT_ONCE,
) -> int:
    """Change everyone who is chosen, and nudge their lanes. Returns how many were changed.

    `check` is called in each batch's transaction once its rows are locked; what it raises ends the work, and the
    batches before it stand. `written` is called there too, with what was done. The caller has no transaction open, or
    all of this is in that one.
    """
    changed = 0
    for ids in _pages(journey, chosen, at_once):
        left = set(ids)
        while left:
            with transaction.atomic():
                rows = _lock(journey, chosen, sorted(left), wait=False)
                done = {row["id"] for row in rows}
                if not rows:
                    left = _still(journey, chosen, left)
                    if not left:
                        break
                    first = min(left)
                    rows, done = _lock(journey, chosen, [first], wait=True), {first}
                check()
                results = change([state_of(row) for row in rows])
                steps = [(row, step) for row, step in zip(rows, results, strict=True) if step is not None]
                record(journey, steps)
                if steps:
                    written([step for _, step in steps])
            changed += len(steps)
            left -= done
    return changed


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


def _pages(journey: Journey, chosen: Chosen, size: int) -> Iterator[list[str]]:
    after = FIRST
    statement = PAGE.format(condition=chosen.condition)
    while True:
        rows = query(statement, {**chosen.values, "journey": journey.pk, "after": after, "limit": size})
        if not rows:
            return
        yield [str(row["id"]) for row in rows]
        after = rows[-1]["id"]


def _still(journey: Journey, chosen: Chosen, ids: set[str]) -> set[str]:
    """Those who are chosen still: a tick that held them may have moved them out of the choice."""
    statement = _STILL.format(condition=chosen.condition)
    return {row["id"] for row in query(statement, {**chosen.values, "journey": journey.pk, "ids": sorted(ids)})}


def _lock(journey: Journey, chosen: Chosen, ids: list[str], *, wait: bool) -> list[dict[str, Any]]:
    statement = _LOCK.format(condition=chosen.condition) + ("" if wait else " skip locked")
    return query(statement, {**chosen.values, "journey": journey.pk, "ids": ids})
