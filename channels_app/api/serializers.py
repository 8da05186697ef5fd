import secrets
from decimal import Decimal
from typing import Any
from urllib.parse import urlsplit

from django.core.validators import URLValidator
from django.urls import reverse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channels_app.choices import Channel, TemplateState
from channels_app.models import ChannelAccount, Template
from channels_app.providers.base import BaseProvider
from channels_app.providers.hosts import is_loopback
from channels_app.providers.registry import entry_of, provider_choices, provider_class
from channels_app.providers.sms import content
from workspaces.api.serializers import ObjectField, StrictSerializer, TextField

PURPOSES = (("marketing", "Marketing"), ("service", "Service"))
KEY = r"\A[-a-zA-Z0-9_]{1,50}\Z"
MOST_BODY = 10_000


class AccountRowSerializer(serializers.ModelSerializer[ChannelAccount]):
    channels = serializers.SerializerMethodField(help_text="The channels that a send node may use it for.")

    class Meta:
        model = ChannelAccount
        fields = [
            "id",
            "key",
            "name",
            "channel",
            "channels",
            "provider",
            "base_url",
            "enabled",
            "paused_until",
            "pause_reason",
            "rate",
            "price",
            "currency",
        ]

    def get_channels(self, account: ChannelAccount) -> list[str]:
        return list(entry_of(account.provider).channels)


class AccountSerializer(AccountRowSerializer):
    """One account. Its credentials are never shown; its callback addresses are, for the provider's own console."""

    callbacks = serializers.SerializerMethodField()
    credential_names = serializers.SerializerMethodField(help_text="Which secrets it has; what they are is not shown.")

    class Meta(AccountRowSerializer.Meta):
        fields = [
            *AccountRowSerializer.Meta.fields,
            "settings",
            "credential_names",
            "callbacks",
            "last_call_at",
            "created_at",
        ]

    def get_credential_names(self, account: ChannelAccount) -> list[str]:
        return sorted(name for name, value in account.credentials.items() if value)

    @extend_schema_field({"type": "object", "additionalProperties": {"type": "string"}})
    def get_callbacks(self, account: ChannelAccount) -> dict[str, str]:
        channel, vendor = account.provider.split(".")
        kinds = sorted(provider_class(account.provider).callback_kinds)
        return {
            kind: reverse("provider-callback", args=[account.callback_token, channel, vendor, kind]) for kind in kinds
        }


