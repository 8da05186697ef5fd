"""Staff tasks: listed, and closed by whoever has done them."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.filtersets import TaskFilterSet
from journeys.choices import TaskState
from journeys.models import StaffTask
from journeys.runtime import task_staff, tasks
from workspaces.api.serializers import StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet


class TaskSerializer(serializers.ModelSerializer[StaffTask]):
    state = serializers.ChoiceField(choices=TaskState.choices, read_only=True)

    class Meta:
        model = StaffTask
        fields = [
            "id",
            "journey_id",
            "enrollment_id",
            "node",
            "profile_id",
            "assignee",
            "assigned_to",
            "content",
            "materials",
            "state",
            "created_at",
            "due_at",
            "remind_at",
            "reminded_at",
            "seen_at",
            "closed_at",
            "closed_by_staff",
            "note",
        ]
        read_only_fields = fields


class CloseTaskSerializer(StrictSerializer):
    result = serializers.ChoiceField(choices=sorted(tasks.CLOSED))
    note = TextField(max_length=2000, allow_blank=True, default="")


class ReassignTaskSerializer(StrictSerializer):
    assignee = TextField(min_length=1, max_length=64, help_text="A userid at enterprise WeChat.")


class TaskViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """What journeys ask staff to do."""

    queryset = StaffTask.objects.all()
    serializer_class = TaskSerializer
    filterset_class = TaskFilterSet

    @extend_schema(request=CloseTaskSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Say that the task is done or has failed; 409 `wrong_state` if it is closed."""
        given: Any = CloseTaskSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        task: StaffTask = self.get_object()
        user = request.user if request.user.pk else None
        tasks.close(task, given.validated_data["result"], given.validated_data["note"], user, timezone.now())
        return Response(TaskSerializer(task).data)

    @extend_schema(request=ReassignTaskSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def reassign(self, request: Request, pk: str) -> Response:
        """Hand an open task to another member of staff, who is told; 409 `wrong_state` if it is closed."""
        given: Any = ReassignTaskSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        task: StaffTask = self.get_object()
        task_staff.reassign(task, given.validated_data["assignee"], timezone.now())
        return Response(TaskSerializer(task).data)
