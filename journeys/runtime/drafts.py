"""Drafts: the graph as operators edit it. A draft may be saved with errors; only publishing asks for none."""

from typing import Any

from django.db import transaction

from journeys.choices import JourneyState
from journeys.models import Journey
from workspaces.errors import DomainError
from workspaces.models import Workspace

EMPTY_GRAPH: dict[str, Any] = {"schema_version": 1, "nodes": [], "edges": [], "settings": {}}


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
    workspace: Workspace, name: str, description: str = "", graph: dict[str, Any] | None = None
) -> Journey:
    return Journey.objects.create(
        workspace=workspace, name=name, description=description, draft=EMPTY_GRAPH if graph is None else graph
    )


def save_draft(
    journey: Journey,
    *,
    revision: int,
    name: str | None = None,
    description: str | None = None,
    graph: dict[str, Any] | None = None,
) -> Journey:
    """Save what is given. Raises RevisionConflict if `revision` is not the one that is stored."""
    with transaction.atomic():
        stored = Journey.objects.select_for_update().get(pk=journey.pk)
        if stored.revision != revision:
            raise RevisionConflict(stored.revision)
        if name is not None:
            stored.name = name
        if description is not None:
            stored.description = description
        if graph is not None:
            stored.draft = graph
        stored.revision += 1
        stored.save()
    return stored


def delete_draft(journey: Journey) -> None:
    """Delete a journey that was never published: a published one has a history to keep."""
    if journey.state != JourneyState.DRAFT or journey.versions.exists():
        raise DomainError("wrong_state", "Only a journey that was never published can be deleted.", status=409)
    journey.delete()
