"""Erasures, links and people in the clear, as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from profiles.models import Erasure
from workspaces.api.serializers import ObjectField, StrictSerializer, WholeNumberField


class ErasureSerializer(serializers.ModelSerializer[Erasure]):
    """While it runs the job, afterwards the certificate."""

    removed = ObjectField(read_only=True, help_text="Table → rows removed or emptied.")
    redacted = ObjectField(read_only=True, help_text="Table → rows of others in which the person was named.")
    remaining = ObjectField(read_only=True, help_text="Table → settings that still name them, for you to change.")
    searched = serializers.ListField(child=serializers.CharField(), read_only=True)
    asked_by = serializers.CharField(source="asked_by_name", read_only=True)

    class Meta:
        model = Erasure
        fields = [
            "id",
            "profile_id",
            "state",
            "step",
            "removed",
            "redacted",
            "remaining",
            "searched",
            "identities",
            "unsearched",
            "reason",
            "asked_by",
            "asked_at",
            "started_at",
            "finished_at",
            "error",
        ]
        read_only_fields = fields


class PreferenceLinkWantedSerializer(StrictSerializer):
    days = WholeNumberField(min_value=1, max_value=3650, required=False, help_text="Default: the workspace's rule.")


class PreferenceLinkSerializer(serializers.Serializer[Any]):
    url = serializers.URLField(help_text="Whoever has it can read and change the person's consents.")
    expires_at = serializers.DateTimeField()


class ClearIdentitySerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    value = serializers.CharField()


class ClearPersonSerializer(serializers.Serializer[Any]):
    """One person in the clear: all their identities, attributes and tags."""

    id = serializers.UUIDField()
    identities = ClearIdentitySerializer(many=True)
    attributes = ObjectField()
    tags = ObjectField()


class ArchiveSerializer(serializers.Serializer[Any]):
    """`format`, `generated_at`, `profile_id`, and a list of rows for each section."""

    format = serializers.CharField()
    generated_at = serializers.DateTimeField()
    profile_id = serializers.UUIDField()
    profile = serializers.ListField(child=ObjectField())
    identities = serializers.ListField(child=ObjectField())
    consents = serializers.ListField(child=ObjectField())
    events = serializers.ListField(child=ObjectField())
    messages = serializers.ListField(child=ObjectField())
    journeys = serializers.ListField(child=ObjectField())
