"""The life of a forecast's row: asked for, begun by a worker, beaten, cancelled, done or failed."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import F, Q

from journeys.choices import ForecastState
from journeys.forecast import audience
from journeys.forecast.processes import ForecastCancelled, run_in_processes
from journeys.forecast.result import result
from journeys.forecast.setup import asked, prepare
from journeys.models import Forecast, Journey
from journeys.runtime import nudges
from workspaces.errors import DomainError

OPEN = (ForecastState.QUEUED, ForecastState.RUNNING)
# Of one workspace; each takes a worker's time for up to a minute.
MOST_OPEN = 10
MOST_ATTEMPTS = 3
# A worker that is at it says so twice a second.
SILENCE = timedelta(seconds=30)
# A nudge takes no longer than that; one that was lost is made good by the sweep.
NUDGE_TAKES = timedelta(seconds=5)


class TooManyForecasts(DomainError):
    """So many forecasts of the workspace have not ended that another would only wait."""

    def __init__(self) -> None:
        super().__init__("too_many_forecasts", f"{MOST_OPEN} forecasts have not ended yet.", status=409)


def ask(journey: Journey, body: Any, now: datetime) -> Forecast:
    """Ask for a forecast; a worker takes it up. Raises ForecastError, InvalidGraph and TooManyForecasts."""
    request = asked(journey, body, now)
    with transaction.atomic():
        if Forecast.objects.filter(workspace_id=journey.workspace_id, state__in=OPEN).count() >= MOST_OPEN:
            raise TooManyForecasts
        forecast = Forecast.objects.create(
            workspace_id=journey.workspace_id, journey=journey, request=request.model_dump(mode="json")
        )
        nudges.forecast_after_commit(forecast.pk)
    return forecast


def cancel(forecast: Forecast, now: datetime) -> None:
    """Say that the forecast is not wanted any more; its worker sees it within a second. One that has ended stays as it is."""
    _open(forecast.pk).update(state=ForecastState.CANCELLED, finished_at=now)
    forecast.refresh_from_db()


def overdue(now: datetime) -> list[UUID]:
    """Forecasts that no worker has taken up, or whose worker has fallen silent."""
    waiting = Q(state=ForecastState.QUEUED, created_at__lt=now - NUDGE_TAKES)
    silent = Q(state=ForecastState.RUNNING, beat_at__lt=now - SILENCE)
    return list(Forecast.objects.filter(waiting | silent).order_by("created_at").values_list("pk", flat=True))


def fail(forecast: UUID, error: str) -> None:
    _open(forecast).update(state=ForecastState.FAILED, error=error[:500], finished_at=datetime.now(UTC))


def perform(forecast: UUID, wanted: "Wanted") -> None:
    """Run a forecast to its end in processes of its own, and store what comes out.

    Nothing happens if it is cancelled or has ended. One that `MOST_ATTEMPTS` workers have begun and not brought to an
    end is failed: it is what ends them. Raises ForecastFailed.
    """
    row = _begun(forecast)
    if row is None:
        return
    setup = prepare(row.workspace_id, row.journey_id, row.request)
    people = audience.size_of(setup.workspace.pk, setup.plan, setup.request)
    request = setup.request.model_dump(mode="json")
    try:
        tally = run_in_processes(row.workspace_id, row.journey_id, request, people, Beat(forecast, wanted))
    except ForecastCancelled:
        return
    done = result(setup.workspace, setup.plan, setup.request, tally)
    _open(forecast).update(state=ForecastState.DONE, progress=1.0, result=done, finished_at=datetime.now(UTC))


class Wanted:
    """Whether whoever runs a forecast still wants it."""

    def __init__(self) -> None:
        self._wanted = True

    def __bool__(self) -> bool:
        return self._wanted

    def no_longer(self) -> None:
        self._wanted = False


class Beat:
    """Writes down how far a forecast is, and tells whether it is still wanted."""

    EVERY = timedelta(milliseconds=500)

    def __init__(self, forecast: UUID, wanted: Wanted) -> None:
        self._forecast = forecast
        self._wanted = wanted
        self._last = datetime.min.replace(tzinfo=UTC)

    def __call__(self, share: float) -> bool:
        now = datetime.now(UTC)
        if now - self._last >= self.EVERY:
            self._last = now
            # The row itself says whether somebody has cancelled it.
            if not _open(self._forecast).update(progress=min(share, 0.99), beat_at=now):
                return False
        return bool(self._wanted)


def _begun(forecast: UUID) -> Forecast | None:
    """Begin the next attempt; None if there is nothing to do."""
    if _open(forecast).filter(attempts__gte=MOST_ATTEMPTS).exists():
        fail(forecast, f"The worker ended {MOST_ATTEMPTS} times before the forecast did.")
    now = datetime.now(UTC)
    if not _open(forecast).update(state=ForecastState.RUNNING, attempts=F("attempts") + 1, beat_at=now, progress=0):
        return None
    return Forecast.objects.get(pk=forecast)


def _open(forecast: UUID) -> Any:
    return Forecast.objects.filter(pk=forecast, state__in=OPEN)
