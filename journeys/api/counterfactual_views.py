"""Counterfactuals of a journey: asked for, watched, cancelled, and the people whose paths would have been others."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.counterfactual_serializers import (
    CounterfactualAskSerializer,
    CounterfactualPeopleSerializer,
    CounterfactualRowSerializer,
    CounterfactualRunSerializer,
    CounterfactualSerializer,
)
from journeys.api.errors import with_issues
from journeys.api.naming import with_person
from journeys.api.serializers import InvalidGraphSerializer
from journeys.models import Counterfactual, CounterfactualRun, Journey
from journeys.review.counterfactual import jobs
from journeys.runtime.publish import InvalidGraph
from workspaces.api.views import WorkspaceViewSet

# What people gained, or lost, is also among those of whom both are true.
WITH_BOTH = {"gained": ("gained", "both"), "lost": ("lost", "both")}


class CounterfactualViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """A period's recorded entries through an edited canvas. Everything in the answers is simulated."""

    queryset = Counterfactual.objects.defer("request")
    serializer_class = CounterfactualSerializer

    @property
    def journey(self) -> Journey:
        return get_object_or_404(Journey, workspace=self.workspace, pk=self.kwargs["journey"])

    def get_serializer_class(self) -> Any:
        return CounterfactualSerializer if self.action == "retrieve" else CounterfactualRowSerializer

    def get_queryset(self) -> QuerySet[Counterfactual]:
        rows = super().get_queryset()
        if "journey" not in self.kwargs:
            return rows
        rows = rows.filter(journey=self.journey)
        return rows if self.action == "retrieve" else rows.defer("request", "result")

    @extend_schema(
        request=CounterfactualAskSerializer, responses={202: CounterfactualRowSerializer, 400: InvalidGraphSerializer}
    )
    def create(self, request: Request, journey: Any) -> Response:
        """Ask what the recorded entries of a period would have come to in the draft, or in the graph that is given."""
        try:
            row = jobs.ask(self.journey, request.data, timezone.now())
        except InvalidGraph as error:
            raise with_issues(error) from error
        return Response(CounterfactualRowSerializer(row).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, journey: Any, pk: str) -> Response:
        """Cancel a counterfactual. One that has ended stays as it is."""
        jobs.LIFE.cancel(self.get_object(), timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(parameters=[CounterfactualPeopleSerializer], responses=CounterfactualRunSerializer(many=True))
    @action(detail=True, filter_backends=[])
    def people(self, request: Request, journey: Any, pk: str) -> Response:
        """The runs whose simulated path is another than the recorded one, with both side by side."""
        asked = CounterfactualPeopleSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        rows = with_person(CounterfactualRun.objects.filter(counterfactual=self.get_object()))
        if change := asked.validated_data.get("change"):
            rows = rows.filter(change__in=WITH_BOTH.get(change, (change,)))
        page = self.paginate_queryset(rows) or []
        return self.get_paginated_response(CounterfactualRunSerializer(page, many=True).data)
