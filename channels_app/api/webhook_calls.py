"""Calls of other people's servers, as operators look for them: what was called when, and what came of it."""

from rest_framework import mixins, serializers

from channels_app.api.filtersets import WebhookCallFilterSet
from channels_app.models import CallState, WebhookCall
from workspaces.api.views import WorkspaceViewSet


class WebhookCallSerializer(serializers.ModelSerializer[WebhookCall]):
    """Neither URL nor headers nor body: they hold keys of other people's servers, and what identifies people."""

    state = serializers.ChoiceField(choices=CallState.choices, read_only=True)

    class Meta:
        model = WebhookCall
        fields = [
            "id",
            "journey_id",
            "version_id",
            "enrollment_id",
            "profile_id",
            "node",
            "method",
            "host",
            "state",
            "attempts",
            "status",
            "reason",
            "not_before",
            "requested_at",
            "finished_at",
        ]
        read_only_fields = fields
        extra_kwargs = {
            "id": {"help_text": "The `webhook-id` that its server sees."},
            "not_before": {"help_text": "Of a queued call: when the next try is due."},
        }


class WebhookCallViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Calls of webhooks, the newest first. Those that have ended are kept for 30 days, unless the installation says otherwise."""

    queryset = WebhookCall.objects.defer("request")
    serializer_class = WebhookCallSerializer
    filterset_class = WebhookCallFilterSet
