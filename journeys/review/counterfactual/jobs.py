"""Counterfactuals as jobs: asked for, and run by a worker, on the queue of forecasts and by their rules."""

from collections.abc import Callable, Iterable, Mapping
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from journeys.forecast.life import OPEN, Beat, Life, Wanted
from journeys.forecast.processes import ForecastCancelled, run_in_processes
from journeys.models import Counterfactual, CounterfactualRun, Journey
from journeys.review.counterfactual.comparing import Differing
from journeys.review.counterfactual.part import prepare, run_part
from journeys.review.counterfactual.recorded import size_of
from journeys.review.counterfactual.request import asked
from journeys.review.counterfactual.result import result
from journeys.review.counterfactual.tally import Tally
from journeys.runtime import nudges
from workspaces.errors import DomainError

# Of one workspace; each takes a worker's time for minutes.
MOST_OPEN: Final = 5
# Of one journey: what came before them is of no use any more, and has rows for every run that differed.
KEPT: Final = 20
LIFE: Final = Life(Counterfactual)
RUN: Final = "journeys.review.counterfactual.jobs.work_part"


class TooManyCounterfactuals(DomainError):
    """So many counterfactuals of the workspace have not ended that another would only wait."""

    def __init__(self) -> None:
        super().__init__("too_many_counterfactuals", f"{MOST_OPEN} counterfactuals have not ended yet.", status=409)


def ask(journey: Journey, body: Any, now: datetime) -> Counterfactual:
    """Ask for a counterfactual; a worker takes it up. Of those that have ended the newest `KEPT` stay.

    Raises CounterfactualError, InvalidGraph and TooManyCounterfactuals.
    """
    request = asked(journey, body, now)
    with transaction.atomic():
        if LIFE.waiting_of(journey.workspace_id) >= MOST_OPEN:
            raise TooManyCounterfactuals
        ended = Counterfactual.objects.filter(journey=journey).exclude(state__in=OPEN).order_by("-id")
        Counterfactual.objects.filter(pk__in=list(ended.values_list("pk", flat=True)[KEPT - 1 :])).delete()
        row = Counterfactual.objects.create(
            workspace_id=journey.workspace_id, journey=journey, request=request.model_dump(mode="json")
        )
        nudges.counterfactual_after_commit(row.pk)
    return row


def perform(id_: UUID, wanted: Wanted) -> None:
    """Run a counterfactual to its end in processes of its own, and store what comes out.

    Nothing happens if it is cancelled or has ended. Raises ForecastFailed.
    """
    row = LIFE.begun(id_)
    if row is None:
        return
    # Of an attempt that a worker did not bring to its end.
    CounterfactualRun.objects.filter(counterfactual_id=id_).delete()
    setup = prepare(row.workspace_id, row.journey_id, row.request)
    people = min(size_of(row.journey_id, setup.ready), setup.ready.most)
    tally = Tally()
    try:
        run_in_processes(
            RUN, (row.workspace_id, row.journey_id, row.request, id_), people, tally, Beat(LIFE, id_, wanted)
        )
    except ForecastCancelled:
        CounterfactualRun.objects.filter(counterfactual_id=id_).delete()
        return
    LIFE.finish(id_, result(setup, tally))


def work_part(
    workspace: UUID,
    journey: UUID,
    request: Mapping[str, Any],
    id_: UUID,
    part: int,
    parts: int,
    report: Callable[[float], None],
) -> Tally:
    """The work of one process (`journeys.forecast.child.Task`)."""
    setup = prepare(workspace, journey, request)
    return run_part(setup, part, parts, lambda found: keep(workspace, id_, found), report)


def keep(workspace: UUID, id_: UUID, found: Iterable[Differing]) -> None:
    """Store runs that differ."""
    CounterfactualRun.objects.bulk_create(
        (
            CounterfactualRun(
                workspace_id=workspace,
                counterfactual_id=id_,
                enrollment_id=UUID(one.run),
                profile_id=UUID(one.profile),
                change=one.change,
                gained=one.gained,
                lost=one.lost,
                refusal=one.refusal,
                recorded=one.recorded,
                simulated=one.simulated,
            )
            for one in found
        ),
        batch_size=1000,
    )
