"""The rules of identity types, for administrators."""

from dataclasses import asdict
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status, viewsets
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.merge_serializers import TypeChangeSerializer, TypeRuleChangeSerializer, TypeRuleSerializer
from profiles.api.merging import read
from profiles.identity_types import TypeRule
from profiles.identity_values import read_type
from profiles.merging.review import reset_type_rule, set_type_rule, type_rules
from profiles.models import IdentityType
from workspaces.api.permissions import InWorkspace, MayAdminister
from workspaces.api.views import WorkspaceMixin, WorkspaceViewSet
from workspaces.models import AuditAction, AuditEntry

NAME = OpenApiParameter("type", {"type": "string", "pattern": "^[a-z][a-z0-9_.:-]{0,63}$"}, OpenApiParameter.PATH)


class IdentityTypeViewSet(WorkspaceMixin, viewsets.GenericViewSet[Any]):
    """What each type of identity may do: which decides, which joins people, and from when it is shared."""

    queryset = IdentityType.objects.none()
    serializer_class = TypeRuleSerializer
    pagination_class = None
    lookup_field = "type"
    lookup_value_converter = "str"

    def get_permissions(self) -> Any:
        return [InWorkspace() if self.request.method in SAFE_METHODS else MayAdminister()]

    @extend_schema(responses=TypeRuleSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Every type that is known here, the deciding one first."""
        rows = [_shown(rule, own=own) for rule, own in type_rules(self.workspace)]
        return Response(TypeRuleSerializer(rows, many=True).data)

    @extend_schema(parameters=[NAME], request=TypeRuleChangeSerializer, responses=TypeRuleSerializer)
    def partial_update(self, request: Request, type: str) -> Response:  # noqa: A002  # the name in the path
        """Change the rules of a type. They hold for what comes from now on; what was merged stays merged."""
        given = read(TypeRuleChangeSerializer, request)
        rule = set_type_rule(self.workspace, read_type(type), given, timezone.now(), request)
        return Response(TypeRuleSerializer(_shown(rule, own=True)).data)

    @extend_schema(parameters=[NAME], responses={204: None})
    def destroy(self, request: Request, type: str) -> Response:  # noqa: A002  # the name in the path
        """Let the rules that are shipped hold again."""
        reset_type_rule(self.workspace, type, timezone.now(), request)
        return Response(status=status.HTTP_204_NO_CONTENT)


class IdentityTypeChangeViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """Who changed which rules of identity types, newest first."""

    queryset = AuditEntry.objects.filter(action=AuditAction.IDENTITY_RULES_CHANGED)
    serializer_class = TypeChangeSerializer


def _shown(rule: TypeRule, *, own: bool) -> dict[str, Any]:
    return {**asdict(rule), "own": own}
