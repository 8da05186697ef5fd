"""The dashboard in one call."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from journeys.api.review_answers import MoneySerializer
from journeys.choices import JourneyState
from journeys.dashboard.converted import Sum
from journeys.dashboard.dashboard import dashboard
from workspaces.api.views import WorkspaceMixin

WRONG = (
    *("failed_enrollments", "overdue_tasks", "failed_launches", "failed_acts", "failed_forecasts"),
    *("sending_stops", "alerts", "templates"),
    *("rejected_events", "failed_segments", "failed_imports", "failed_exports", "failed_tag_jobs"),
)
RUNNING_OUT = ("approvals", "queues", "credits", "wecom_quota", "qr_codes", "api_keys")


class TotalsSerializer(serializers.Serializer[Any]):
    live = serializers.IntegerField(help_text="Journeys.")
    paused = serializers.IntegerField(help_text="Journeys.")
    inside = serializers.IntegerField(help_text="Runs that have not ended.")
    sent = serializers.IntegerField(help_text="Messages that left since midnight; test sends are no part of it.")
    failed = serializers.IntegerField(help_text="Messages attempted since midnight that failed.")
    unknown = serializers.IntegerField(help_text="Messages attempted since midnight of whose fate nobody knows.")


class RunningJourneySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    state = serializers.ChoiceField(choices=JourneyState.choices)
    version = serializers.IntegerField(allow_null=True, help_text="The number of the live version.")
    inside = serializers.IntegerField(help_text="Runs that have not ended, the failed ones among them.")
    failed = serializers.IntegerField(help_text="Runs that stand still after a failure until an operator acts.")
    sent_today = serializers.IntegerField(help_text="Messages that left since midnight.")


class NoticeItemSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="Of what the kind of notice is about.")
    name = serializers.CharField()
    count = serializers.IntegerField()
    code = serializers.CharField(help_text="A reason or a state; empty where there is none.")
    at = serializers.DateTimeField(allow_null=True)


class WrongSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=WRONG)
    count = serializers.IntegerField(help_text="Exact.")
    items = NoticeItemSerializer(many=True, help_text="The first few, worst first.")


class RunningOutSerializer(WrongSerializer):
    kind = serializers.ChoiceField(choices=RUNNING_OUT)


class SumSerializer(serializers.Serializer[Any]):
    conversions = serializers.IntegerField()
    people = serializers.IntegerField(help_text="Each counts once.")
    value = serializers.SerializerMethodField("amounts", help_text="What the goals name, by currency, before refunds.")

    @extend_schema_field(MoneySerializer(many=True))
    def amounts(self, one: Sum) -> list[dict[str, str]]:
        return [{"currency": currency, "value": str(amount)} for currency, amount in one.value.items()]


class DaySumSerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    sum = SumSerializer()


class JourneySumSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()
    sum = SumSerializer()


class ConvertedSerializer(serializers.Serializer[Any]):
    total = SumSerializer()
    before = SumSerializer(help_text="Last week until the same clock time.")
    days = DaySumSerializer(many=True, help_text="Monday to Sunday.")
    journeys = JourneySumSerializer(many=True, help_text="The ten with most value in the workspace's currency.")


class DashboardSerializer(serializers.Serializer[Any]):
    """Days and weeks (from Monday) begin at midnight in the workspace's zone."""

    at = serializers.DateTimeField(source="period.now")
    today = serializers.DateField(source="period.today")
    totals = TotalsSerializer()
    journeys = RunningJourneySerializer(many=True, help_text="The twenty with most people inside.")
    wrong = WrongSerializer(many=True)
    running_out = RunningOutSerializer(many=True)
    converted = ConvertedSerializer()


class DashboardView(WorkspaceMixin, APIView):
    @extend_schema(operation_id="dashboard_retrieve", responses=DashboardSerializer)
    def get(self, request: Request) -> Response:
        """What is live, what goes wrong, what is about to run out, and what converted this week."""
        return Response(DashboardSerializer(dashboard(self.workspace, timezone.now())).data)
