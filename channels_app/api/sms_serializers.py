"""Signatures, suppressions and previews as the API shows and takes them."""

from collections.abc import Mapping
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channels_app.choices import Channel, TemplateState
from channels_app.models import ChannelAccount, Signature, Suppression
from channels_app.providers.registry import provider_class
from channels_app.providers.sms.content import problem_with_sign
from channels_app.suppressions import MOST_IMPORTED
from workspaces.api.masking import masked
from workspaces.api.serializers import InstantField, StrictSerializer, TextField

MOST_PARAMS = 50


def account_named(name: str, context: Mapping[str, Any]) -> ChannelAccount:
    """Return the workspace's account with that key or id. Raises ValidationError."""
    accounts = ChannelAccount.objects.filter(workspace=context["workspace"])
    account = next((a for a in accounts if name in (a.key, str(a.pk))), None)
    if account is None:
        raise serializers.ValidationError("There is no such account.", code="does_not_exist")
    if not provider_class(account.provider).signs_messages:
        raise serializers.ValidationError("Its provider keeps no signatures.", code="not_offered")
    return account


class SignatureSerializer(serializers.ModelSerializer[Signature]):
    account = serializers.UUIDField(source="account_id", read_only=True)

    class Meta:
        model = Signature
        fields = ["id", "account", "name", "state", "reason", "synced_at"]


class SignatureChangeSerializer(StrictSerializer):
    """What the provider's reviewers have said, where it is entered by hand."""

    state = serializers.ChoiceField(choices=TemplateState.choices)
    reason = TextField(max_length=500, allow_blank=True, required=False)

    def update(self, instance: Signature, validated_data: dict[str, Any]) -> Signature:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        instance.save()
        return instance


class SignatureCreateSerializer(SignatureChangeSerializer):
    account = TextField(max_length=64, help_text="An account's key or id.")
    name = TextField(max_length=12)

    def validate_account(self, name: str) -> ChannelAccount:
        return account_named(name, self.context)

    def validate_name(self, name: str) -> str:
        if problem := problem_with_sign(name):
            raise serializers.ValidationError(problem, code="invalid")
        return name

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if Signature.objects.filter(account=attrs["account"], name=attrs["name"]).exists():
            raise serializers.ValidationError({"name": "The account has this signature."}, code="unique")
        return attrs

    def create(self, validated_data: dict[str, Any]) -> Signature:
        return Signature.objects.create(workspace=self.context["workspace"], **validated_data)


class SignatureSyncSerializer(StrictSerializer):
    account = TextField(max_length=64, help_text="An account's key or id.")

    def validate_account(self, name: str) -> ChannelAccount:
        return account_named(name, self.context)


class SuppressionSerializer(serializers.ModelSerializer[Suppression]):
    lifted_by = serializers.SerializerMethodField()

    class Meta:
        model = Suppression
        fields = [
            "id",
            "channel",
            "address",
            "source",
            "reason",
            "added_by",
            "proof",
            "at",
            "expires_at",
            "lifted_at",
            "lifted_by",
            "lift_reason",
        ]

    def to_representation(self, instance: Suppression) -> dict[str, Any]:
        return masked(super().to_representation(instance), self.context, addresses=("address",), objects=("proof",))

    @extend_schema_field(OpenApiTypes.STR)
    def get_lifted_by(self, entry: Suppression) -> str:
        return entry.lifted_by.get_username() if entry.lifted_by else ""


class SuppressionCreateSerializer(StrictSerializer):
    channel = serializers.ChoiceField(choices=Channel.choices)
    address = TextField(max_length=255, help_text="E.g. a phone number, with or without its country code.")
    reason = TextField(max_length=200, required=False, default="", allow_blank=True)
    expires_at = InstantField(required=False, allow_null=True, default=None, help_text="When it lifts itself.")


class SuppressionImportSerializer(StrictSerializer):
    channel = serializers.ChoiceField(choices=Channel.choices)
    addresses = serializers.ListField(
        child=TextField(max_length=255, allow_blank=True), min_length=1, max_length=MOST_IMPORTED
    )
    reason = TextField(max_length=200, help_text="Where the list comes from.")
    expires_at = InstantField(required=False, allow_null=True, default=None)


class RejectedAddressSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="Place in the list, from 0.")
    code = serializers.CharField()


class SuppressionImportedSerializer(serializers.Serializer[Any]):
    added = serializers.IntegerField()
    known = serializers.IntegerField(help_text="Entered before, or twice in the list.")
    rejected = RejectedAddressSerializer(many=True)


class LiftSerializer(StrictSerializer):
    reason = TextField(max_length=200, help_text="Why the address may be written to again.")


class TextPreviewRequestSerializer(StrictSerializer):
    params = serializers.DictField(
        child=TextField(max_length=2000, allow_blank=True),
        required=False,
        default=dict,
        help_text="The template's variables; with a profile they may hold Liquid, e.g. {{ profile.name }}.",
    )
    profile = serializers.UUIDField(required=False, allow_null=True, default=None)

    def validate_params(self, params: dict[str, str]) -> dict[str, str]:
        if len(params) > MOST_PARAMS:
            raise serializers.ValidationError(f"At most {MOST_PARAMS} variables.", code="too_many")
        return params


class ProblemSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(help_text="The provider's own, where it has one.")
    detail = serializers.CharField()


class TextPreviewSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(allow_blank=True, help_text="A mail's subject; empty where there is no such thing.")
    text = serializers.CharField(help_text="As the phone shows it, with signature and unsubscribe suffix.")
    length = serializers.IntegerField(help_text="Characters, each counted as one.")
    segments = serializers.IntegerField(help_text="Billed parts.")
    problems = ProblemSerializer(many=True)
    cost = serializers.DecimalField(max_digits=14, decimal_places=4, allow_null=True)
    currency = serializers.CharField()