class ProviderUrlField(serializers.URLField):
    """A URL of any scheme that a provider speaks."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.validators = [v for v in self.validators if not isinstance(v, URLValidator)]
        self.validators.append(URLValidator(schemes=["http", "https", "smtp", "smtps"]))


class AccountChangeSerializer(StrictSerializer):
    name = TextField(max_length=100)
    base_url = ProviderUrlField(
        max_length=200, help_text="https (smtp or smtps for mail), or http on loopback for the simulator."
    )
    credentials = ObjectField(write_only=True, help_text="Replaces all credentials; e.g. access_key_id and its secret.")
    settings = ObjectField(required=False, help_text="What the provider needs besides, e.g. sign_name.")
    enabled = serializers.BooleanField(required=False)
    rate = serializers.IntegerField(
        required=False, allow_null=True, min_value=1, max_value=100_000, help_text="Messages in any second at most."
    )
    price = serializers.DecimalField(
        max_digits=10,
        decimal_places=4,
        min_value=Decimal(0),
        required=False,
        allow_null=True,
        help_text="Of one unit: an SMS segment, a call, a message.",
    )
    currency = serializers.RegexField(r"\A[A-Z]{3}\Z", required=False, help_text="ISO 4217, e.g. CNY.")

    instance: ChannelAccount | None

    def validate_base_url(self, url: str) -> str:
        parts = urlsplit(url)
        if parts.username or parts.password or parts.query or parts.fragment:
            raise serializers.ValidationError("Only scheme, host and port belong here.", code="invalid_url")
        return url

    def validate_credentials(self, credentials: dict[str, Any]) -> dict[str, Any]:
        if not all(isinstance(value, str) and 0 < len(value) <= 500 for value in credentials.values()):
            raise serializers.ValidationError("Credentials are texts of 1 to 500 characters.", code="invalid")
        return credentials

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        provider = attrs.get("provider") or (self.instance.provider if self.instance else "")
        if "base_url" in attrs:
            _check_scheme(attrs["base_url"], provider_class(provider))
        if "credentials" in attrs:
            needed = provider_class(provider).needed_credentials
            missing = [name for name in needed if name not in attrs["credentials"]]
            if missing:
                raise serializers.ValidationError({"credentials": f"Missing: {', '.join(missing)}."}, code="required")
        if "settings" in attrs:
            problem = provider_class(provider).problem_with(attrs["settings"])
            if problem:
                raise serializers.ValidationError({"settings": problem}, code="invalid_settings")
        return attrs

    def update(self, instance: ChannelAccount, validated_data: dict[str, Any]) -> ChannelAccount:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        if validated_data.keys() & {"credentials", "base_url", "settings"}:
            # What was refused may be mended: the provider is asked again at once.
            instance.paused_until, instance.pause_reason = None, ""
        instance.save()
        return instance


class ConnectionSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField(help_text="What the provider says.")


class SyncedSerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    changed = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    gone = serializers.IntegerField(help_text="Rejected, because the provider has them no more.")


def _check_scheme(url: str, provider: type[BaseProvider]) -> None:
    parts = urlsplit(url)
    if parts.scheme in provider.secure_schemes:
        return
    if parts.scheme not in provider.loopback_schemes or not is_loopback(parts.hostname):
        allowed = " or ".join(provider.secure_schemes)
        raise serializers.ValidationError({"base_url": f"Only {allowed} leaves this machine."}, code="insecure_url")


class AccountCreateSerializer(AccountChangeSerializer):
    key = serializers.RegexField(KEY, help_text="The name a journey's send node uses.")
    channel = serializers.ChoiceField(choices=Channel.choices)
    provider = serializers.ChoiceField(choices=provider_choices())
    settings = ObjectField()

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["channel"] not in entry_of(attrs["provider"]).channels:
            raise serializers.ValidationError(
                {"provider": "This provider is of another channel."}, code="wrong_channel"
            )
        workspace = self.context["workspace"]
        if ChannelAccount.objects.filter(workspace=workspace, key=attrs["key"]).exists():
            raise serializers.ValidationError({"key": "Another account has this key."}, code="unique")
        return super().validate(attrs)

    def create(self, validated_data: dict[str, Any]) -> ChannelAccount:
        token = secrets.token_urlsafe(24)
        return ChannelAccount.objects.create(
            workspace=self.context["workspace"], callback_token=token, **validated_data
        )


class TemplateSerializer(serializers.ModelSerializer[Template]):
    account = serializers.UUIDField(source="account_id", read_only=True)
    variables = serializers.SerializerMethodField()
    segments = serializers.SerializerMethodField()

    class Meta:
        model = Template
        fields = [
            "id",
            "key",
            "name",
            "channel",
            "provider_code",
            "body",
            "purpose",
            "state",
            "reason",
            "settings",
            "tags",
            "account",
            "variables",
            "segments",
            "synced_at",
            "created_at",
            "updated_at",
        ]

    def get_variables(self, template: Template) -> list[str]:
        return provider_class(template.account.provider).variables(template.body, template.settings)

    @extend_schema_field(OpenApiTypes.INT)
    def get_segments(self, template: Template) -> int:
        """Billed parts of the text as written, before its variables are filled."""
        sign_name = str(template.account.settings.get("sign_name", ""))
        return content.segments(content.render(sign_name, template.body, {}))


class TemplateChangeSerializer(StrictSerializer):
    name = TextField(max_length=100)
    provider_code = TextField(max_length=100)
    body = TextField(max_length=MOST_BODY)
    settings = ObjectField(required=False, help_text="What the provider needs besides the text.")
    tags = serializers.ListField(child=TextField(max_length=50), max_length=20, required=False)
    purpose = serializers.ChoiceField(choices=PURPOSES)
    state = serializers.ChoiceField(choices=TemplateState.choices, required=False)

    instance: Template | None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        known = self.instance
        body = attrs.get("body", known.body if known else "")
        purpose = attrs.get("purpose", known.purpose if known else "")
        settings = attrs.get("settings", known.settings if known else {})
        account = known.account if known else attrs["account"]
        if attrs.keys() & {"body", "purpose", "settings"}:
            problem = provider_class(account.provider).problem_with_template(body, purpose, settings)
            if problem:
                field, code, detail = problem
                raise serializers.ValidationError({field: detail}, code=code)
        return attrs

    def update(self, instance: Template, validated_data: dict[str, Any]) -> Template:
        for name, value in validated_data.items():
            setattr(instance, name, value)
        instance.save()
        return instance


class TemplateCreateSerializer(TemplateChangeSerializer):
    key = serializers.RegexField(KEY, help_text="The name a journey's send node uses.")
    account = TextField(max_length=64, help_text="An account's key or id.")
    channel = serializers.ChoiceField(
        choices=Channel.choices, required=False, help_text="One of the account's; by default its first."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        workspace = self.context["workspace"]
        accounts = ChannelAccount.objects.filter(workspace=workspace)
        named = attrs["account"]
        account = next((a for a in accounts if named in (a.key, str(a.pk))), None)
        if account is None:
            raise serializers.ValidationError({"account": "There is no such account."}, code="does_not_exist")
        if Template.objects.filter(workspace=workspace, key=attrs["key"]).exists():
            raise serializers.ValidationError({"key": "Another template has this key."}, code="unique")
        channel = attrs.get("channel", account.channel)
        if channel not in entry_of(account.provider).channels:
            raise serializers.ValidationError({"channel": "The account does not serve it."}, code="wrong_channel")
        return super().validate({**attrs, "account": account, "channel": channel})

    def create(self, validated_data: dict[str, Any]) -> Template:
        return Template.objects.create(workspace=self.context["workspace"], **validated_data)
