from collections.abc import Mapping
from typing import Any

from rest_framework import serializers

from journeys.api.review_answers import IntervalSerializer, NoteSerializer, StatedSerializer
from journeys.api.review_query import ReviewQuerySerializer
from journeys.review.experiments.holdout import HELD, TREATED
from journeys.review.experiments.verdicts import TEXTS as VERDICTS
from journeys.review.losses.behind import WITH_RUNS
from journeys.review.losses.fates import BARS
from journeys.review.losses.words import BARS as BAR_WORDS
from journeys.review.losses.words import reason_words
from workspaces.api.serializers import ObjectField

UNITS = ["run", "person"]
BAR_KEYS = list(BARS)


class WordsField(serializers.DictField):
    """A text by language: zh-CN, en."""

    child = serializers.CharField()


class StatsQuerySerializer(ReviewQuerySerializer):
    goal = serializers.CharField(
        required=False, max_length=64, help_text="The goal by whose conversions is compared; without: the primary one."
    )


class ComparisonSerializer(serializers.Serializer[Any]):
    difference = serializers.FloatField(help_text="Of the rates: variant less control.")
    interval = IntervalSerializer(help_text="95 %, Newcombe's hybrid score; of a look at a time that was fixed before.")
    z = serializers.FloatField()
    p = serializers.FloatField(help_text="Two-sided, pooled z test; of a single look.")
    uplift = serializers.FloatField(allow_null=True, help_text="Relative: 0.1 is a tenth more than the control.")
    uplift_interval = IntervalSerializer(allow_null=True, help_text="95 %, Katz.")


class AtAnyTimeSerializer(serializers.Serializer[Any]):
    p = serializers.FloatField(help_text="Always valid: it may be looked at after every person. Compare with `alpha`.")
    interval = IntervalSerializer(help_text="Covers the difference at all times together.")


class PowerSerializer(serializers.Serializer[Any]):
    effect = serializers.FloatField(help_text="The relative rise whose power is told.")
    power = serializers.FloatField(help_text="The chance to find it with the people that there are now.")
    detectable = serializers.FloatField(allow_null=True, help_text="The smallest rise (absolute) found with `wanted`.")
    wanted = serializers.FloatField()


class AgainstSerializer(serializers.Serializer[Any]):
    comparison = ComparisonSerializer()
    p_adjusted = serializers.FloatField(help_text="`p`, adjusted by Holm for the number of variants.")
    at_any_time = AtAnyTimeSerializer()
    judgeable = serializers.BooleanField(help_text="At least ten of each converted, and ten did not.")
    power = PowerSerializer()
    people_needed = serializers.IntegerField(
        allow_null=True, help_text="How many more, of both together, if the difference stays; null: there is none."
    )


class WorthSerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    total = serializers.CharField(help_text="A decimal number, less refunds.")
    per_person = serializers.FloatField()
    interval = IntervalSerializer(help_text="95 %, bootstrap; the same figures give the same interval.")
    difference = serializers.FloatField(allow_null=True, help_text="Per person, to the control.")
    difference_interval = IntervalSerializer(allow_null=True)


class ArmSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    converted = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)
    interval = IntervalSerializer(help_text="95 %, Wilson.")
    values = WorthSerializer(many=True)
    against = AgainstSerializer(allow_null=True, help_text="Against the control; null of the control itself.")


class LookSerializer(serializers.Serializer[Any]):
    day = serializers.DateField(help_text="The last day of enrolment that is in it.")
    fraction = serializers.FloatField(help_text="Of the planned people.")
    people = serializers.IntegerField()
    z = serializers.FloatField()
    bound = serializers.FloatField(help_text="O'Brien and Fleming's for this look, by Lan and DeMets.")
    crossed = serializers.BooleanField()


class VariantArmSerializer(ArmSerializer):
    variant = serializers.CharField()
    name = serializers.CharField()
    weight = serializers.FloatField(allow_null=True, help_text="Percent; null: the newest version has it no more.")
    control = serializers.BooleanField()
    looks = LookSerializer(many=True, help_text="Stated looks, where a winner's rule says for how many it is planned.")


class SampleRatioSerializer(serializers.Serializer[Any]):
    verdict = serializers.ChoiceField(choices=["ok", "mismatch", "too_few"])
    statistic = serializers.FloatField(allow_null=True, help_text="χ²")
    degrees = serializers.IntegerField()
    p = serializers.FloatField(allow_null=True, help_text="Below 0.001 it is a mismatch.")
    expected = serializers.DictField(child=serializers.FloatField(), help_text="People by group as the weights say.")


class ExperimentVerdictSerializer(serializers.Serializer[Any]):
    code = serializers.ChoiceField(choices=sorted(VERDICTS))
    messages = WordsField(help_text="In words, by language: zh-CN, en.")
    variant = serializers.CharField(help_text="Which the words are about; empty: none.")
    figures = ObjectField()


class EndedSerializer(serializers.Serializer[Any]):
    variant = serializers.CharField()
    reason = serializers.CharField(help_text="`winner`, or `fallback`.")
    at = serializers.DateTimeField()


