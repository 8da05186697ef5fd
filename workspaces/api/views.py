"""What every view of the API shares: its rows are those of the caller's workspace, and no others exist for it."""

from typing import Any

from django.db.models import QuerySet
from rest_framework import viewsets
from rest_framework.exceptions import PermissionDenied

from workspaces.models import Workspace
from workspaces.principal import workspace_of


class WorkspaceMixin:
    request: Any

    @property
    def workspace(self) -> Workspace:
        workspace = workspace_of(self.request)
        if workspace is None:
            raise PermissionDenied("This user belongs to no workspace.", code="no_workspace")
        return workspace


class WorkspaceViewSet(WorkspaceMixin, viewsets.GenericViewSet[Any]):
    """Base of every viewset: a foreign workspace's id answers 404 like one that does not exist."""

    lookup_value_converter = "uuid"

    def get_queryset(self) -> QuerySet[Any]:
        queryset = super().get_queryset()
        if getattr(self, "swagger_fake_view", False):
            return queryset.none()
        return queryset.filter(workspace=self.workspace)
