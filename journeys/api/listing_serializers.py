"""The list of journeys: its figures, its folders, and what is done to many."""

from typing import Any

from rest_framework import serializers

from journeys.choices import ChangeKind
from journeys.models import JourneyFolder
from journeys.runtime.many import MOST
from workspaces.api.serializers import StrictSerializer, TextField

COMING = ["launch", "opens", "closes"]


class FolderSerializer(serializers.ModelSerializer[JourneyFolder]):
    count = serializers.IntegerField(read_only=True, help_text="Journeys in it.")

    class Meta:
        model = JourneyFolder
        fields = ["id", "name", "count", "created_at"]
        read_only_fields = fields


class FolderNameSerializer(StrictSerializer):
    name = TextField(max_length=100)


class FolderOfSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    name = serializers.CharField()


class EnteredDaySerializer(serializers.Serializer[Any]):
    day = serializers.DateField()
    entered = serializers.IntegerField()


class EnteredSerializer(serializers.Serializer[Any]):
    total = serializers.IntegerField()
    days = EnteredDaySerializer(many=True, help_text="Seven days of the workspace's zone, today the last.")


class GoalOfSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()


class ConversionSerializer(serializers.Serializer[Any]):
    goal = GoalOfSerializer()
    people = serializers.IntegerField(help_text="Persons who met the goal, held-out ones aside.")
    rate = serializers.FloatField(allow_null=True, help_text="Of all persons who entered.")


class LastChangeSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=ChangeKind.choices)
    at = serializers.DateTimeField()
    by = serializers.CharField(allow_null=True, help_text="A user's name; null for a program.")


class NextSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=COMING)
    at = serializers.DateTimeField()


class FiguresSerializer(serializers.Serializer[Any]):
    inside = serializers.IntegerField(help_text="Persons inside now.")
    people = serializers.IntegerField(help_text="Persons who ever entered.")
    entered = EnteredSerializer(help_text="Runs that began.")
    conversion = ConversionSerializer(allow_null=True, help_text="Of the primary goal; null without a goal.")
    last_change = LastChangeSerializer(allow_null=True)
    next = NextSerializer(allow_null=True, help_text="What is known to happen next.")


class DuplicateSerializer(StrictSerializer):
    name = TextField(max_length=100)


class ManyJourneysSerializer(StrictSerializer):
    act = serializers.ChoiceField(choices=["move", "archive", "delete"])
    journeys = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=MOST)
    folder = serializers.UUIDField(required=False, allow_null=True, help_text="Where to move; null: out of any folder.")


class RefusedJourneySerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    code = serializers.CharField()
    detail = serializers.CharField()


class ManyDoneSerializer(serializers.Serializer[Any]):
    done = serializers.ListField(child=serializers.UUIDField())
    refused = RefusedJourneySerializer(many=True)
