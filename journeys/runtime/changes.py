"""The change log of a journey: every act of its life leaves one entry, written in the act's own transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.contrib.auth.models import User

from journeys.choices import ChangeKind
from journeys.models import Journey, JourneyChange

# A pause longer than this begins another sitting.
SITTING: Final = timedelta(minutes=10)


def note(
    journey: Journey,
    kind: ChangeKind,
    at: datetime,
    user: User | None,
    data: Mapping[str, Any] | None = None,
    version: int | None = None,
) -> JourneyChange:
    """Write one entry. `user` is None for a program; `version` is a version's number; `data` is JSON."""
    return JourneyChange.objects.create(
        workspace_id=journey.workspace_id,
        journey=journey,
        at=at,
        user=user,
        kind=kind,
        version=version,
        data=dict(data or {}),
    )


def note_autosave(journey: Journey, at: datetime, user: User | None, data: Mapping[str, Any]) -> JourneyChange:
    """Write that the draft was saved by itself, `data` as of a save: one entry for the whole of a sitting.

    The last entry goes on if it is an autosave of the same user, not older than SITTING: it then says the newest `revision`, all
    `fields`, how many `saves`, and `since` when. Anything in between, by anybody, begins a new entry. Called with the journey's
    row locked, so that no other save comes between.
    """
    last = JourneyChange.objects.filter(journey=journey).order_by("-id").first()
    if last is None or not _goes_on(last, at, user):
        return note(
            journey, ChangeKind.SAVED, at, user, {**data, "autosave": True, "saves": 1, "since": at.isoformat()}
        )
    fields = dict.fromkeys([*last.data["fields"], *data["fields"]])
    last.data = {**last.data, **data, "fields": list(fields), "saves": last.data["saves"] + 1}
    last.at = at
    last.save(update_fields=["at", "data"])
    return last


def _goes_on(last: JourneyChange, at: datetime, user: User | None) -> bool:
    return (
        last.kind == ChangeKind.SAVED
        and bool(last.data.get("autosave"))
        and last.user_id == (user.pk if user else None)
        and at - last.at <= SITTING
    )