class ExperimentSerializer(serializers.Serializer[Any]):
    node = serializers.CharField()
    name = serializers.CharField()
    goal = serializers.CharField(help_text="Empty: there is none.")
    unit = serializers.ChoiceField(choices=UNITS, help_text="What is counted: each was assigned once.")
    control = serializers.CharField()
    variants = VariantArmSerializer(many=True)
    sample_ratio = SampleRatioSerializer()
    alpha = serializers.FloatField(help_text="Of each comparison: 0.05 shared among the variants.")
    verdict = ExperimentVerdictSerializer()
    planned = serializers.IntegerField(allow_null=True, help_text="People for whom the winner's rule waits.")
    ended = EndedSerializer(allow_null=True, help_text="How the engine ended the test.")
    per_day = serializers.FloatField(help_text="People a day, over the last two weeks in which any came.")
    notes = NoteSerializer(many=True)


class ExperimentsSerializer(StatedSerializer):
    experiments = ExperimentSerializer(many=True)


class CombinedSerializer(serializers.Serializer[Any]):
    difference = serializers.FloatField()
    interval = IntervalSerializer()
    p = serializers.FloatField()


class HoldoutArmsSerializer(serializers.Serializer[Any]):
    def get_fields(self) -> dict[str, Any]:
        return {TREATED: ArmSerializer(), HELD: ArmSerializer()}


class SpanSerializer(serializers.Serializer[Any]):
    since = serializers.DateField(allow_null=True, help_text="The first day of enrolment; null: the beginning.")
    until = serializers.DateField(allow_null=True, help_text="The last; null: it goes on.")
    percent = serializers.FloatField(help_text="The share held out.")
    mixed = serializers.BooleanField(help_text="The share was changed on this day, so both were at work.")
    arms = HoldoutArmsSerializer()
    sample_ratio = SampleRatioSerializer()


class HoldoutSerializer(StatedSerializer):
    goal = serializers.CharField(help_text="Empty: there is none.")
    arms = HoldoutArmsSerializer()
    combined = CombinedSerializer(
        allow_null=True, help_text="Treated less held out, compared within the periods of a share (Mantel-Haenszel)."
    )
    extra = serializers.FloatField(allow_null=True, help_text="Conversions that the journey added to those treated.")
    periods = SpanSerializer(many=True, source="spans", help_text="Who was in the holdout when.")
    verdict = ExperimentVerdictSerializer()


class RuleSeenSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField(help_text="With its version.")
    times = serializers.IntegerField(help_text="Of the refusals of 200 runs at most.")
    figures = ObjectField(help_text="What it most often compared.")


class PartSerializer(serializers.Serializer[Any]):
    node = serializers.CharField()
    channel = serializers.CharField()
    people = serializers.IntegerField()


class LossSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    detail = serializers.CharField(help_text="The reason with which runs ended before any send; else empty.")
    messages = serializers.SerializerMethodField(help_text="The reason by language: zh-CN, en.")
    people = serializers.IntegerField()
    converted = serializers.IntegerField(help_text="Of those lost here, who converted all the same.")
    avoidable = serializers.BooleanField()
    parts = PartSerializer(many=True, help_text="The same people by the send that was their furthest.")
    rules = RuleSeenSerializer(many=True)

    def get_messages(self, loss: Mapping[str, Any]) -> dict[str, str]:
        chinese, english = reason_words(loss["code"], loss["detail"])
        return {"zh-CN": chinese, "en": english}


class BarSerializer(serializers.Serializer[Any]):
    key = serializers.ChoiceField(choices=BAR_KEYS)
    messages = serializers.SerializerMethodField(help_text="The name of the bar by language: zh-CN, en.")
    people = serializers.IntegerField(allow_null=True, help_text="Who passed it; null: nobody knows.")
    lost = serializers.IntegerField(allow_null=True, help_text="Who did not, having passed the bar before.")
    reasons = LossSerializer(many=True)

    def get_messages(self, bar: Mapping[str, Any]) -> dict[str, str]:
        chinese, english = BAR_WORDS[bar["key"]]
        return {"zh-CN": chinese, "en": english}


class LargestSerializer(serializers.Serializer[Any]):
    bar = serializers.ChoiceField(choices=BAR_KEYS)
    code = serializers.CharField()
    people = serializers.IntegerField()
    messages = WordsField(help_text="In words, by language: zh-CN, en.")


class LossesSerializer(StatedSerializer):
    goal = serializers.CharField(help_text="Empty: there is none.")
    bars = BarSerializer(many=True)
    largest = LargestSerializer(allow_null=True, help_text="Null: no loss could have been avoided.")
    messages = WordsField(help_text="The largest avoidable loss in words, by language: zh-CN, en.")


class LossPeopleQuerySerializer(StatsQuerySerializer):
    bar = serializers.ChoiceField(choices=WITH_RUNS, help_text="Which bar did not let them pass.")
    reason = serializers.CharField(
        required=False, max_length=100, help_text="The code; without: any. `converted`, at that bar: who did convert."
    )
    cursor = serializers.CharField(required=False, max_length=500)
    page_size = serializers.CharField(required=False, max_length=3)
