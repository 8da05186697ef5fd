"""Forecasts as jobs: asked for, and run by a worker."""

from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db import transaction

from journeys.forecast import audience
from journeys.forecast.life import MOST_ATTEMPTS, OPEN, SILENCE, Beat, Life, Wanted
from journeys.forecast.processes import ForecastCancelled, run_in_processes
from journeys.forecast.result import result
from journeys.forecast.setup import asked, prepare
from journeys.forecast.tally import Tally
from journeys.models import Forecast, Journey
from journeys.runtime import nudges
from workspaces.errors import DomainError

__all__ = ["MOST_ATTEMPTS", "OPEN", "SILENCE", "Wanted", "ask", "cancel", "fail", "overdue", "perform"]

# Of one workspace; each takes a worker's time for up to a minute.
MOST_OPEN = 10
LIFE: Final = Life(Forecast)
RUN: Final = "journeys.forecast.run.run_part"


class TooManyForecasts(DomainError):
    """So many forecasts of the workspace have not ended that another would only wait."""

    def __init__(self) -> None:
        super().__init__("too_many_forecasts", f"{MOST_OPEN} forecasts have not ended yet.", status=409)


def ask(journey: Journey, body: Any, now: datetime) -> Forecast:
    """Ask for a forecast; a worker takes it up. Raises ForecastError, InvalidGraph and TooManyForecasts."""
    request = asked(journey, body, now)
    with transaction.atomic():
        if LIFE.waiting_of(journey.workspace_id) >= MOST_OPEN:
            raise TooManyForecasts
        forecast = Forecast.objects.create(
            workspace_id=journey.workspace_id, journey=journey, request=request.model_dump(mode="json")
        )
        nudges.forecast_after_commit(forecast.pk)
    return forecast


def cancel(forecast: Forecast, now: datetime) -> None:
    """Say that the forecast is not wanted any more; its worker sees it within a second. One that has ended stays as it is."""
    LIFE.cancel(forecast, now)


def overdue(now: datetime) -> list[UUID]:
    """Forecasts that no worker has taken up, or whose worker has fallen silent."""
    return LIFE.overdue(now)


def fail(forecast: UUID, error: str) -> None:
    LIFE.fail(forecast, error)


def perform(forecast: UUID, wanted: Wanted) -> None:
    """Run a forecast to its end in processes of its own, and store what comes out.

    Nothing happens if it is cancelled or has ended. Raises ForecastFailed.
    """
    row = LIFE.begun(forecast)
    if row is None:
        return
    setup = prepare(row.workspace_id, row.journey_id, row.request)
    people = audience.size_of(setup.workspace.pk, setup.plan, setup.request)
    request = setup.request.model_dump(mode="json")
    tally = Tally()
    try:
        run_in_processes(RUN, (row.workspace_id, row.journey_id, request), people, tally, Beat(LIFE, forecast, wanted))
    except ForecastCancelled:
        return
    LIFE.finish(forecast, result(setup.workspace, setup.plan, setup.request, tally))
