"""Ending or retrying a run from outside the path: an operator, an API client, a stopped journey."""

from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from journeys.choices import ChangeKind
from journeys.engine.enrollment import Enrollment as State
from journeys.engine.enrollment import Event, evolve
from journeys.engine.step import Step, leave
from journeys.models import Enrollment, Journey
from journeys.runtime.batches import Chosen, change_each, one_by_one, record
from journeys.runtime.changes import note
from journeys.store.postgres import query
from journeys.store.rows import state_of
from journeys.store.sql import CLAIM_COLUMNS
from workspaces.errors import DomainError

LOCK_ONE = f"select {CLAIM_COLUMNS} from journeys_enrollment e where e.id = %(id)s for update"
STUCK = "(e.state = 'failed' or e.context ? 'attempts')"


class Filters(NamedTuple):
    """Which people of a journey, as a list of them is filtered; `version` is the version's number. None: any."""

    node: str | None = None
    state: str | None = None
    version: int | None = None


def exit_enrollment(enrollment: Enrollment, now: datetime, reason: str = "operator") -> None:
    """End a live run now. Raises DomainError `wrong_state` if it has ended already."""
    with transaction.atomic():
        row = _locked(enrollment)
        state = state_of(row)
        if not state.is_live:
            raise DomainError("wrong_state", f"The enrollment has ended: it is {state.state}.", status=409)
        record(enrollment.journey, [(row, leave(state, reason, now))])


def retry_enrollment(enrollment: Enrollment, now: datetime) -> None:
    """Try a failed step again now. Raises DomainError `wrong_state` if no step has failed."""
    with transaction.atomic():
        row = _locked(enrollment)
        state = state_of(row)
        if not _is_stuck(state):
            raise DomainError("wrong_state", f"No step has failed: the enrollment is {state.state}.", status=409)
        record(enrollment.journey, [(row, _retried(state, now))])


def exit_everyone(journey: Journey, reason: str, now: datetime, filters: Filters | None = None) -> int:
    """End every live run of a journey that the filters choose, in batches. Returns how many."""
    chosen = _chosen(filters or Filters())
    return change_each(journey, chosen, one_by_one(lambda state: leave(state, reason, now) if state.is_live else None))


def exit_some(journey: Journey, filters: Filters, now: datetime, user: User | None, reason: str = "operator") -> int:
    """The same as an operator's act, with its entry in the change log."""
    changed = exit_everyone(journey, reason, now, filters)
    note(journey, ChangeKind.EXITED, now, user, {**_given(filters), "reason": reason, "changed": changed})
    return changed


def retry_some(journey: Journey, filters: Filters, now: datetime, user: User | None, reason: str = "") -> int:
    """Try again now, in batches, the failed steps of those whom the filters choose. Returns how many."""
    chosen = _chosen(filters, STUCK)
    changed = change_each(journey, chosen, one_by_one(lambda state: _retried(state, now) if _is_stuck(state) else None))
    note(journey, ChangeKind.RETRIED, now, user, {**_given(filters), "reason": reason, "changed": changed})
    return changed


def _locked(enrollment: Enrollment) -> dict[str, Any]:
    return query(LOCK_ONE, {"id": enrollment.pk})[0]


def _is_stuck(state: State) -> bool:
    return state.is_live and (state.state == "failed" or state.attempts > 0)


def _retried(state: State, now: datetime) -> Step:
    event = Event("step_retried", state.node, now, {"was": state.state})
    return Step(evolve(state, event), (event,))


def _given(filters: Filters) -> dict[str, Any]:
    return {name: value for name, value in filters._asdict().items() if value is not None}


def _chosen(filters: Filters, condition: str = "true") -> Chosen:
    values = _given(filters)
    conditions = [condition]
    if "node" in values:
        conditions.append("e.node = %(node)s")
    if "state" in values:
        conditions.append("e.state = %(state)s")
    if "version" in values:
        conditions.append(
            "e.version_id in (select v.id from journeys_journeyversion v"
            " where v.journey_id = %(journey)s and v.number = %(version)s)"
        )
    return Chosen(" and ".join(conditions), values)
