"""Drafts: the graph as operators edit it. A draft may be saved with errors; only publishing asks for none."""

from datetime import UTC, datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction

from journeys.choices import ChangeKind, JourneyState
from journeys.models import Journey, JourneyFolder
from journeys.realtime.notify import announce_draft
from journeys.runtime.changes import note, note_autosave
from workspaces.errors import DomainError
from workspaces.models import Workspace

EMPTY_GRAPH: dict[str, Any] = {"schema_version": 1, "nodes": [], "edges": [], "settings": {}}
FIELDS = {"draft": "graph"}  # as the API calls them


class RevisionConflict(DomainError):
    """Somebody else saved the draft since the caller read it."""

    def __init__(self, current: int) -> None:
        super().__init__(
            "revision_conflict",
            f"The draft has been saved by somebody else; its revision is {current} now.",
            attr="revision",
            status=409,
            extra={"revision": current},
        )


def create_draft(
    workspace: Workspace,
    name: str,
    description: str = "",
    graph: dict[str, Any] | None = None,
    user: User | None = None,
    folder: JourneyFolder | None = None,
) -> Journey:
    with transaction.atomic():
        journey = Journey.objects.create(
            workspace=workspace,
            name=name,
            description=description,
            draft=EMPTY_GRAPH if graph is None else graph,
            folder=folder,
        )
        note(journey, ChangeKind.CREATED, datetime.now(UTC), user)
    return journey


def save_draft(
    journey: Journey,
    *,
    revision: int,
    name: str | None = None,
    description: str | None = None,
    graph: dict[str, Any] | None = None,
    approval_required: bool | None = None,
    user: User | None = None,
    autosave: bool = False,
) -> Journey:
    """Save what is given. Raises RevisionConflict if `revision` is not the one that is stored.

    `autosave`: nobody asked for this save, so that it shares its entry in the change log with those before it.
    """
    given = {"name": name, "description": description, "draft": graph, "approval_required": approval_required}
    with transaction.atomic():
        stored = Journey.objects.select_for_update().get(pk=journey.pk)
        if stored.revision != revision:
            raise RevisionConflict(stored.revision)
        changed = [field for field, value in given.items() if value is not None and value != getattr(stored, field)]
        for field in changed:
            setattr(stored, field, given[field])
        stored.revision += 1
        stored.save()
        data: dict[str, Any] = {"revision": stored.revision, "fields": [FIELDS.get(field, field) for field in changed]}
        if "approval_required" in changed:
            data["approval_required"] = stored.approval_required
        now = datetime.now(UTC)
        if autosave:
            note_autosave(stored, now, user, data)
        else:
            note(stored, ChangeKind.SAVED, now, user, data)
        announce_draft(str(stored.pk), stored.revision)
    return stored


def delete_draft(journey: Journey) -> None:
    """Delete a journey that was never published: a published one has a history to keep."""
    if journey.state != JourneyState.DRAFT or journey.versions.exists():
        raise DomainError("wrong_state", "Only a journey that was never published can be deleted.", status=409)
    journey.delete()
