from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from profiles.api.segment_serializers import RuleField
from profiles.choices import TagKind, TagValueType
from profiles.models import Tag, TagAssignment, TagJob
from workspaces.api.masking import keys_for, sees_clear
from workspaces.api.serializers import InstantField, StrictSerializer, TextField
from workspaces.masking import mask_at

MOST_PEOPLE = 1_000
VALUE = {"type": ["string", "number", "boolean"]}


@extend_schema_field(VALUE)
class TagValueField(serializers.Field[Any, Any, Any, Any]):
    """A text, a number, true or false; null: without a value."""

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, list | dict):
            raise serializers.ValidationError("This is a text, a number, true, false or null.", "invalid")
        return data

    def to_representation(self, value: Any) -> Any:
        return value


class TagSerializer(serializers.ModelSerializer[Tag]):
    allowed_values = serializers.ListField(child=TagValueField(), read_only=True)
    value = TagValueField(read_only=True, allow_null=True)
    rule = serializers.SerializerMethodField()
    people = serializers.SerializerMethodField(help_text="How many people have it now.")

    class Meta:
        model = Tag
        fields = [
            "id",
            "key",
            "name",
            "group",
            "kind",
            "value_type",
            "allowed_values",
            "description",
            "owner",
            "expires_after",
            "value",
            "rule",
            "segment",
            "people",
            "is_ending",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields

    @extend_schema_field({"type": ["object", "null"], "additionalProperties": {}})
    def get_rule(self, tag: Tag) -> Any:
        return tag.segment.rule if tag.segment is not None else None

    def get_people(self, tag: Tag) -> int:
        counts: dict[str, int] = self.context.get("people", {})
        return counts.get(tag.key, 0)


class TagChangeSerializer(StrictSerializer):
    name = TextField(max_length=100, required=False)
    group = TextField(max_length=100, allow_blank=True, required=False)
    allowed_values = serializers.ListField(child=TagValueField(), max_length=1000, required=False)
    description = TextField(max_length=10_000, allow_blank=True, required=False)
    owner = TextField(max_length=100, allow_blank=True, required=False)
    expires_after = TextField(max_length=40, allow_blank=True, required=False, help_text="ISO 8601; empty: never.")
    value = TagValueField(required=False, allow_null=True, help_text="Of a rule tag.")
    rule = RuleField(required=False, help_text="Of a rule tag: who has it.")


class TagCreateSerializer(TagChangeSerializer):
    key = TextField(max_length=100, help_text="Its name in rules; it stays.")
    name = TextField(max_length=100)
    kind = serializers.ChoiceField(choices=TagKind.choices)
    value_type = serializers.ChoiceField(choices=TagValueType.choices, required=False)


class AssignSerializer(StrictSerializer):
    profiles = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_PEOPLE, required=False)
    segment = serializers.UUIDField(required=False, help_text="Instead of people: a job gives it to who is in it.")
    value = TagValueField(required=False, allow_null=True)
    expires_at = InstantField(required=False, help_text="Else by the tag's definition.")


class UnassignSerializer(StrictSerializer):
    profiles = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_PEOPLE, required=False)
    segment = serializers.UUIDField(required=False)
    everybody = serializers.BooleanField(required=False, help_text="Instead of people or a segment: who has it.")


class TagJobSerializer(serializers.ModelSerializer[TagJob]):
    class Meta:
        model = TagJob
        fields = [
            "id",
            "tag",
            "action",
            "segment",
            "state",
            "done",
            "changed",
            "error",
            "by",
            "asked_at",
            "finished_at",
        ]
        read_only_fields = fields


class TaggedSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField(help_text="How many people are different now.")
    refused = serializers.ListField(child=serializers.UUIDField(), help_text="They have too many tags.")
    job = TagJobSerializer(allow_null=True, help_text="For a segment, or everybody.")


class TagValueCountSerializer(serializers.Serializer[Any]):
    value = TagValueField(allow_null=True, help_text="null: without a value.")
    people = serializers.IntegerField()


class TagValuesSerializer(serializers.Serializer[Any]):
    values = TagValueCountSerializer(many=True, help_text="The most frequent first, at most 1,000.")


class UndefinedTagSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    people = serializers.IntegerField()


class UndefinedTagsSerializer(serializers.Serializer[Any]):
    tags = UndefinedTagSerializer(many=True, help_text="In use without a definition; at most 1,000.")


class TagAssignmentSerializer(serializers.ModelSerializer[TagAssignment]):
    profile = serializers.UUIDField(source="profile_id")
    value = TagValueField(allow_null=True)

    class Meta:
        model = TagAssignment
        fields = [
            "id",
            "profile",
            "key",
            "value",
            "source",
            "by",
            "at",
            "expires_at",
            "ended_at",
            "ended_because",
            "ended_by",
        ]
        read_only_fields = fields

    def to_representation(self, row: TagAssignment) -> dict[str, Any]:
        shown, request = super().to_representation(row), self.context.get("request")
        if not sees_clear(request):
            shown["value"] = mask_at([row.key], shown["value"], keys_for(request))
        return shown
