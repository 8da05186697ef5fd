"""Acts upon many people of a journey: durable jobs, done batch by batch by whoever is at it.

Each batch is one transaction that locks the act's row, so two who are at the same act take turns. An act that is small
is done where it is asked for; a bigger one by a worker. Either may end in the middle: the sweep finds what is left.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.contrib.auth.models import User
from django.db import IntegrityError, InterfaceError, OperationalError, transaction
from django.utils.module_loading import import_string

from journeys.choices import ActKind, ActState
from journeys.engine.step import Step
from journeys.models import Journey, MassAct
from journeys.models.mass_act import OPEN_ACTS
from journeys.runtime import nudges
from journeys.runtime.batches import Change, Chosen, change_batch, count_of, page_of
from workspaces.errors import DomainError

AT_ONCE = 2000
# What a request does itself: a second or so of work.
SMALL = 2000
MOST_FAILURES = 5
# A request that does an act itself, or a worker, writes a batch more often than that.
SILENCE = timedelta(seconds=10)


class Work(NamedTuple):
    """What an act does: to whom, what, and how it ends.

    `check` and `written` are those of `change_batch`. `finish` is called in the transaction that ends the act, with the
    act and the time; it does what remains for the journey and returns the result, which is JSON.
    """

    chosen: Chosen
    change: Change
    finish: Callable[[MassAct, datetime], dict[str, Any]]
    check: Callable[[], None] = lambda: None
    written: Callable[[list[Step]], None] = lambda steps: None


# By kind: a function of the act and of the time of the batch.
WORK: Final[Mapping[str, str]] = {
    ActKind.MIGRATION: "journeys.runtime.migrating.work",
    ActKind.RESUME: "journeys.runtime.pausing.work",
    ActKind.STOP: "journeys.runtime.leaving.exit_work",
    ActKind.EXIT: "journeys.runtime.leaving.exit_work",
    ActKind.RETRY: "journeys.runtime.leaving.retry_work",
}


class ActUnderWay(DomainError):
    """An act of the same kind upon the journey's people has not ended."""

    def __init__(self, kind: str) -> None:
        super().__init__("act_under_way", f"A {kind} of this journey's people is still under way.", status=409)


def ask(
    journey: Journey, kind: ActKind, request: Mapping[str, Any], chosen: Chosen, user: User | None, now: datetime
) -> MassAct:
    """Write down what is to be done; a worker is nudged after the commit unless it is small. Raises ActUnderWay."""
    act = MassAct(
        workspace_id=journey.workspace_id,
        journey=journey,
        kind=kind,
        request=dict(request),
        total=count_of(journey, chosen),
        asked_by=user,
        asked_at=now,
        beat_at=now,
    )
    try:
        with transaction.atomic():
            act.save(force_insert=True)
            if act.total > SMALL:
                nudges.act_after_commit(act.pk)
    except IntegrityError as error:
        if "act_open_once" in str(error):
            raise ActUnderWay(kind) from error
        raise
    return act


def is_open(journey: Journey, kind: ActKind) -> bool:
    return MassAct.objects.filter(journey=journey, kind=kind, state__in=OPEN_ACTS).exists()


def finish_if_small(act: MassAct, now: datetime) -> bool:
    """Do a small act here and now; False: it is a worker's. Raises what the act fails with."""
    if act.total <= SMALL:
        perform(act, now)
    return act.total <= SMALL


def perform(act: MassAct, now: datetime, at_once: int = AT_ONCE) -> dict[str, Any]:
    """Do all of it in the calling thread, and return its result. Raises DomainError if it is refused on the way."""
    try:
        while _batch(act.pk, now, at_once):
            pass
    except DomainError as error:
        _fail(act.pk, error, now)
        raise
    act.refresh_from_db()
    assert act.result is not None
    result: dict[str, Any] = act.result
    return result


def advance_act(act_id: UUID, now: datetime, at_once: int = AT_ONCE) -> bool:
    """Do the next batch, in a transaction of its own; tell whether there is more.

    What a batch fails with is recorded, and tried again; after MOST_FAILURES tries, or when it is refused, the act has
    failed. Raises only if the database cannot be reached.
    """
    try:
        return _batch(act_id, now, at_once)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, an operator sees it beside the act
        return _fail(act_id, error, now)


def overdue(now: datetime) -> list[UUID]:
    """Acts that nobody is at."""
    silent = MassAct.objects.filter(state__in=OPEN_ACTS, beat_at__lt=now - SILENCE)
    return list(silent.order_by("beat_at").values_list("pk", flat=True))


def _batch(act_id: UUID, now: datetime, at_once: int) -> bool:
    with transaction.atomic():
        act = _locked(act_id)
        if act.state not in OPEN_ACTS:
            return False
        if act.state == ActState.QUEUED:
            act.state, act.started_at = ActState.RUNNING, now
        work: Work = import_string(WORK[act.kind])(act, now)
        if not act.pending:
            _open_page(act, work, at_once)
        if act.pending:
            ids = [str(one) for one in act.pending]
            batch = change_batch(act.journey, work.chosen, ids, work.change, check=work.check, written=work.written)
            act.pending = [UUID(one) for one in ids if one not in batch.done]
            act.done += len(batch.done)
            act.changed += batch.changed
        else:
            work.check()
            act.result = work.finish(act, now)
            act.state, act.finished_at = ActState.DONE, now
        act.failures, act.error, act.beat_at = 0, "", now
        act.save()
        return act.state in OPEN_ACTS


def _open_page(act: MassAct, work: Work, size: int) -> None:
    ids = page_of(act.journey, work.chosen, act.cursor, size)
    if ids:
        act.pending = [UUID(one) for one in ids]
        act.cursor = act.pending[-1]


def _locked(act_id: UUID) -> MassAct:
    acts = MassAct.objects.select_for_update(of=("self",)).select_related("journey__live_version")
    return acts.defer("journey__draft", "journey__live_version__graph").get(pk=act_id)


def _fail(act_id: UUID, error: Exception, now: datetime) -> bool:
    with transaction.atomic():
        act = _locked(act_id)
        if act.state not in OPEN_ACTS:
            return False
        act.error = f"{getattr(error, 'code', type(error).__name__)}: {error}"[:2000]
        act.failures += 1
        act.beat_at = now
        if isinstance(error, DomainError) or act.failures >= MOST_FAILURES:
            act.state, act.finished_at = ActState.FAILED, now
        act.save()
        return act.state in OPEN_ACTS
