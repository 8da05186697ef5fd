"""The life of a row that a worker runs in virtual time: open, begun, beaten, cancelled, done or failed."""

from datetime import UTC, datetime, timedelta
from typing import Any, Final, Generic, TypeVar
from uuid import UUID

from django.db.models import F, Q

from journeys.choices import ForecastState
from journeys.models.forecast import InVirtualTime

Row = TypeVar("Row", bound=InVirtualTime)

OPEN: Final = (ForecastState.QUEUED, ForecastState.RUNNING)
MOST_ATTEMPTS: Final = 3
# A worker that is at it says so twice a second.
SILENCE: Final = timedelta(seconds=30)
# A nudge takes no longer than that; one that was lost is made good by the sweep.
NUDGE_TAKES: Final = timedelta(seconds=5)


class Wanted:
    """Whether whoever runs something still wants it."""

    def __init__(self) -> None:
        self._wanted = True

    def __bool__(self) -> bool:
        return self._wanted

    def no_longer(self) -> None:
        self._wanted = False


class Life(Generic[Row]):
    """Moves the rows of one model. A row that has ended stays as it is."""

    def __init__(self, model: type[Row]) -> None:
        self._model = model

    def open(self, id_: UUID) -> Any:
        """A query set of the row, if it has not ended."""
        return self._rows.filter(pk=id_, state__in=OPEN)

    def waiting_of(self, workspace: UUID) -> int:
        """How many rows of a workspace have not ended."""
        return int(self._rows.filter(workspace_id=workspace, state__in=OPEN).count())

    def cancel(self, row: Row, now: datetime) -> None:
        """Say that it is not wanted any more; its worker sees it within a second."""
        self.open(row.pk).update(state=ForecastState.CANCELLED, finished_at=now)
        row.refresh_from_db()

    def overdue(self, now: datetime) -> list[UUID]:
        """Rows that no worker has taken up, or whose worker has fallen silent."""
        waiting = Q(state=ForecastState.QUEUED, created_at__lt=now - NUDGE_TAKES)
        silent = Q(state=ForecastState.RUNNING, beat_at__lt=now - SILENCE)
        return list(self._rows.filter(waiting | silent).order_by("created_at").values_list("pk", flat=True))

    def fail(self, id_: UUID, error: str) -> None:
        self.open(id_).update(state=ForecastState.FAILED, error=error[:500], finished_at=datetime.now(UTC))

    def finish(self, id_: UUID, result: dict[str, Any]) -> None:
        self.open(id_).update(state=ForecastState.DONE, progress=1.0, result=result, finished_at=datetime.now(UTC))

    def begun(self, id_: UUID) -> Row | None:
        """Begin the next attempt; None if there is nothing to do.

        One that `MOST_ATTEMPTS` workers have begun and not brought to an end is failed: it is what ends them.
        """
        if self.open(id_).filter(attempts__gte=MOST_ATTEMPTS).exists():
            name = self._model._meta.verbose_name
            self.fail(id_, f"The worker ended {MOST_ATTEMPTS} times before the {name} did.")
        now = datetime.now(UTC)
        begun = {"state": ForecastState.RUNNING, "attempts": F("attempts") + 1, "beat_at": now, "progress": 0}
        if not self.open(id_).update(**begun):
            return None
        row: Row = self._rows.get(pk=id_)
        return row

    @property
    def _rows(self) -> Any:
        return self._model._default_manager  # noqa: SLF001 - the public name of it is a model's own


class Beat:
    """Writes down how far a row is, and tells whether it is still wanted."""

    EVERY = timedelta(milliseconds=500)

    def __init__(self, life: Life[Any], id_: UUID, wanted: Wanted) -> None:
        self._life = life
        self._id = id_
        self._wanted = wanted
        self._last = datetime.min.replace(tzinfo=UTC)

    def __call__(self, share: float) -> bool:
        now = datetime.now(UTC)
        if now - self._last >= self.EVERY:
            self._last = now
            # The row itself says whether somebody has cancelled it.
            if not self._life.open(self._id).update(progress=min(share, 0.99), beat_at=now):
                return False
        return bool(self._wanted)
