from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from journeys.api.serializers import CountsByNameField, MessagesSerializer
from journeys.choices import ForecastState
from journeys.models import Forecast
from workspaces.api.serializers import ObjectField


class ForecastSendsSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField(help_text="The hour, in UTC.")
    channel = serializers.CharField()
    allowed = serializers.IntegerField(help_text="Go out in this hour, at once.")
    held = serializers.IntegerField(help_text="Go out in this hour, after they were held.")
    blocked = serializers.IntegerField(help_text="Are refused in this hour.")


class ForecastReasonSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    reason = serializers.CharField()
    channel = serializers.CharField()
    count = serializers.IntegerField()


class ForecastPlaceSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField(help_text="The end of a day of 24 hours after the start.")
    node = serializers.CharField()
    people = serializers.IntegerField()


class ForecastFlowSerializer(serializers.Serializer[Any]):
    entered = serializers.IntegerField()
    left = serializers.DictField(child=serializers.IntegerField(), help_text="By outcome.")


class ForecastFailureSerializer(serializers.Serializer[Any]):
    node = serializers.CharField()
    error = serializers.CharField()
    count = serializers.IntegerField(help_text="Of tries.")


class ForecastHandedSerializer(serializers.Serializer[Any]):
    node = serializers.CharField()
    journey = serializers.CharField(help_text="The other journey.")
    name = serializers.CharField(help_text="What it is called; empty if there is no such journey.")
    people = serializers.IntegerField(help_text="How many are handed over; who of them it refuses is not known.")


class ForecastQuotaSerializer(serializers.Serializer[Any]):
    account = serializers.UUIDField()
    key = serializers.CharField()
    name = serializers.CharField()
    daily_quota = serializers.IntegerField(allow_null=True, help_text="The account's setting.")
    exhausted_at = serializers.DateTimeField(allow_null=True, help_text="When the first day's quota is used up.")
    most_a_day = serializers.IntegerField()
    hourly_rate = serializers.IntegerField(allow_null=True, help_text="The account's setting.")
    rate_exceeded_at = serializers.DateTimeField(allow_null=True)
    most_an_hour = serializers.IntegerField()


class ForecastNoteSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    message = serializers.SerializerMethodField(help_text="In the language of the request.")
    messages = MessagesSerializer()

    def get_message(self, note: dict[str, Any]) -> str:
        return str(note["messages"]["en" if (get_language() or "").startswith("en") else "zh-CN"])


class ForecastResultSerializer(serializers.Serializer[Any]):
    start = serializers.DateTimeField()
    end = serializers.DateTimeField()
    people = serializers.IntegerField(help_text="Who came in.")
    runs = serializers.IntegerField(required=False, help_text="How often: a schedule may let people in again.")
    looked_at = serializers.IntegerField(help_text="The people of the sample, or of the audience.")
    sampled_from = serializers.IntegerField(help_text="The people of the audience.")
    scale = serializers.FloatField(help_text="Multiply figures by it to expect those of the audience.")
    sends = ForecastSendsSerializer(many=True)
    blocked = ForecastReasonSerializer(many=True)
    held = ForecastReasonSerializer(many=True)
    nodes = ForecastPlaceSerializer(many=True)
    flow = serializers.DictField(child=ForecastFlowSerializer(), help_text="By node.")
    ended = CountsByNameField(help_text="Runs by state at the end.")
    refused = CountsByNameField(help_text="Who would not come in, by reason.")
    conversions = CountsByNameField(help_text="By goal.")
    failures = ForecastFailureSerializer(many=True)
    handed = ForecastHandedSerializer(many=True, required=False, help_text="Whom paths let into other journeys.")
    quotas = ForecastQuotaSerializer(many=True, help_text="Compared with the whole audience.")
    assumptions = ObjectField(help_text="What was assumed: given, or taken from the past.")
    notes = ForecastNoteSerializer(many=True, help_text="What the forecast does not know.")


class ForecastRowSerializer(serializers.ModelSerializer[Forecast]):
    state = serializers.ChoiceField(choices=ForecastState.choices, read_only=True)

    class Meta:
        model = Forecast
        fields = ["id", "state", "progress", "error", "created_at", "finished_at"]
        read_only_fields = fields


@extend_schema_field(ForecastResultSerializer(allow_null=True))
class ForecastResultField(serializers.Field[Any, Any, Any, Any]):
    """The stored result; only its notes depend on who reads it."""

    def to_representation(self, value: dict[str, Any]) -> Any:
        return {**value, "notes": ForecastNoteSerializer(value["notes"], many=True).data}


class ForecastSerializer(ForecastRowSerializer):
    result = ForecastResultField(read_only=True, allow_null=True)

    class Meta(ForecastRowSerializer.Meta):
        fields = [*ForecastRowSerializer.Meta.fields, "result"]
        read_only_fields = fields
