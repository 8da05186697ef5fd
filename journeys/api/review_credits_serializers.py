"""What the review's conversions, rules and attribution look like over HTTP."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from journeys.api.review_answers import MoneySerializer, NoteSerializer
from journeys.api.review_query import ReviewQuerySerializer
from journeys.choices import CreditRule, RepeatRule
from journeys.engine.graph import Goal
from journeys.review.attribution.crediting import MODELS
from journeys.review.attribution.report import BY, DEFAULT_WINDOW, LONGEST_WINDOW
from journeys.review.credits.rules import MOST_EVENTS, MOST_VALUE
from profiles.rules.durations import InvalidDuration, parse
from workspaces.api.serializers import ObjectField, StrictSerializer, TextField


class TakebackSerializer(StrictSerializer):
    event = TextField(min_length=1, max_length=200)
    value = TextField(
        min_length=1, max_length=200, allow_null=True, default=None, help_text="Property; null: all of the order."
    )


class ReviewRulesChangeSerializer(StrictSerializer):
    """What is not named stays as it is."""

    order_property = TextField(min_length=1, max_length=200, required=False)
    currency_property = TextField(min_length=1, max_length=200, required=False)
    currency = serializers.RegexField(r"\A[A-Z]{3}\Z", required=False, help_text="ISO 4217, of events that name none.")
    refunds = serializers.ListField(child=TakebackSerializer(), required=False, max_length=MOST_EVENTS)
    cancellations = serializers.ListField(child=TakebackSerializer(), required=False, max_length=MOST_EVENTS)
    most_value = serializers.DecimalField(
        max_digits=19, decimal_places=4, max_value=MOST_VALUE, required=False, help_text="Above 0."
    )
    credit = serializers.ChoiceField(choices=CreditRule.choices, required=False)
    repeats = serializers.ChoiceField(choices=RepeatRule.choices, required=False)

    def validate_most_value(self, value: Any) -> Any:
        if value <= 0:
            raise serializers.ValidationError("This must be above 0.", "min_value")
        return value

    def validate(self, given: dict[str, Any]) -> dict[str, Any]:
        names = [one["event"] for one in (*given.get("refunds", ()), *given.get("cancellations", ()))]
        if len(set(names)) < len(names):
            raise serializers.ValidationError("An event is named twice.", "event_not_unique")
        return given


class ReviewRulesSerializer(serializers.Serializer[Any]):
    order_property = serializers.CharField(help_text="Of events, dotted: what names the order.")
    currency_property = serializers.CharField()
    currency = serializers.CharField()
    refunds = TakebackSerializer(many=True)
    cancellations = TakebackSerializer(many=True)
    most_value = serializers.CharField(help_text="A decimal text: the largest value that is believed.")
    credit = serializers.ChoiceField(choices=CreditRule.choices)
    repeats = serializers.ChoiceField(choices=RepeatRule.choices)
    revision = serializers.IntegerField()
    changed_at = serializers.DateTimeField(allow_null=True)


@extend_schema_field({"type": "array", "items": {"type": "object", "additionalProperties": {}}, "minItems": 1})
class GoalsField(serializers.ListField):
    """Goals as in a graph's settings."""

    child = ObjectField()


class DefinitionChangeSerializer(StrictSerializer):
    goals = GoalsField(help_text=f"As `settings.goals` of a graph: {', '.join(Goal.model_fields)}.")


class DefinitionSerializer(serializers.Serializer[Any]):
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a declared field; the metaclass takes it away
        choices=["version", "override", "none"]
    )
    version = serializers.IntegerField(allow_null=True, help_text="The number of the version whose goals they are.")
    since = serializers.DateTimeField(allow_null=True, help_text="When goals or rules last changed.")
    goals = serializers.ListField(child=ObjectField())
    rules = ObjectField(help_text="As at `review/rules/`.")


class HeadSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField(allow_null=True, help_text="What was committed before is in the figures.")
    stale = serializers.BooleanField(help_text="The definition has changed since they were computed.")
    definition = DefinitionSerializer()
    notes = NoteSerializer(many=True)


class SumOfCurrencySerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    conversions = serializers.IntegerField()
    value = serializers.CharField(help_text="A decimal text, before refunds.")
    refunded = serializers.CharField()
    net = serializers.CharField()


class ConvertedGoalSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField(allow_blank=True)
    primary = serializers.BooleanField()
    people = serializers.IntegerField(help_text="Each once.")
    conversions = serializers.IntegerField()
    value = SumOfCurrencySerializer(many=True)


class ConvertedDaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField(help_text="Of the conversion, in the workspace's zone.")
    goal = serializers.CharField()
    people = serializers.IntegerField()
    conversions = serializers.IntegerField()
    value = SumOfCurrencySerializer()


class ConversionsSerializer(HeadSerializer):
    goals = ConvertedGoalSerializer(many=True)
    days = ConvertedDaySerializer(many=True)


class CreditedSerializer(serializers.Serializer[Any]):
    people = serializers.FloatField(help_text="Conversions, in shares of a millionth.")
    value = MoneySerializer(many=True, help_text="After refunds.")


class AttributionRowSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(allow_blank=True, help_text="Empty: conversions without a touch in the window.")
    name = serializers.CharField(allow_blank=True)
    credits = serializers.DictField(child=CreditedSerializer(), help_text="By model.")


class AttributedSerializer(serializers.Serializer[Any]):
    notes = NoteSerializer(many=True)
    by = serializers.ChoiceField(choices=BY)
    window_days = serializers.IntegerField()
    models = serializers.ListField(child=serializers.ChoiceField(choices=MODELS))
    rows = AttributionRowSerializer(many=True, help_text="Of every model they add up to the totals exactly.")
    totals = CreditedSerializer()


class JourneyAttributionSerializer(AttributedSerializer, HeadSerializer):
    goal = serializers.CharField(allow_blank=True)


class TouchesQuerySerializer(StrictSerializer):
    by = serializers.ChoiceField(choices=BY, default="channel")
    window = serializers.CharField(
        required=False, help_text="How long before a conversion touches count: P1D to P365D, else P30D."
    )

    def validate_window(self, text: str) -> Any:
        try:
            length = parse(text).fixed
        except InvalidDuration as error:
            raise serializers.ValidationError(str(error), error.code) from error
        if not DEFAULT_WINDOW / 30 <= length <= LONGEST_WINDOW:
            raise serializers.ValidationError("From P1D to P365D.", "invalid_window")
        return length


class JourneyTouchesQuerySerializer(TouchesQuerySerializer, ReviewQuerySerializer):
    goal = serializers.RegexField(r"\A[^\x00]{1,64}\Z", required=False, help_text="Else the primary one.")


def _on_the_calendar(day: date) -> None:
    """A day whose midnight and whose next day are instants in every zone."""
    if not 1900 <= day.year < 9000:
        raise serializers.ValidationError("A year from 1900 to 8999.", "invalid_date")


class WorkspaceTouchesQuerySerializer(TouchesQuerySerializer):
    since = serializers.DateField(
        required=False, validators=[_on_the_calendar], help_text="First day of the conversions (workspace's zone)."
    )
    until = serializers.DateField(required=False, validators=[_on_the_calendar], help_text="Last day, included.")
