from datetime import datetime
from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from profiles.attributes import read_patch, read_tags, show_tags
from profiles.choices import ConsentStatus, Purpose
from profiles.consent import ConsentEntry
from profiles.identity_values import IdentityKey, pairs_of, read_identities
from profiles.incoming import MAX_EVENT_ID, MAX_NAME
from profiles.models import Consent, Profile
from profiles.person_changes import PersonChange
from workspaces.api.masking import masked
from workspaces.api.serializers import InstantField, ObjectField, StrictSerializer, TextField

IDENTITIES = {
    "type": "object",
    "additionalProperties": {"type": ["string", "integer"], "minLength": 1, "maxLength": 255},
    "minProperties": 1,
    "maxProperties": 20,
    "example": {"phone": "+8613800138000", "member_id": "m-1001"},
}
TAGS = {
    "oneOf": [
        {"type": "array", "items": {"type": "string", "minLength": 1, "maxLength": 100}},
        {"type": "object", "additionalProperties": {"type": ["string", "number", "boolean", "null"]}},
    ]
}


@extend_schema_field(IDENTITIES)
class IdentitiesField(serializers.Field[Any, Any, Any, Any]):
    """`{type: value}` that names one person."""

    def to_internal_value(self, data: Any) -> tuple[IdentityKey, ...]:
        return read_identities(pairs_of(data))


@extend_schema_field({"type": "object", "additionalProperties": {}})
class AttributesField(serializers.Field[Any, Any, Any, Any]):
    """A JSON Merge Patch; a dotted key names a nested value."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        return read_patch(data)


@extend_schema_field(TAGS)
class TagsField(serializers.Field[Any, Any, Any, Any]):
    """Names to add, or name → value; `true` stands for no value, `null` removes."""

    def to_internal_value(self, data: Any) -> dict[str, Any]:
        return read_tags(data)


class ConsentChangeSerializer(StrictSerializer):
    channel = serializers.RegexField(r"\A[a-z][a-z0-9_]{0,31}\Z", help_text="sms, email, wechat_template, ...")
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    status = serializers.ChoiceField(choices=ConsentStatus.choices)
    source = TextField(max_length=64, default="api")  # type: ignore[assignment]  # a declared field; the metaclass takes it away
    at = InstantField(required=False, help_text="When the person said so; now if absent or in the future.")
    text_version = TextField(max_length=64, allow_blank=True, default="")
    proof = ObjectField(required=False)


class ProfileChangeSerializer(StrictSerializer):
    attributes = AttributesField(required=False)
    tags = TagsField(required=False)

    def change(self) -> PersonChange:
        data = self.validated_data
        return PersonChange(data.get("attributes", {}), data.get("tags", {}))


class ProfileUpsertSerializer(ProfileChangeSerializer):
    identities = IdentitiesField()
    consents = serializers.ListField(child=ConsentChangeSerializer(), required=False, max_length=100)

    def consent_entries(self, now: datetime) -> list[ConsentEntry]:
        return [
            ConsentEntry(
                channel=entry["channel"],
                purpose=entry["purpose"],
                status=ConsentStatus(entry["status"]),
                source=entry["source"],
                at=entry.get("at", now),
                text_version=entry["text_version"],
                proof=entry.get("proof", {}),
            )
            for entry in self.validated_data.get("consents", [])
        ]


class ConsentSerializer(serializers.ModelSerializer[Consent]):
    class Meta:
        model = Consent
        fields = ["channel", "purpose", "status", "at", "source", "text_version"]


class ProfileSerializer(serializers.ModelSerializer[Profile]):
    identities = serializers.SerializerMethodField(help_text="Type → the newest value.")
    tags = serializers.SerializerMethodField(help_text="Name → value; `true` for a tag without one.")
    attributes = ObjectField(read_only=True)
    consents = ConsentSerializer(many=True, read_only=True, help_text="What holds now for each channel and purpose.")

    merged_into = serializers.SerializerMethodField(
        help_text="Set where a former id was asked for: whose id it is since a merge."
    )

    class Meta:
        model = Profile
        fields = ["id", "identities", "attributes", "tags", "consents", "merged_into", "created_at", "updated_at"]

    def to_representation(self, instance: Profile) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return masked(shown, self.context, identities=("identities",), objects=("attributes", "tags"))

    def get_identities(self, profile: Profile) -> dict[str, str]:
        return {identity.type: identity.value for identity in profile.identities.all()}

    def get_merged_into(self, profile: Profile) -> UUID | None:
        into: UUID | None = self.context.get("merged_into")
        return into

    @extend_schema_field({"type": "object", "additionalProperties": {}})
    def get_tags(self, profile: Profile) -> dict[str, Any]:
        return show_tags(profile.tags)


class TimelineEntrySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    at = serializers.DateTimeField()
    kind = serializers.CharField(help_text="`event`, `message`, `journey`, `merge`; others may follow.")
    name = serializers.CharField()
    data = ObjectField()  # type: ignore[assignment]  # a declared field; the metaclass takes it away


class TimelineSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = TimelineEntrySerializer(many=True)

    def to_representation(self, instance: Any) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        for entry in shown["results"]:
            masked(entry, self.context, objects=("data",))
        return shown


class EventSerializer(StrictSerializer):
    """One item of a batch; read by profiles.incoming, which is much faster than a serializer for each."""

    event_id = serializers.CharField(
        required=False, max_length=MAX_EVENT_ID, help_text="The same id twice is one event."
    )
    name = serializers.CharField(max_length=MAX_NAME)
    occurred_at = InstantField(required=False)
    identities = IdentitiesField()
    properties = ObjectField(required=False)


class EventBatchSerializer(StrictSerializer):
    events = serializers.ListField(child=EventSerializer(), max_length=1000)


class RejectedSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Place in the batch, from 0.")
    code = serializers.CharField()
    detail = serializers.CharField()


class IngestedSerializer(serializers.Serializer[Any]):
    accepted = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    rejected = RejectedSerializer(many=True)
