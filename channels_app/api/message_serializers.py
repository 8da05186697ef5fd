"""Messages as the API shows them."""

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from channels_app.message_texts import Said, said_by
from channels_app.models import Message, Receipt
from workspaces.api.masking import keys_for, masked
from workspaces.api.serializers import ObjectField
from workspaces.masking import mask_json

MOST_RECEIPTS = 100


class MessageSerializer(serializers.ModelSerializer[Message]):
    account = serializers.UUIDField(source="account_id", read_only=True)
    template = serializers.UUIDField(source="template_id", read_only=True)

    class Meta:
        model = Message
        fields = [
            "id",
            "channel",
            "purpose",
            "account",
            "template",
            "profile_id",
            "journey_id",
            "version_id",
            "enrollment_id",
            "node",
            "address",
            "params",
            "test",
            "state",
            "reason",
            "result",
            "cost",
            "priority",
            "error_code",
            "error_detail",
            "provider_id",
            "not_before",
            "requested_at",
            "attempted_at",
            "accepted_at",
            "delivered_at",
        ]

    def to_representation(self, instance: Message) -> dict[str, Any]:
        shown = super().to_representation(instance)
        return masked(shown, self.context, addresses=("address",), objects=("params", "error_detail"))


class MessageReceiptSerializer(serializers.ModelSerializer[Receipt]):
    class Meta:
        model = Receipt
        fields = ["id", "outcome", "code", "reported_at", "received_at"]
        read_only_fields = fields


class EnclosedSerializer(serializers.Serializer[Any]):
    kind = serializers.CharField(help_text="The vendor's word, e.g. `link`, `miniprogram`, `textcard`, `image`.")
    title = serializers.CharField(help_text="What a person reads on it; may be empty.")
    place = serializers.CharField(help_text="Where it leads to; may be empty.")


class MessageDetailSerializer(MessageSerializer):
    """One message with all that is known of it. Not the reports' payloads, which hold whatever a vendor says."""

    account_name = serializers.CharField(source="account.name", read_only=True)
    template_name = serializers.CharField(source="template.name", read_only=True)
    currency = serializers.CharField(source="account.currency", read_only=True, help_text="Of `cost`.")
    title = serializers.SerializerMethodField(
        help_text="What stands above the text, e.g. a mail's subject; may be empty."
    )
    text = serializers.SerializerMethodField(
        help_text="Made anew of the template as it is now; null where the provider makes the text."
    )
    enclosed = serializers.SerializerMethodField(help_text="What goes with the text: links, cards, pictures.")
    policy = ObjectField(
        read_only=True, help_text="What the node said of hours and blocks, for the judgement at the send."
    )
    receipts = serializers.SerializerMethodField(help_text="What the provider reported, the first first; at most 100.")

    class Meta(MessageSerializer.Meta):
        fields = [
            *MessageSerializer.Meta.fields,
            *("account_name", "template_name", "currency"),
            *("title", "text", "enclosed", "policy", "receipts"),
            *("attempts", "expires_at", "updated_at"),
        ]

    def to_representation(self, instance: Message) -> dict[str, Any]:
        return masked(super().to_representation(instance), self.context, objects=("title", "text", "enclosed"))

    @extend_schema_field({"type": "string"})
    def get_title(self, message: Message) -> str:
        return self._said(message).title

    @extend_schema_field({"type": ["string", "null"]})
    def get_text(self, message: Message) -> str | None:
        return self._said(message).text or None

    @extend_schema_field(EnclosedSerializer(many=True))
    def get_enclosed(self, message: Message) -> Any:
        return EnclosedSerializer(self._said(message).enclosed, many=True).data

    def _said(self, message: Message) -> Said:
        keys = keys_for(self.context.get("request"))
        return said_by(message, mask_json(message.params, keys) if keys else message.params)

    @extend_schema_field(MessageReceiptSerializer(many=True))
    def get_receipts(self, message: Message) -> Any:
        reports = Receipt.objects.filter(message_id=message.pk).order_by("reported_at", "id")
        return MessageReceiptSerializer(reports[:MOST_RECEIPTS], many=True).data
