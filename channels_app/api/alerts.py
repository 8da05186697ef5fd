"""What a person must look at."""

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from channels_app.api.filtersets import AlertFilterSet
from channels_app.models import Alert
from workspaces.api.serializers import StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet


class AlertSerializer(serializers.ModelSerializer[Alert]):
    class Meta:
        model = Alert
        fields = [
            "id",
            "kind",
            "subject",
            "code",
            "detail",
            "opened_at",
            "closed_at",
            "acknowledged_at",
            "acknowledged_by",
            "note",
        ]


class AcknowledgeSerializer(StrictSerializer):
    note = TextField(max_length=500, required=False, default="", allow_blank=True)


class AlertViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """What a person must look at, e.g. an account that its provider refuses; the newest first."""

    queryset = Alert.objects.all()
    serializer_class = AlertSerializer
    filterset_class = AlertFilterSet

    @extend_schema(request=AcknowledgeSerializer, responses=AlertSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def acknowledge(self, request: Request, pk: str) -> Response:
        """Say that one sees to it. Who was first stays named; the alert closes when what it is about is over."""
        wanted = AcknowledgeSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        with transaction.atomic():
            alert: Alert = self.get_queryset().select_for_update().filter(pk=self.get_object().pk).get()
            if alert.acknowledged_at is None:
                alert.acknowledged_at, alert.acknowledged_by = timezone.now(), str(request.user)
            alert.note = wanted.validated_data["note"] or alert.note
            alert.save(update_fields=["acknowledged_at", "acknowledged_by", "note"])
        return Response(AlertSerializer(alert).data)
