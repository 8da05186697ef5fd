"""Messages as the API shows them."""

from rest_framework import serializers

from channels_app.models import Message


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
