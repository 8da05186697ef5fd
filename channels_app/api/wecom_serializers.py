"""Enterprise WeChat beside messages, as the API reads and shows it."""

from typing import Any

from rest_framework import serializers

from channels_app.models import (
    ChannelAccount,
    ContactSync,
    ContactWay,
    CorpTag,
    Greeting,
    GroupChat,
    Staff,
    WelcomeMessage,
)
from channels_app.providers.wecom import content
from channels_app.wecom.corporation import PROVIDER
from workspaces.api.masking import masked
from workspaces.api.serializers import StrictBooleanField, StrictSerializer, TextField

STATE = r"\A[-_.:a-zA-Z0-9]{0,30}\Z"
PATTERN = r"\A[-_.:a-zA-Z0-9]{0,30}\*?\Z"
MOST_USERS, MOST_TAGS = 100, 50


class _OfAccount(StrictSerializer):
    """A new row's `account` is the key or id of one of enterprise WeChat."""

    account = TextField(max_length=64, help_text="The key or id of an account of enterprise WeChat.")

    def validate_account(self, named: str) -> ChannelAccount:
        accounts = ChannelAccount.objects.filter(workspace=self.context["workspace"], provider=PROVIDER)
        account = next((one for one in accounts if named in (one.key, str(one.pk))), None)
        if account is None:
            raise serializers.ValidationError("There is no such account.", code="does_not_exist")
        return account


class AccountOnlySerializer(_OfAccount):
    pass


class StaffSerializer(serializers.ModelSerializer[Staff]):
    account = serializers.UUIDField(source="account_id", read_only=True)
    department = serializers.ListField(child=serializers.IntegerField(), read_only=True)

    class Meta:
        model = Staff
        fields = ["id", "account", "userid", "name", "department", "active", "synced_at"]


class CorpTagSerializer(serializers.ModelSerializer[CorpTag]):
    account = serializers.UUIDField(source="account_id", read_only=True)

    class Meta:
        model = CorpTag
        fields = ["id", "account", "tag_id", "name", "group_id", "group_name", "active"]


class GroupChatSerializer(serializers.ModelSerializer[GroupChat]):
    account = serializers.UUIDField(source="account_id", read_only=True)
    staff = serializers.ListField(child=serializers.CharField(), read_only=True)
    customers = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = GroupChat
        fields = [
            "id",
            "account",
            "chat_id",
            "name",
            "owner",
            "notice",
            "staff",
            "customers",
            "active",
            "founded_at",
            "synced_at",
        ]


class GreetingSerializer(serializers.ModelSerializer[Greeting]):
    account = serializers.UUIDField(source="account_id", read_only=True)
    welcome = serializers.UUIDField(source="welcome_id", read_only=True, allow_null=True)

    class Meta:
        model = Greeting
        fields = [
            "id",
            "account",
            "userid",
            "external_userid",
            "welcome",
            "outcome",
            "code",
            "detail",
            "tries",
            "received_at",
            "latency_ms",
            "tagging_code",
        ]

    def to_representation(self, instance: Greeting) -> dict[str, Any]:
        return masked(super().to_representation(instance), self.context, addresses=("external_userid",))


class ContactSyncSerializer(serializers.ModelSerializer[ContactSync]):
    account = serializers.UUIDField(source="account_id", read_only=True)

    class Meta:
        model = ContactSync
        fields = [
            "id",
            "account",
            "state",
            "staff",
            "tags",
            "customers",
            "groups",
            "code",
            "detail",
            "started_at",
            "updated_at",
            "finished_at",
        ]


class WelcomeMessageSerializer(serializers.ModelSerializer[WelcomeMessage]):
    account = serializers.UUIDField(source="account_id", read_only=True)
    attachments = serializers.ListField(child=serializers.DictField(), read_only=True)

    class Meta:
        model = WelcomeMessage
        fields = ["id", "account", "name", "state", "text", "attachments", "enabled", "created_at"]


