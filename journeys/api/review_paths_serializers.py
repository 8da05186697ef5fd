from typing import Any

from rest_framework import serializers

from journeys.api.review_answers import MoneySerializer, StatedSerializer
from journeys.api.review_query import ReviewQuerySerializer
from journeys.choices import ReviewState
from journeys.review.funnel.behind import WHAT
from journeys.review.funnel.facts import MESSAGES
from journeys.review.funnel.funnel import BY, STAGES


class CountSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField(help_text="Each counts once.")
    times = serializers.IntegerField(help_text="However often they ran or looped.")


class StageSerializer(CountSerializer):
    key = serializers.ChoiceField(choices=[*STAGES, "converted"])


class StaySerializer(serializers.Serializer[Any]):
    p50_s = serializers.IntegerField(help_text="Half of the stays that are over were no longer. Seconds, three digits.")
    p90_s = serializers.IntegerField()


class NodeConvertedSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField(help_text="Who came here and met the primary goal in that run.")
    value = MoneySerializer(many=True, help_text="Of those runs, less refunds.")


class NodeMessagesSerializer(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        return {metric: CountSerializer() for metric in MESSAGES}


class FunnelNodeSerializer(CountSerializer):
    node = serializers.CharField()
    left = serializers.DictField(
        child=CountSerializer(), help_text="By outcome; `~moved`: the run was moved to another node of another version."
    )
    ended = CountSerializer(help_text="The run ended here without leaving by an outcome.")
    waiting = serializers.IntegerField(help_text="People who are here now.")
    stay = StaySerializer(allow_null=True)
    messages = NodeMessagesSerializer()
    converted = NodeConvertedSerializer()


class FunnelRowSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="A day, the id of a version, `node:variant`, or a channel.")
    stages = StageSerializer(many=True)
    value = MoneySerializer(many=True)


class FunnelQuerySerializer(ReviewQuerySerializer):
    by = serializers.ChoiceField(choices=BY, required=False, help_text="Rows by this, besides the sums.")


class FunnelSerializer(StatedSerializer):
    stages = StageSerializer(many=True)
    nodes = FunnelNodeSerializer(many=True)
    rows = FunnelRowSerializer(many=True)


class FlowNodeSerializer(CountSerializer):
    node = serializers.CharField()
    waiting = serializers.IntegerField()
    ended = serializers.IntegerField()


class FlowLinkSerializer(CountSerializer):
    source = serializers.CharField()  # type: ignore[assignment]  # declared; the metaclass takes it away
    outcome = serializers.CharField()
    target = serializers.CharField(allow_null=True, help_text="Null: the path ends.")


class FlowSerializer(StatedSerializer):
    nodes = FlowNodeSerializer(many=True)
    links = FlowLinkSerializer(many=True)


class PeopleQuerySerializer(ReviewQuerySerializer):
    what = serializers.ChoiceField(choices=WHAT, help_text="Which number: `entered`, or `converted`, or one of a node.")
    node = serializers.CharField(required=False, max_length=64, help_text="At which node; without: anywhere.")
    outcome = serializers.CharField(required=False, max_length=64, help_text="With `what=left`: by which way out.")
    cursor = serializers.CharField(required=False, max_length=500)
    page_size = serializers.CharField(required=False, max_length=3)


class RefreshingSerializer(serializers.Serializer[Any]):
    state = serializers.ChoiceField(choices=ReviewState.choices)
    as_of = serializers.DateTimeField(allow_null=True)
