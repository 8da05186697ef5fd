from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from profiles import dead_letter_jobs
from profiles.api.tags import by_of
from profiles.models import RejectedReplay
from workspaces.api.masking import keys_for, sees_clear
from workspaces.api.serializers import InstantField, ObjectField, StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet
from workspaces.masking import mask_json


class ReplayWantedSerializer(StrictSerializer):
    """All open items of a reason and a time [since, until), as far as they are given."""

    code = TextField(max_length=64, required=False)
    since = InstantField(required=False)
    until = InstantField(required=False)
    patch = ObjectField(required=False, help_text="A JSON Merge Patch that puts each payload right first.")


class RejectedReplaySerializer(serializers.ModelSerializer[RejectedReplay]):
    since = serializers.DateTimeField(source="received_from", allow_null=True, read_only=True)
    until = serializers.DateTimeField(source="received_to", allow_null=True, read_only=True)
    patch = serializers.JSONField(read_only=True, help_text="Masked for whoever may not see people.")
    failed = serializers.IntegerField(read_only=True, help_text="They stay open, with their newest reason.")

    class Meta:
        model = RejectedReplay
        fields = [
            "id",
            "code",
            "since",
            "until",
            "patch",
            "state",
            "total",
            "done",
            "taken",
            "duplicates",
            "failed",
            "error",
            "by",
            "asked_at",
            "finished_at",
        ]
        read_only_fields = fields

    def to_representation(self, job: RejectedReplay) -> dict[str, Any]:
        shown = super().to_representation(job)
        request = self.context.get("request")
        if sees_clear(request) or shown["patch"] is None:
            return shown
        return {**shown, "patch": mask_json(shown["patch"], keys_for(request))}


class RejectedReplayViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Refused items that are being sent again by a worker: how far it is, and what became of them."""

    queryset = RejectedReplay.objects.all()
    serializer_class = RejectedReplaySerializer

    @extend_schema(request=ReplayWantedSerializer, responses={202: RejectedReplaySerializer})
    def create(self, request: Request) -> Response:
        """Have all open items of a reason and a time sent again. Asked again while under way, it is the same one."""
        wanted = ReplayWantedSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        given = wanted.validated_data
        job = dead_letter_jobs.ask(
            self.workspace,
            by_of(request),
            timezone.now(),
            code=given.get("code", ""),
            received_from=given.get("since"),
            received_to=given.get("until"),
            patch=given.get("patch"),
        )
        return Response(self.get_serializer(job).data, status.HTTP_202_ACCEPTED)
