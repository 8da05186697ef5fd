from typing import Any, Final

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from journeys.api.forecast_serializers import (
    ForecastFailureSerializer,
    ForecastHandedSerializer,
    ForecastNoteSerializer,
)
from journeys.api.serializers import CountsByNameField
from journeys.choices import ForecastState
from journeys.models import Counterfactual, CounterfactualRun

CHANGES: Final = ["gained", "lost", "both", "path", "kept_out"]


class CounterfactualMessagesSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    messages = serializers.IntegerField()


class CounterfactualChangedSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField(help_text="Whose path is another.")
    gained = CounterfactualMessagesSerializer(help_text="Who would have got what they did not get.")
    lost = CounterfactualMessagesSerializer(help_text="Who would not have got what they did.")


class CounterfactualPartedSerializer(serializers.Serializer[Any]):
    node = serializers.CharField(help_text="Where they left their record; empty: at their entry.")
    runs = serializers.IntegerField()


class CounterfactualCountsSerializer(serializers.Serializer[Any]):
    entered = serializers.IntegerField()
    left = serializers.DictField(child=serializers.IntegerField(), help_text="By outcome.")
    ended = serializers.IntegerField(help_text="Runs that exited here.")
    waiting = serializers.IntegerField(help_text="Runs that stand here when the record ends.")


class CounterfactualNodeSerializer(serializers.Serializer[Any]):
    node = serializers.CharField()
    recorded = CounterfactualCountsSerializer()
    simulated = CounterfactualCountsSerializer()


class CounterfactualMessageSerializer(serializers.Serializer[Any]):
    channel = serializers.CharField()
    template = serializers.CharField(help_text="As the graph names it; empty for a text in place of a template.")
    recorded = serializers.IntegerField(help_text="Went out.")
    simulated = serializers.IntegerField(help_text="Would have gone out.")
    gained = serializers.IntegerField(help_text="Would have gone to people who did not get them.")
    lost = serializers.IntegerField(help_text="Would not have gone to people who did.")


class CounterfactualBlockedSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    reason = serializers.CharField()
    channel = serializers.CharField()
    recorded = serializers.IntegerField()
    simulated = serializers.IntegerField()


class CounterfactualEndedSerializer(serializers.Serializer[Any]):
    recorded = CountsByNameField()
    simulated = CountsByNameField()


class CounterfactualConversionSerializer(serializers.Serializer[Any]):
    goal = serializers.CharField()
    recorded = serializers.IntegerField()
    simulated = serializers.IntegerField(help_text="That recorded events would have met; no event is invented.")
    recorded_value = serializers.CharField(help_text="A decimal.")
    simulated_value = serializers.CharField(help_text="A decimal.")


class CounterfactualCostSerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    recorded = serializers.CharField(help_text="A decimal.")
    simulated = serializers.CharField(help_text="A decimal.")
    difference = serializers.CharField(help_text="A decimal: what the edited canvas would have cost more.")


class CounterfactualExceptionSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=["merged", "migrated", "step_failed", "paused", "late", "unexplained"])
    runs = serializers.IntegerField()


class CounterfactualResultSerializer(serializers.Serializer[Any]):
    simulated = serializers.BooleanField(help_text="Always true: none of it happened.")
    since = serializers.DateTimeField()
    until = serializers.DateTimeField()
    as_of = serializers.DateTimeField(help_text="When the record ends; both paths are read as of then.")
    from_entry = serializers.BooleanField()
    people = serializers.IntegerField(help_text="Who entered in the period.")
    runs = serializers.IntegerField()
    looked_at = serializers.IntegerField()
    sampled_from = serializers.IntegerField()
    scale = serializers.FloatField(help_text="Multiply figures by it to expect those of everybody.")
    untouched = serializers.IntegerField(help_text="Runs that never come to what was edited: they are as recorded.")
    same = serializers.IntegerField(help_text="Runs with the same path, these among them.")
    changed = CounterfactualChangedSerializer()
    parted = CounterfactualPartedSerializer(many=True, help_text="Where runs left their record.")
    nodes = CounterfactualNodeSerializer(many=True)
    messages = CounterfactualMessageSerializer(many=True)
    blocked = CounterfactualBlockedSerializer(many=True)
    ended = CounterfactualEndedSerializer(help_text="Runs by state when the record ends.")
    refused = CountsByNameField(help_text="Entries that would not have been let in, by reason.")
    conversions = CounterfactualConversionSerializer(many=True)
    cost = CounterfactualCostSerializer(many=True, help_text="Of messages, by currency.")
    handed = ForecastHandedSerializer(many=True)
    failures = ForecastFailureSerializer(many=True)
    exceptions = CounterfactualExceptionSerializer(
        many=True, help_text="Runs that nothing edited touches and whose simulated path is another, by why."
    )
    notes = ForecastNoteSerializer(many=True, help_text="What is approximated.")


