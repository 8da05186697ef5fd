"""The workspace itself: its name and its zone."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workspaces import audit
from workspaces.api.permissions import InWorkspace, MayAdminister
from workspaces.api.serializers import StrictSerializer, TextField
from workspaces.api.views import WorkspaceMixin
from workspaces.localtime import UnknownZone, zone_of
from workspaces.models import AuditAction, Workspace


class WorkspaceSerializer(serializers.ModelSerializer[Workspace]):
    class Meta:
        model = Workspace
        fields = ["id", "slug", "name", "timezone", "lanes", "created_at"]
        read_only_fields = fields


class WorkspaceChangeSerializer(StrictSerializer):
    """What is not named stays as it is."""

    name = TextField(min_length=1, max_length=100, required=False)
    timezone = TextField(max_length=64, required=False, help_text="An IANA name.")

    def validate_timezone(self, name: str) -> str:
        try:
            zone_of(name)
        except UnknownZone as error:
            raise serializers.ValidationError(str(error), error.code) from error
        return name


class WorkspaceView(WorkspaceMixin, APIView):
    """Everybody may read it; only who administers the workspace changes it."""

    def get_permissions(self) -> list[BasePermission]:
        return [MayAdminister() if self.request.method == "PATCH" else InWorkspace()]

    @extend_schema(operation_id="workspace_retrieve", responses=WorkspaceSerializer)
    def get(self, request: Request) -> Response:
        return Response(WorkspaceSerializer(self.workspace).data)

    @extend_schema(
        operation_id="workspace_partial_update", request=WorkspaceChangeSerializer, responses=WorkspaceSerializer
    )
    def patch(self, request: Request) -> Response:
        """Change the name or the zone. What goes by the zone (segments over dates, computed attributes) is computed anew."""
        given: Any = WorkspaceChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            workspace = Workspace.objects.select_for_update().get(pk=self.workspace.pk)
            changes = {
                name: {"from": getattr(workspace, name), "to": value}
                for name, value in given.validated_data.items()
                if getattr(workspace, name) != value
            }
            for name, change in changes.items():
                setattr(workspace, name, change["to"])
            if changes:
                workspace.save(update_fields=list(changes))
                now = timezone.now()
                audit.record(workspace.pk, AuditAction.WORKSPACE_CHANGED, now, by=request, data=changes)
        return Response(WorkspaceSerializer(workspace).data)
