"""Keys of API clients: made (and shown once), listed, revoked. For those who administer the workspace."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from workspaces import audit
from workspaces.api.permissions import MayAdminister
from workspaces.api.serializers import InstantField, StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet
from workspaces.choices import Scope
from workspaces.models import ApiKey, AuditAction


class ApiKeySerializer(serializers.ModelSerializer[ApiKey]):
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), read_only=True)

    class Meta:
        model = ApiKey
        fields = ["id", "name", "prefix", "scopes", "expires_at", "revoked_at", "last_used_at", "created_at"]
        read_only_fields = fields


class MadeKeySerializer(ApiKeySerializer):
    key = serializers.CharField(read_only=True, help_text="The key itself; shown only now, only its hash is stored.")

    class Meta(ApiKeySerializer.Meta):
        fields = [*ApiKeySerializer.Meta.fields, "key"]
        read_only_fields = fields


class ApiKeyCreateSerializer(StrictSerializer):
    name = TextField(min_length=1, max_length=100)
    scopes = serializers.ListField(child=serializers.ChoiceField(choices=Scope.choices), min_length=1, max_length=3)
    expires_at = InstantField(required=False, allow_null=True, default=None)

    def validate_scopes(self, scopes: list[str]) -> list[str]:
        return list(dict.fromkeys(scopes))

    def validate_expires_at(self, at: datetime | None) -> datetime | None:
        if at is not None and at <= timezone.now():
            raise serializers.ValidationError("This is in the past.", "past")
        return at


class ApiKeyViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """Keys of programs, newest first, revoked and expired ones among them. No key may make or revoke keys."""

    queryset = ApiKey.objects.all()
    serializer_class = ApiKeySerializer
    permission_classes = [MayAdminister]

    @extend_schema(request=ApiKeyCreateSerializer, responses={201: MadeKeySerializer})
    def create(self, request: Request) -> Response:
        """Make a key. The answer is the only place where it is shown."""
        given: Any = ApiKeyCreateSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        with transaction.atomic():
            row = ApiKey(workspace=self.workspace, **given.validated_data)
            key = row.set_key()
            row.save()
            self._record(AuditAction.KEY_MADE, row, {"scopes": row.scopes})
        return Response({**ApiKeySerializer(row).data, "key": key}, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses=ApiKeySerializer)
    @action(detail=True, methods=["post"])
    def revoke(self, request: Request, pk: str) -> Response:
        """Take a key back: calls with it are refused from now on. A revoked key stays revoked."""
        row: ApiKey = self.get_object()
        now = timezone.now()
        with transaction.atomic():
            if ApiKey.objects.filter(pk=row.pk, revoked_at=None).update(revoked_at=now):
                row.revoked_at = now
                self._record(AuditAction.KEY_REVOKED, row, {})
        return Response(ApiKeySerializer(row).data)

    def _record(self, action: AuditAction, row: ApiKey, data: dict[str, Any]) -> None:
        told = {"name": row.name, "prefix": row.prefix, **data}
        audit.record(self.workspace.id, action, timezone.now(), by=self.request, subject=str(row.pk), data=told)
