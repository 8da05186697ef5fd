"""The secret that a workspace's webhooks are signed with, for those who administer it."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from channels_app.models import WebhookSecret
from channels_app.webhooks.signing import previous_until, rotate, secret_of
from workspaces.api.permissions import MayAdminister
from workspaces.api.views import WorkspaceMixin


class WebhookSecretSerializer(serializers.Serializer[Any]):
    secret = serializers.CharField(help_text="As Standard Webhooks writes it: `whsec_` and base64.")
    rotated_at = serializers.DateTimeField(allow_null=True)
    previous_until = serializers.DateTimeField(
        allow_null=True, help_text="Until then calls are signed with the secret before, too."
    )


class _SecretView(WorkspaceMixin, APIView):
    permission_classes = [MayAdminister]

    def shown(self, row: WebhookSecret) -> Response:
        shown = {
            "secret": row.secrets["current"],
            "rotated_at": row.rotated_at,
            "previous_until": previous_until(row),
        }
        return Response(WebhookSecretSerializer(shown).data, headers={"Cache-Control": "no-store"})


class WebhookSecretView(_SecretView):
    @extend_schema(operation_id="channels_webhook_secret", responses=WebhookSecretSerializer)
    def get(self, request: Request) -> Response:
        """Show the secret to an owner or administrator who has signed in; no key is shown it."""
        return self.shown(secret_of(self.workspace.id))


class WebhookSecretRotationView(_SecretView):
    @extend_schema(operation_id="channels_webhook_secret_rotate", request=None, responses=WebhookSecretSerializer)
    def post(self, request: Request) -> Response:
        """Replace the secret. For a day calls are signed with both."""
        return self.shown(rotate(self.workspace.id, timezone.now()))
