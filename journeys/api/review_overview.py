"""All journeys beside each other."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from journeys.api.review_answers import MoneySerializer
from journeys.api.review_query import asked_of
from journeys.choices import JourneyState
from journeys.review.overview import overview
from workspaces.api.serializers import StrictSerializer
from workspaces.api.views import WorkspaceMixin


class PeriodQuerySerializer(StrictSerializer):
    since = serializers.DateField(required=False, help_text="Runs that began on this day of the workspace or later.")
    until = serializers.DateField(required=False, help_text="Runs that began on this day or earlier.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if "since" in attrs and "until" in attrs and attrs["since"] > attrs["until"]:
            raise serializers.ValidationError({"until": "The last day is before the first."}, "invalid")
        return attrs


class ReturnSerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    roi = serializers.FloatField(allow_null=True, help_text="(value - cost) / cost; null: it cost nothing.")


class OverviewRowSerializer(serializers.Serializer[Any]):
    journey = serializers.UUIDField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=JourneyState.choices)
    people = serializers.IntegerField(help_text="Who entered; without the holdout.")
    converted = serializers.IntegerField(help_text="People who met the primary goal.")
    rate = serializers.FloatField(allow_null=True)
    value = MoneySerializer(many=True)
    cost = MoneySerializer(many=True)
    roi = ReturnSerializer(many=True)
    as_of = serializers.DateTimeField(allow_null=True)
    stale = serializers.BooleanField()


class JourneysOverviewSerializer(serializers.Serializer[Any]):
    journeys = OverviewRowSerializer(many=True)


class ReviewOverviewView(WorkspaceMixin, APIView):
    @extend_schema(
        operation_id="review_overview", parameters=[PeriodQuerySerializer], responses=JourneysOverviewSerializer
    )
    def get(self, request: Request) -> Response:
        """The newest 200 journeys that have been published, beside each other."""
        asked = asked_of(PeriodQuerySerializer, request)
        found = overview(self.workspace, asked.get("since"), asked.get("until"))
        return Response(JourneysOverviewSerializer({"journeys": found}).data)