class CounterfactualRowSerializer(serializers.ModelSerializer[Counterfactual]):
    state = serializers.ChoiceField(choices=ForecastState.choices, read_only=True)
    simulated = serializers.SerializerMethodField(help_text="Always true: none of it happened.")

    class Meta:
        model = Counterfactual
        fields = ["id", "simulated", "state", "progress", "error", "created_at", "finished_at"]
        read_only_fields = fields

    def get_simulated(self, _row: Counterfactual) -> bool:
        return True


@extend_schema_field(CounterfactualResultSerializer(allow_null=True))
class CounterfactualResultField(serializers.Field[Any, Any, Any, Any]):
    """The stored result; only its notes depend on who reads it."""

    def to_representation(self, value: dict[str, Any]) -> Any:
        return {**value, "notes": ForecastNoteSerializer(value["notes"], many=True).data}


class CounterfactualSerializer(CounterfactualRowSerializer):
    result = CounterfactualResultField(read_only=True, allow_null=True)

    class Meta(CounterfactualRowSerializer.Meta):
        fields = [*CounterfactualRowSerializer.Meta.fields, "result"]
        read_only_fields = fields


class CounterfactualAskSerializer(serializers.Serializer[Any]):
    """What `journeys.review.counterfactual.request` reads, for the schema."""

    graph = serializers.DictField(required=False, help_text="A graph that need not be saved; without it the draft.")
    since = serializers.DateTimeField(required=False, help_text="Without it 30 days before `until`.")
    until = serializers.DateTimeField(required=False, help_text="Without it now; entries before it count.")
    as_of = serializers.DateTimeField(required=False, help_text="When the record ends; without it now.")
    sample = serializers.IntegerField(required=False, min_value=1, max_value=200_000, help_text="So many people.")
    from_entry = serializers.BooleanField(required=False, help_text="Simulate everybody from their entry on.")


class CounterfactualStepSerializer(serializers.Serializer[Any]):
    node = serializers.CharField()
    outcome = serializers.CharField(allow_null=True)
    at = serializers.DateTimeField(help_text="When the person came to the node.")


class CounterfactualSendSerializer(serializers.Serializer[Any]):
    node = serializers.CharField()
    channel = serializers.CharField()
    template = serializers.CharField()
    at = serializers.DateTimeField()
    state = serializers.CharField()
    reason = serializers.CharField()


class CounterfactualPathSerializer(serializers.Serializer[Any]):
    steps = CounterfactualStepSerializer(many=True)
    end = serializers.CharField(help_text="The state, or `not_enrolled`.")
    reason = serializers.CharField()
    sends = CounterfactualSendSerializer(many=True)
    goals = CountsByNameField(help_text="How often each was met.")


class CounterfactualRunSerializer(serializers.ModelSerializer[CounterfactualRun]):
    enrollment = serializers.UUIDField(source="enrollment_id", read_only=True)
    profile = serializers.UUIDField(source="profile_id", read_only=True)
    profile_name = serializers.CharField(read_only=True)
    profile_phone = serializers.CharField(read_only=True)
    change = serializers.ChoiceField(
        choices=CHANGES,
        read_only=True,
        help_text="What they would have got: more, less, both; the same on another path; or not let in.",
    )
    recorded = CounterfactualPathSerializer(read_only=True)
    simulated = CounterfactualPathSerializer(read_only=True)

    class Meta:
        model = CounterfactualRun
        fields = [
            *("enrollment", "profile", "profile_name", "profile_phone", "change", "gained", "lost", "refusal"),
            *("recorded", "simulated"),
        ]
        read_only_fields = fields


class CounterfactualPeopleSerializer(serializers.Serializer[Any]):
    change = serializers.ChoiceField(choices=CHANGES, required=False, help_text="Only these; `both` counts for each.")
