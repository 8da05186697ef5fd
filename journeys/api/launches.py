from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema_field
from rest_framework import mixins, serializers

from journeys.api.serializers import COUNTS_BY_NAME
from journeys.choices import LaunchState
from journeys.models import Journey, Launch
from workspaces.api.views import WorkspaceViewSet


@extend_schema_field(COUNTS_BY_NAME)
class RefusedField(serializers.JSONField):
    """Code → how many."""


class LaunchSerializer(serializers.ModelSerializer[Launch]):
    state = serializers.ChoiceField(choices=LaunchState.choices, read_only=True)
    refused = RefusedField(read_only=True, help_text="Why people of the audience were not let in: code → how many.")

    class Meta:
        model = Launch
        fields = ["id", "due_at", "started_at", "finished_at", "state", "people", "admitted", "refused", "error"]
        read_only_fields = fields


class JourneyLaunchViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """The launches of one journey, the newest first: planned, under way, and over."""

    queryset = Launch.objects.all()
    serializer_class = LaunchSerializer

    def get_queryset(self) -> QuerySet[Launch]:
        launches = super().get_queryset()
        if "journey" not in self.kwargs:
            return launches
        return launches.filter(journey=get_object_or_404(Journey, workspace=self.workspace, pk=self.kwargs["journey"]))
