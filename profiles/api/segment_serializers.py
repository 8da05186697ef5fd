from typing import Any

from rest_framework import serializers

from profiles.api.serializers import ProfileSerializer
from profiles.models import Segment
from workspaces.api.serializers import InstantField, ObjectField, StrictSerializer, TextField

MOST_PROFILES = 10_000


class RuleField(ObjectField):
    """A rule; docs/reference/ways-in.md names the operators."""


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    rule = RuleField(read_only=True)

    class Meta:
        model = Segment
        fields = ["id", "name", "description", "rule", "created_at", "updated_at"]
        read_only_fields = fields


class SegmentCreateSerializer(StrictSerializer):
    name = TextField(max_length=100)
    description = TextField(max_length=10_000, allow_blank=True, default="")
    rule = RuleField()


class SegmentChangeSerializer(StrictSerializer):
    name = TextField(max_length=100, required=False)
    description = TextField(max_length=10_000, allow_blank=True, required=False)
    rule = RuleField(required=False)


class PreviewSerializer(StrictSerializer):
    rule = RuleField()
    at = InstantField(required=False, help_text="The instant of judgement; now if absent.")


class PreviewedSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    sample = ProfileSerializer(many=True, help_text="Some of them, in a stable order.")


class EvaluateSerializer(PreviewSerializer):
    profiles = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_PROFILES)


class EvaluatedSerializer(serializers.Serializer[Any]):
    matches = serializers.ListField(child=serializers.UUIDField(), help_text="In the order in which they were asked.")
