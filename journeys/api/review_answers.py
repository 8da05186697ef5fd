"""What every answer of a review has: how fresh it is, by what it counts, and what must be known to read it right."""

from typing import Any

from rest_framework import serializers

from journeys.choices import ReviewState
from workspaces.api.serializers import ObjectField


class NoteSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    messages = serializers.DictField(child=serializers.CharField(), help_text="In words, by language: zh-CN, en.")
    figures = ObjectField()


class ReviewAnswerSerializer(serializers.Serializer[Any]):
    as_of = serializers.DateTimeField(
        allow_null=True, help_text="What had happened by then is in the figures; null: the logs have not been read yet."
    )
    stale = serializers.BooleanField(help_text="Something has happened since; POST `review/refresh/` has it read.")
    definition = ObjectField(help_text="The goals, windows and rules of credit that the figures go by.")
    notes = NoteSerializer(many=True)


class StatedSerializer(ReviewAnswerSerializer):
    state = serializers.ChoiceField(choices=ReviewState.choices)
    progress = serializers.FloatField(help_text="The share of the runs that is read.")


class IntervalSerializer(serializers.Serializer[Any]):
    low = serializers.FloatField()
    high = serializers.FloatField()


class MoneySerializer(serializers.Serializer[Any]):
    currency = serializers.CharField()
    value = serializers.CharField(help_text="A decimal number.")