class WelcomeMessageChangeSerializer(StrictSerializer):
    name = TextField(min_length=1, max_length=100)
    state = serializers.RegexField(
        PATTERN, required=False, allow_blank=True, help_text="A contact way's state, a beginning with *, or empty: all."
    )
    text = TextField(max_length=4000, required=False, allow_blank=True, help_text="Up to 4,000 bytes of UTF-8.")
    attachments = serializers.ListField(
        child=serializers.DictField(), required=False, max_length=content.MOST_ATTACHMENTS
    )
    enabled = StrictBooleanField(required=False)

    instance: WelcomeMessage | None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        old = self.instance
        text = attrs.get("text", old.text if old else "")
        attachments = attrs.get("attachments", old.attachments if old else [])
        said = content.mass_message(text, {"attachments": attachments}, {})
        fault = content.fault_of_mass(said, content.MOST_WELCOME_TEXT)
        if fault:
            raise serializers.ValidationError(
                {"attachments" if fault[0] == "attachments" else "text": fault[1]}, code=fault[0]
            )
        return attrs


class WelcomeMessageCreateSerializer(_OfAccount, WelcomeMessageChangeSerializer):
    pass


class ContactWaySerializer(serializers.ModelSerializer[ContactWay]):
    account = serializers.UUIDField(source="account_id", read_only=True)
    welcome = serializers.UUIDField(source="welcome_id", read_only=True, allow_null=True)
    users = serializers.ListField(child=serializers.CharField(), read_only=True)
    tags = serializers.ListField(child=serializers.CharField(), read_only=True)

    class Meta:
        model = ContactWay
        fields = [
            "id",
            "account",
            "name",
            "config_id",
            "state",
            "users",
            "skip_verify",
            "remark",
            "tags",
            "welcome",
            "qr_code",
            "created_at",
        ]


class ContactWayChangeSerializer(StrictSerializer):
    name = TextField(min_length=1, max_length=100)
    users = serializers.ListField(
        child=TextField(min_length=1, max_length=64),
        min_length=1,
        max_length=MOST_USERS,
        help_text="Userids of members.",
    )
    skip_verify = StrictBooleanField(required=False)
    remark = TextField(max_length=30, required=False, allow_blank=True)
    tags = serializers.ListField(
        child=TextField(min_length=1, max_length=64),
        required=False,
        max_length=MOST_TAGS,
        help_text="Ids of corp tags.",
    )
    welcome = serializers.UUIDField(required=False, allow_null=True)

    instance: ContactWay | None

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        wanted = attrs.get("welcome")
        if wanted is not None:
            account = self.instance.account if self.instance else attrs["account"]
            attrs["welcome"] = WelcomeMessage.objects.filter(account=account, pk=wanted).first()
            if attrs["welcome"] is None:
                raise serializers.ValidationError(
                    {"welcome": "There is no such welcome message of this account."}, code="does_not_exist"
                )
        return attrs


class ContactWayCreateSerializer(_OfAccount, ContactWayChangeSerializer):
    state = serializers.RegexField(
        STATE, required=False, allow_blank=True, help_text="Tells the channel; up to 30 characters. Made up if empty."
    )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        state = attrs.get("state")
        if state and ContactWay.objects.filter(account=attrs["account"], state=state).exists():
            raise serializers.ValidationError({"state": "Another contact way has this state."}, code="unique")
        return super().validate(attrs)


class MassTaskWantedSerializer(StrictSerializer):
    """Which messages: one, or all of a node of a journey."""

    message = serializers.UUIDField(required=False)
    journey = serializers.UUIDField(required=False)
    node = TextField(max_length=64, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("message" in attrs) == ("journey" in attrs) or ("node" in attrs) != ("journey" in attrs):
            raise serializers.ValidationError("Name a message, or a journey and a node.", code="required")
        return attrs


class MassTaskActSerializer(serializers.Serializer[Any]):
    account = serializers.UUIDField(source="account_id")
    msgid = serializers.CharField()
    messages = serializers.IntegerField(help_text="How many of ours are in the task and not sent yet.")
    code = serializers.CharField(help_text="Empty: WeCom did it. Else WeCom's code.")
    detail = serializers.CharField()


class MassTaskActsSerializer(serializers.Serializer[Any]):
    results = MassTaskActSerializer(many=True)
