from typing import Any, get_args

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from journeys.api.enrollment_texts import language
from journeys.api.serializers import CountsByNameField, GraphField, IssueSerializer, MessagesSerializer
from journeys.plays.play import Category
from workspaces.api.serializers import ObjectField, StrictSerializer, TextField

CATEGORIES = list(get_args(Category))
PARAMETER_KINDS = ["number", "time", "instant", "text", "choice"]


class PlaySearchSerializer(serializers.Serializer[Any]):
    search = serializers.CharField(
        required=False,
        allow_blank=True,
        max_length=100,
        default="",
        help_text="Part of a name, a text, a figure or an event.",
    )
    category = serializers.ChoiceField(choices=CATEGORIES, required=False, allow_blank=True, default="")


class ChoiceSerializer(serializers.Serializer[Any]):
    value = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a declared field; the metaclass takes it away


@extend_schema_field({"oneOf": [{"type": "integer"}, {"type": "string"}]})
class ParameterValueField(serializers.Field[Any, Any, Any, Any]):
    def to_representation(self, value: Any) -> Any:
        return value


class ParameterSerializer(serializers.Serializer[Any]):
    key = serializers.CharField()
    kind = serializers.ChoiceField(choices=PARAMETER_KINDS)
    label = serializers.CharField()  # type: ignore[assignment]  # as above
    default = ParameterValueField()
    min = serializers.IntegerField(allow_null=True)
    max = serializers.IntegerField(allow_null=True, help_text="Of a text: its length.")
    unit = serializers.ChoiceField(choices=["days", "hours", "percent"], allow_null=True)
    choices = ChoiceSerializer(many=True)


class PlayRowSerializer(serializers.Serializer[Any]):
    id = serializers.CharField(help_text="A key, or the id of a play of the workspace's own.")
    own = serializers.BooleanField(help_text="Kept by this workspace; else it comes with Zhitu.")
    name = serializers.CharField()
    summary = serializers.CharField()
    category = serializers.ChoiceField(choices=CATEGORIES)
    figure = serializers.CharField(help_text="The figure it is for; empty where nobody has said so.")
    channels = serializers.ListField(child=serializers.CharField())
    events = serializers.ListField(child=serializers.CharField(), help_text="Events that it needs.")
    attributes = serializers.ListField(child=serializers.CharField(), help_text="Attributes of people that it needs.")
    steps = serializers.IntegerField(help_text="How many nodes it has.")
    created_by = serializers.CharField(allow_null=True, help_text="Who kept it.")
    updated_at = serializers.DateTimeField(allow_null=True)


class UnfilledSerializer(serializers.Serializer[Any]):
    node = serializers.CharField()
    code = serializers.ChoiceField(choices=["no_account", "no_template", "no_value"])
    message = serializers.SerializerMethodField(help_text="In the language of the request.")
    messages = MessagesSerializer()

    def get_message(self, unfilled: Any) -> str:
        return str(unfilled.messages[language()])


class EvidencePeriodSerializer(serializers.Serializer[Any]):
    since = serializers.DateTimeField(allow_null=True, help_text="The first entry.")
    until = serializers.DateTimeField(allow_null=True, help_text="The last entry.")


class EvidenceRateSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField(help_text="Who met the goal.")
    rate = serializers.FloatField(allow_null=True)
    low = serializers.FloatField(allow_null=True, help_text="Of Wilson's interval.")
    high = serializers.FloatField(allow_null=True)
    confidence = serializers.FloatField()


class EvidenceMoneySerializer(serializers.Serializer[Any]):
    currency = serializers.CharField(allow_blank=True, help_text="Empty: nobody has said which.")
    value = serializers.CharField(help_text="A decimal.")


class EvidenceDefinitionSerializer(serializers.Serializer[Any]):
    goal = serializers.CharField()
    name = serializers.CharField()
    event = serializers.CharField()
    window = serializers.CharField(help_text="After entry, within which it counts; empty: for ever.")
    value = serializers.CharField(help_text="The property that says what it is worth.")
    source = serializers.ChoiceField(  # type: ignore[assignment]  # a declared field; the metaclass takes it away
        choices=["credits", "conversions"], help_text="By the rules of the review, or as the engine counted."
    )


class EvidenceTextSerializer(serializers.Serializer[Any]):
    node = serializers.CharField()
    template = serializers.CharField()
    name = serializers.CharField()
    body = serializers.CharField()


class EvidenceSerializer(serializers.Serializer[Any]):
    kept_at = serializers.DateTimeField()
    period = EvidencePeriodSerializer()
    people = serializers.IntegerField(help_text="Who entered, without those held out.")
    runs = serializers.IntegerField()
    conversion = EvidenceRateSerializer(allow_null=True, help_text="Null: the journey has no goal.")
    value = EvidenceMoneySerializer(many=True, help_text="Of the conversions, refunds subtracted.")
    cost = EvidenceMoneySerializer(many=True, help_text="Of its messages.")
    messages = CountsByNameField(help_text="By state.")
    definition = EvidenceDefinitionSerializer(allow_null=True, help_text="What counted as a conversion.")
    texts = EvidenceTextSerializer(many=True, help_text="What its templates said.")


class PlaySerializer(PlayRowSerializer):
    graph = GraphField(help_text="As a draft would have it with the defaults, accounts and templates filled in.")
    parameters = ParameterSerializer(many=True)
    unfilled = UnfilledSerializer(many=True, help_text="What a draft would still lack.")
    evidence = EvidenceSerializer(
        allow_null=True, help_text="What the journey had come to when it was kept; null: that was not kept."
    )
    journey = serializers.UUIDField(allow_null=True, help_text="The journey it was kept from.")


class PlayDraftSerializer(StrictSerializer):
    name = TextField(max_length=100, required=False, help_text="By default the play's.")
    parameters = ObjectField(required=False, help_text="What is left out is the play's default.")
    folder = serializers.UUIDField(required=False, allow_null=True)


class PlayMadeSerializer(serializers.Serializer[Any]):
    journey = serializers.UUIDField()
    name = serializers.CharField()
    unfilled = UnfilledSerializer(many=True)
    issues = IssueSerializer(many=True, help_text="What is left to do before it can be published.")


class SaveAsPlaySerializer(StrictSerializer):
    name = TextField(max_length=100)
    description = TextField(max_length=10_000, allow_blank=True, default="")
    category = serializers.ChoiceField(choices=CATEGORIES)
    with_results = serializers.BooleanField(
        default=False, help_text="Keep with it what the journey has come to: people, conversion, value, cost, texts."
    )


class PlayChangeSerializer(StrictSerializer):
    name = TextField(max_length=100, required=False)
    description = TextField(max_length=10_000, allow_blank=True, required=False)
    category = serializers.ChoiceField(choices=CATEGORIES, required=False)
