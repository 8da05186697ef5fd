"""How many people have which tag, and with which value."""

from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import Count, QuerySet

from profiles.models import Tag, TagAssignment
from workspaces.models import Workspace

MOST_SHOWN = 1_000


def people_with(workspace: Workspace, keys: Collection[str]) -> dict[str, int]:
    rows = _open(workspace).filter(key__in=keys).values("key").annotate(people=Count("*")).order_by()
    return {row["key"]: row["people"] for row in rows}


def values_of(workspace: Workspace, key: str) -> list[dict[str, Any]]:
    """The values that people have, the most frequent first."""
    rows = _open(workspace).filter(key=key).values("value").annotate(people=Count("*"))
    return [{"value": row["value"], "people": row["people"]} for row in rows.order_by("-people", "value")[:MOST_SHOWN]]


def undefined(workspace: Workspace) -> list[dict[str, Any]]:
    """Tags that people have and nobody has defined."""
    defined = Tag.objects.filter(workspace=workspace).values("key")
    rows = _open(workspace).exclude(key__in=defined).values("key").annotate(people=Count("*"))
    return [{"key": row["key"], "people": row["people"]} for row in rows.order_by("-people", "key")[:MOST_SHOWN]]


def assignments(workspace_id: UUID) -> QuerySet[TagAssignment]:
    return TagAssignment.objects.filter(workspace_id=workspace_id)


def _open(workspace: Workspace) -> QuerySet[TagAssignment]:
    return assignments(workspace.id).filter(ended_at=None)
