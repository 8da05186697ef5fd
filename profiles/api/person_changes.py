"""What was learned about a person, change by change."""

from typing import Any

from rest_framework import serializers

from profiles.models import PersonHistory
from workspaces.api.masking import masked
from workspaces.api.pagination import CreatedCursorPagination
from workspaces.api.serializers import ObjectField


class ChangePagination(CreatedCursorPagination):
    """By when it was so, which is not when it was heard of."""

    ordering = ("-at", "-id")  # type: ignore[assignment]  # DRF takes one name or several


class PersonChangeSerializer(serializers.ModelSerializer[PersonHistory]):
    attributes = ObjectField(read_only=True, help_text="A merge patch (RFC 7396): null removes.")
    tags = ObjectField(read_only=True, help_text="Tag → value; true for a tag without one, null removes.")

    class Meta:
        model = PersonHistory
        fields = ["id", "at", "recorded_at", "attributes", "tags"]
        read_only_fields = fields

    def to_representation(self, instance: PersonHistory) -> dict[str, Any]:
        return masked(super().to_representation(instance), self.context, objects=("attributes", "tags"))
