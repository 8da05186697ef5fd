from typing import Any, cast

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from journeys.api.enrollment_texts import language, with_segments
from journeys.api.errors import with_issues
from journeys.api.serializers import InvalidGraphSerializer
from journeys.explain.explain import explain
from journeys.explain.names import names_of
from journeys.models import Journey
from journeys.runtime.publish import InvalidGraph
from journeys.runtime.scenario import Scenario
from journeys.runtime.simulate import simulate
from workspaces.api.permissions import MayRead
from workspaces.api.serializers import ObjectField
from workspaces.api.views import WorkspaceMixin


class SimulatedEventSerializer(serializers.Serializer[Any]):
    seq = serializers.IntegerField()
    at = serializers.DateTimeField()
    kind = serializers.CharField()
    node = serializers.CharField()
    data = ObjectField()  # type: ignore[assignment]  # a declared field; the metaclass takes it away
    text = serializers.CharField(help_text="What it says, in the language of the request.")


class RenderedSerializer(serializers.Serializer[Any]):
    text = serializers.CharField()
    params = serializers.DictField(child=serializers.CharField())


class SimulatedMessageSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    node = serializers.CharField()
    channel = serializers.CharField()
    rendered = RenderedSerializer()
    state = serializers.CharField()
    reason = serializers.CharField(help_text="Why it is blocked; else empty.")


class SimulationSerializer(serializers.Serializer[Any]):
    status = serializers.CharField(help_text="The enrollment's state at `until`, or `not_enrolled`.")
    reason = serializers.CharField(required=False, help_text="Why the person would not enter.")
    events = SimulatedEventSerializer(many=True)
    messages = SimulatedMessageSerializer(many=True)


class SimulationView(WorkspaceMixin, APIView):
    """Base of the test runs: one scripted person in virtual time; nothing is sent and nothing stored."""

    permission_classes = [MayRead]

    def run(self, request: Request, journey: Journey | None) -> Response:
        try:
            result = simulate(self.workspace, request.data, journey)
        except InvalidGraph as error:
            raise with_issues(error) from error
        # The run has read the body and one of these graphs.
        names = names_of(cast("dict[str, Any]", request.data).get("graph") or (journey.draft if journey else {}))
        names = with_segments(names, self.workspace.pk, [event["data"] for event in result["events"]])
        for event in result["events"]:
            event["text"] = explain(
                event["kind"], event["node"], event["data"], names, language(), self.workspace.timezone
            )
        return Response(result)


class GraphSimulationView(SimulationView):
    @extend_schema(
        operation_id="journeys_simulate_graph",
        request=Scenario,
        responses={200: SimulationSerializer, 400: InvalidGraphSerializer},
    )
    def post(self, request: Request) -> Response:
        """Run a person through a graph that need not be saved."""
        return self.run(request, None)


class JourneySimulationView(SimulationView):
    @extend_schema(
        operation_id="journeys_simulate",
        request=Scenario,
        responses={200: SimulationSerializer, 400: InvalidGraphSerializer},
    )
    def post(self, request: Request, pk: Any) -> Response:
        """Run a person through a journey's draft, or through the graph that is given."""
        return self.run(request, get_object_or_404(Journey, workspace=self.workspace, pk=pk))
