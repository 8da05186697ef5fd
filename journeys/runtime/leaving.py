"""Ending or retrying a run from outside the path: an operator, an API client, a stopped journey."""

from collections import Counter
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from journeys.engine.enrollment import Event, evolve
from journeys.engine.step import Step, leave
from journeys.models import Enrollment, Journey
from journeys.projections.counter_rows import OPERATORS
from journeys.projections.counters import count_events
from journeys.realtime.notify import announce
from journeys.runtime import nudges
from journeys.store import postgres as store
from journeys.store.lane import lane_of
from journeys.store.postgres import query
from journeys.store.rows import state_of
from journeys.store.sql import CLAIM_COLUMNS
from workspaces.errors import DomainError

AT_ONCE = 2000
LOCK_ONE = f"select {CLAIM_COLUMNS} from journeys_enrollment e where e.id = %(id)s for update"
LOCK_SOME = f"""
select {CLAIM_COLUMNS} from journeys_enrollment e
where e.journey_id = %(journey)s and e.ended_at is null order by e.id limit %(limit)s for update
"""


def exit_enrollment(enrollment: Enrollment, now: datetime, reason: str = "operator") -> None:
    """End a live run now. Raises DomainError `wrong_state` if it has ended already."""
    with transaction.atomic():
        row = _locked(enrollment)
        state = state_of(row)
        if not state.is_live:
            raise DomainError("wrong_state", f"The enrollment has ended: it is {state.state}.", status=409)
        _store(enrollment.workspace_id, [(row, leave(state, reason, now))])


def retry_enrollment(enrollment: Enrollment, now: datetime) -> None:
    """Try a failed step again now. Raises DomainError `wrong_state` if no step has failed."""
    with transaction.atomic():
        row = _locked(enrollment)
        state = state_of(row)
        if state.state != "failed" and not state.attempts:
            raise DomainError("wrong_state", f"No step has failed: the enrollment is {state.state}.", status=409)
        event = Event("step_retried", state.node, now, {"was": state.state})
        _store(enrollment.workspace_id, [(row, Step(evolve(state, event), (event,)))])
        nudges.lanes_after_commit(
            {lane_of(enrollment.workspace_id, row["lane"], enrollment.journey_id, enrollment.profile_id)}
        )


def exit_everyone(journey: Journey, reason: str, now: datetime) -> int:
    """End every live run of a journey, a batch at a time inside the caller's transaction. Returns how many."""
    ended = 0
    while True:
        rows = query(LOCK_SOME, {"journey": journey.pk, "limit": AT_ONCE})
        if not rows:
            return ended
        _store(journey.workspace_id, [(row, leave(state_of(row), reason, now)) for row in rows])
        ended += len(rows)


def _locked(enrollment: Enrollment) -> dict[str, Any]:
    return query(LOCK_ONE, {"id": enrollment.pk})[0]


def _store(workspace: Any, steps: Sequence[tuple[dict[str, Any], Step]]) -> None:
    counts: Counter[tuple[str, str, str]] = Counter()
    for row, step in steps:
        count_events(counts, row["version_id"], step.events)
    store.append(workspace, [store.Appended(step.enrollment, row["seq"] + 1, step.events) for row, step in steps])
    store.add_counts(workspace, OPERATORS.row(), counts)
    announce({row["journey_id"] for row, _ in steps})
