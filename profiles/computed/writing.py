"""Computed values written to people, and the classes that they say somebody is in."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection

from profiles.computed.calculation import PREFIX, Differences
from profiles.hooks import profiles_changed
from profiles.models import ClassSpell
from profiles.person_changes import PersonChange, apply_changes
from workspaces.models import Workspace

CLOSE = """
update profiles_classspell set until = %s where computed_id = %s and profile_id = any(%s) and until is null
"""


def write(workspace: Workspace, found: Sequence[Differences], now: datetime) -> set[UUID]:
    """Write what several calculations have found as attributes. The people are locked by the caller.

    Tells who listens about everybody who is different now, once, and returns them. Whose attributes would become too
    large keeps the old ones.
    """
    values: dict[UUID, dict[str, Any]] = defaultdict(dict)
    for differences in found:
        for person, wanted in differences.items():
            values[person].update(wanted)
    if not values:
        return set()
    changes = {person: [PersonChange(attributes={PREFIX: wanted})] for person, wanted in values.items()}
    applied = apply_changes(changes, now)
    profiles_changed.send(workspace, sorted(applied.changed), applied.what)
    return applied.changed


def record_classes(workspace_id: UUID, computed_id: UUID, labels: Mapping[UUID, str | None], now: datetime) -> None:
    """Keep that these people are in another class from `now` on; None: in none."""
    if not labels:
        return
    with connection.cursor() as cursor:
        cursor.execute(CLOSE, [now, computed_id, list(labels)])
    ClassSpell.objects.bulk_create(
        ClassSpell(workspace_id=workspace_id, computed_id=computed_id, profile_id=person, label=label, since=now)
        for person, label in labels.items()
        if label is not None
    )
