"""Staff tasks: listed, and closed by whoever has done them."""

from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.filtersets import TaskFilterSet
from journeys.api.naming import with_person
from journeys.choices import TaskState
from journeys.models import Journey, StaffTask
from journeys.runtime import task_staff, tasks
from workspaces.api.masking import NotesWhoIsSeen, masked
from workspaces.api.serializers import StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet


def _named() -> QuerySet[StaffTask]:
    """Tasks with what staff call the journey and the person."""
    journey = Journey.objects.filter(pk=OuterRef("journey_id")).values("name")[:1]
    tasks_ = StaffTask.objects.select_related("closed_by")
    return with_person(tasks_.annotate(journey_name=Coalesce(Subquery(journey), Value(""))))


class TaskSerializer(serializers.ModelSerializer[StaffTask]):
    state = serializers.ChoiceField(choices=TaskState.choices, read_only=True)
    journey_name = serializers.CharField(read_only=True)
    profile_name = serializers.CharField(read_only=True, help_text="The attribute `name`, else empty.")
    profile_phone = serializers.CharField(read_only=True, help_text="Whom to call; empty if no number is known.")
    closed_by = serializers.SerializerMethodField(help_text="Empty for a program, a deadline, or while it is open.")

    class Meta:
        model = StaffTask
        fields = [
            "id",
            "journey_id",
            "journey_name",
            "enrollment_id",
            "node",
            "profile_id",
            "profile_name",
            "profile_phone",
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
            "closed_by",
            "closed_by_staff",
            "note",
        ]
        read_only_fields = fields

    def to_representation(self, instance: StaffTask) -> dict[str, Any]:
        return masked(
            super().to_representation(instance),
            self.context,
            addresses=("profile_phone",),
            names=("profile_name",),
            objects=("content", "materials", "note"),
        )

    def get_closed_by(self, task: StaffTask) -> str:
        return (task.closed_by.get_full_name() or task.closed_by.get_username()) if task.closed_by else ""


class CloseTaskSerializer(StrictSerializer):
    result = serializers.ChoiceField(choices=sorted(tasks.CLOSED))
    note = TextField(max_length=2000, allow_blank=True, default="")


class ReassignTaskSerializer(StrictSerializer):
    assignee = TextField(min_length=1, max_length=64, help_text="A userid at enterprise WeChat.")


class TaskViewSet(NotesWhoIsSeen, mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """What journeys ask staff to do."""

    queryset = _named()
    serializer_class = TaskSerializer
    filterset_class = TaskFilterSet
    seen_as = "task"

    @extend_schema(request=CloseTaskSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def close(self, request: Request, pk: str) -> Response:
        """Say that the task is done or has failed; 409 `wrong_state` if it is closed."""
        given: Any = CloseTaskSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        task: StaffTask = self.get_object()
        user = request.user if request.user.pk else None
        tasks.close(task, given.validated_data["result"], given.validated_data["note"], user, timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(request=ReassignTaskSerializer, responses=TaskSerializer)
    @action(detail=True, methods=["post"])
    def reassign(self, request: Request, pk: str) -> Response:
        """Hand an open task to another member of staff, who is told; 409 `wrong_state` if it is closed."""
        given: Any = ReassignTaskSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        task: StaffTask = self.get_object()
        task_staff.reassign(task, given.validated_data["assignee"], timezone.now())
        return Response(self.get_serializer(self.get_object()).data)
