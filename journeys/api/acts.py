"""Acts upon many people of a journey, as a client watches them."""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from rest_framework import mixins, serializers, status
from rest_framework.response import Response

from journeys.api.people import PersonSerializer
from journeys.choices import ActKind, ActState
from journeys.models import Journey, MassAct
from journeys.runtime import acts
from workspaces.api.serializers import ObjectField
from workspaces.api.views import WorkspaceViewSet


class ActSerializer(serializers.ModelSerializer[MassAct]):
    kind = serializers.ChoiceField(choices=ActKind.choices, read_only=True)
    state = serializers.ChoiceField(choices=ActState.choices, read_only=True)
    request = ObjectField(read_only=True, help_text="What was asked.")
    result = ObjectField(
        read_only=True,
        allow_null=True,
        help_text="What a small act would have answered at once; null until it is done.",
    )
    asked_by = PersonSerializer(read_only=True, allow_null=True)

    class Meta:
        model = MassAct
        fields = [
            "id",
            "kind",
            "state",
            "total",
            "done",
            "changed",
            "request",
            "result",
            "error",
            "asked_by",
            "asked_at",
            "started_at",
            "finished_at",
        ]
        read_only_fields = fields


class JourneyActViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """What was asked to be done to many people of one journey, the newest first."""

    queryset = MassAct.objects.select_related("asked_by").defer("pending")
    serializer_class = ActSerializer

    def get_queryset(self) -> QuerySet[MassAct]:
        found = super().get_queryset()
        if "journey" not in self.kwargs:
            return found
        return found.filter(journey=get_object_or_404(Journey, workspace=self.workspace, pk=self.kwargs["journey"]))


def finished_now(act: MassAct, now: datetime) -> bool:
    """Whether nothing is left for a worker: a small act is done in the request. Raises what it fails with."""
    return acts.finish_if_small(act, now)


def under_way(act: MassAct) -> Response:
    return Response(ActSerializer(act).data, status=status.HTTP_202_ACCEPTED)


def accepted(body: Any) -> dict[int, Any]:
    """The answers of an act, for the schema: `body` where it is small, else the act."""
    return {200: body, 202: ActSerializer}
