"""Launch forecasts of a journey: asked for, watched, cancelled."""

from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.errors import with_issues
from journeys.api.forecast_serializers import ForecastRowSerializer, ForecastSerializer
from journeys.api.serializers import InvalidGraphSerializer
from journeys.forecast import jobs
from journeys.forecast.request import ForecastRequest
from journeys.models import Forecast, Journey
from journeys.runtime.publish import InvalidGraph
from workspaces.api.views import WorkspaceViewSet


class ForecastViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """The real audience through the engine in virtual time; nothing is sent."""

    queryset = Forecast.objects.defer("request")
    serializer_class = ForecastSerializer

    @property
    def journey(self) -> Journey:
        return get_object_or_404(Journey, workspace=self.workspace, pk=self.kwargs["journey"])

    def get_serializer_class(self) -> Any:
        return ForecastSerializer if self.action == "retrieve" else ForecastRowSerializer

    def get_queryset(self) -> QuerySet[Forecast]:
        forecasts = super().get_queryset()
        if "journey" not in self.kwargs:
            return forecasts
        forecasts = forecasts.filter(journey=self.journey)
        return forecasts if self.action == "retrieve" else forecasts.defer("request", "result")

    @extend_schema(request=ForecastRequest, responses={202: ForecastRowSerializer, 400: InvalidGraphSerializer})
    def create(self, request: Request, journey: Any) -> Response:
        """Ask for a forecast of the draft, or of the graph that is given; a worker takes it up."""
        try:
            forecast = jobs.ask(self.journey, request.data, timezone.now())
        except InvalidGraph as error:
            raise with_issues(error) from error
        return Response(ForecastRowSerializer(forecast).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, journey: Any, pk: str) -> Response:
        """Cancel a forecast. One that has ended stays as it is."""
        jobs.cancel(self.get_object(), timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
