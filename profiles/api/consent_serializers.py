"""Consents and the texts that people agree to, as the API shows and takes them."""

from typing import Any

from rest_framework import serializers

from profiles.api.serializers import ConsentChangeSerializer, IdentitiesField
from profiles.choices import Purpose
from profiles.models import Consent, ConsentText
from workspaces.api.masking import masked
from workspaces.api.serializers import StrictSerializer, TextField

MOST_AT_ONCE = 1000
CODE = r"\A[A-Za-z0-9][A-Za-z0-9._-]{0,63}\Z"
CHANNEL = r"\A[a-z][a-z0-9_]{0,31}\Z"
MOST_WORDS = 20_000


class LedgerEntrySerializer(serializers.ModelSerializer[Consent]):
    class Meta:
        model = Consent
        fields = [
            "id",
            "profile_id",
            "channel",
            "purpose",
            "status",
            "at",
            "source",
            "text_version",
            "proof",
            "recorded_at",
        ]

    def to_representation(self, instance: Consent) -> dict[str, Any]:
        return masked(super().to_representation(instance), self.context, objects=("proof",))


class ConsentWriteSerializer(ConsentChangeSerializer):
    """What one person said. `profile` or `identities` says who; somebody unknown is not made by it."""

    profile = serializers.UUIDField(required=False)
    identities = IdentitiesField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("profile" in attrs) == ("identities" in attrs):
            raise serializers.ValidationError({"profile": "Give either a profile's id or identities."}, "invalid")
        return attrs


class ConsentBulkSerializer(StrictSerializer):
    consents = serializers.ListField(child=ConsentWriteSerializer(), min_length=1, max_length=MOST_AT_ONCE)


class ConsentBulkOptionsSerializer(StrictSerializer):
    """The same with the entries unread: each is judged for itself, and a bad one does not keep the others out."""

    consents = serializers.ListField(min_length=1, max_length=MOST_AT_ONCE)


class ConsentRejectedSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Place in the list, from 0.")
    code = serializers.CharField()
    detail = serializers.CharField()


class ConsentBulkResultSerializer(serializers.Serializer[Any]):
    accepted = serializers.IntegerField()
    rejected = ConsentRejectedSerializer(many=True)


class ConsentTextSerializer(serializers.ModelSerializer[ConsentText]):
    class Meta:
        model = ConsentText
        fields = [
            "id",
            "code",
            "channel",
            "purpose",
            "zh",
            "en",
            "digest",
            "created_at",
            "published_at",
            "published_by",
        ]


class ConsentTextChangeSerializer(StrictSerializer):
    channel = serializers.RegexField(CHANNEL, required=False, allow_blank=True, help_text="Empty: every channel.")
    purpose = serializers.ChoiceField(choices=Purpose.choices, required=False)
    zh = TextField(max_length=MOST_WORDS, required=False)
    en = TextField(max_length=MOST_WORDS, required=False, allow_blank=True)


class ConsentTextCreateSerializer(ConsentTextChangeSerializer):
    code = serializers.RegexField(CODE, help_text="What the ledger names it by, e.g. sms-2026-01.")
    purpose = serializers.ChoiceField(choices=Purpose.choices)
    zh = TextField(max_length=MOST_WORDS)
