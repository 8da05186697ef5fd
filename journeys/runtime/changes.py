"""The change log of a journey: every act of its life leaves one entry, written in the act's own transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from journeys.choices import ChangeKind
from journeys.models import Journey, JourneyChange


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
