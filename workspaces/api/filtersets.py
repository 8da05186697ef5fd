from typing import Any

import django_filters as filters
from django.db.models import QuerySet

from workspaces.former_ids import former_ids
from workspaces.models import AuditAction, AuditEntry
from workspaces.principal import workspace_of


class PersonFilter(filters.UUIDFilter):
    """Rows of one person, who may be named by a former id."""

    def filter(self, qs: "QuerySet[Any, Any]", value: Any) -> "QuerySet[Any, Any]":
        workspace = workspace_of(self.parent.request)
        if value is not None and workspace is not None:
            value = former_ids.current(workspace.id, value)
        found: QuerySet[Any, Any] = super().filter(qs, value)
        return found


class TruthFilter(filters.ChoiceFilter):
    """`true` or `false`; anything else is refused, where a BooleanFilter passes it over."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=[("true", "true"), ("false", "false")], **options)


class AuditFilterSet(filters.FilterSet):
    action = filters.ChoiceFilter(choices=AuditAction.choices)
    # What was done is on record about the id that they had then.
    profile = filters.UUIDFilter(field_name="profile_id")
    actor = filters.CharFilter(max_length=200)
    since = filters.IsoDateTimeFilter(field_name="at", lookup_expr="gte", help_text="Done then or later.")
    until = filters.IsoDateTimeFilter(field_name="at", lookup_expr="lt", help_text="Done before.")

    class Meta:
        model = AuditEntry
        fields: list[str] = []
