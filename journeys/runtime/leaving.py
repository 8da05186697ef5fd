"""Ending or retrying a run from outside the path: an operator, an API client, a stopped journey."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from journeys.choices import ActKind, ChangeKind
from journeys.engine.enrollment import Enrollment as State
from journeys.engine.enrollment import Event, evolve
from journeys.engine.step import Step, leave
from journeys.models import Enrollment, Journey, MassAct
from journeys.runtime import acts
from journeys.runtime.batches import Chosen, one_by_one, record
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


def ask_exit(
    journey: Journey,
    filters: Filters,
    now: datetime,
    user: User | None,
    reason: str = "operator",
    kind: ActKind = ActKind.EXIT,
) -> MassAct:
    """Ask that every live run of a journey that the filters choose ends. Raises ActUnderWay."""
    return acts.ask(journey, kind, {**_given(filters), "reason": reason}, _chosen(filters), user, now)


def ask_retry(journey: Journey, filters: Filters, now: datetime, user: User | None, reason: str = "") -> MassAct:
    """Ask that the failed steps of those whom the filters choose are tried again. Raises ActUnderWay."""
    return acts.ask(journey, ActKind.RETRY, {**_given(filters), "reason": reason}, _chosen(filters, STUCK), user, now)


def exit_some(journey: Journey, filters: Filters, now: datetime, user: User | None, reason: str = "operator") -> int:
    """End runs in the calling thread. Returns how many."""
    return int(acts.perform(ask_exit(journey, filters, now, user, reason), now)["changed"])


def retry_some(journey: Journey, filters: Filters, now: datetime, user: User | None, reason: str = "") -> int:
    """Retry people in the calling thread. Returns how many."""
    return int(acts.perform(ask_retry(journey, filters, now, user, reason), now)["changed"])


def exit_work(act: MassAct, now: datetime) -> acts.Work:
    """`acts.WORK`. That a stopped journey was stopped is in its change log by then."""
    reason = act.request["reason"]
    change = one_by_one(lambda state: leave(state, reason, now) if state.is_live else None)
    return acts.Work(_chosen(_filters(act)), change, _noting(ChangeKind.EXITED if act.kind == ActKind.EXIT else None))


def retry_work(act: MassAct, now: datetime) -> acts.Work:
    """`acts.WORK`."""
    change = one_by_one(lambda state: _retried(state, now) if _is_stuck(state) else None)
    return acts.Work(_chosen(_filters(act), STUCK), change, _noting(ChangeKind.RETRIED))


def _noting(kind: ChangeKind | None) -> Callable[[MassAct, datetime], dict[str, Any]]:
    def finish(act: MassAct, now: datetime) -> dict[str, Any]:
        if kind is not None:
            note(act.journey, kind, now, act.asked_by, {**act.request, "changed": act.changed})
        return {"changed": act.changed}

    return finish


def _filters(act: MassAct) -> Filters:
    return Filters(**{name: act.request[name] for name in Filters._fields if name in act.request})


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
