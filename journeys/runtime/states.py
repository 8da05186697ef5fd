"""The states of a journey, changed only from those that allow it."""

from collections.abc import Collection
from datetime import datetime

from journeys.models import Journey
from workspaces.errors import DomainError


class WrongState(DomainError):
    """The journey's state does not allow what was asked."""

    def __init__(self, state: str, wanted: Collection[str]) -> None:
        allowed = ", ".join(sorted(wanted))
        super().__init__("wrong_state", f"The journey is {state}; this needs it to be {allowed}.", status=409)


def demand(journey: Journey, states: Collection[str]) -> None:
    """Raise WrongState unless the journey is in one of these states."""
    if journey.state not in states:
        raise WrongState(journey.state, states)


def change_state(journey: Journey, wanted: Collection[str], state: str, paused_at: datetime | None = None) -> None:
    """Change the state in the database if it still is one of `wanted`. Raises WrongState."""
    changed = Journey.objects.filter(pk=journey.pk, state__in=list(wanted)).update(state=state, paused_at=paused_at)
    journey.refresh_from_db()
    if not changed:
        raise WrongState(journey.state, wanted)


def lock(journey: Journey) -> None:
    """Have acts upon one journey's state take turns until the caller's transaction ends, and read it afresh."""
    Journey.objects.select_for_update().only("id").get(pk=journey.pk)
    journey.refresh_from_db()
