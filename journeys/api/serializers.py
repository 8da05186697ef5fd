from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from journeys.api.listing_serializers import FiguresSerializer, FolderOfSerializer
from journeys.api.people import ApprovalSerializer
from journeys.api.review_answers import StatedSerializer
from journeys.choices import EnrollmentState, JourneyState
from journeys.engine.issues import Issue
from journeys.models import Journey, JourneyVersion
from journeys.runtime.approval import latest_approval
from workspaces.api.serializers import (
    ErrorResponseSerializer,
    ObjectField,
    StrictBooleanField,
    StrictSerializer,
    TextField,
    WholeNumberField,
)

COUNTS_BY_NAME = {"type": "object", "additionalProperties": {"type": "integer"}}


class GraphField(ObjectField):
    """A graph as the canvas edits it; a draft may be saved with errors, so only its kind is checked here."""


class LiveVersionSerializer(serializers.ModelSerializer[JourneyVersion]):
    class Meta:
        model = JourneyVersion
        fields = ["id", "number", "published_at"]


class JourneyBaseSerializer(serializers.ModelSerializer[Journey]):
    state = serializers.ChoiceField(choices=JourneyState.choices, read_only=True)
    live_version = LiveVersionSerializer(read_only=True, allow_null=True)
    folder = FolderOfSerializer(read_only=True, allow_null=True)
    enrolled = serializers.IntegerField(read_only=True, help_text="Runs that began, of all versions.")
    converted = serializers.IntegerField(read_only=True, help_text="Runs that met a goal.")

    class Meta:
        model = Journey
        fields = [
            "id",
            "name",
            "description",
            "state",
            "folder",
            "revision",
            "live_version",
            "enrolled",
            "converted",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields


class JourneyRowSerializer(JourneyBaseSerializer):
    """A row of the list; `context["figures"]` holds those of the whole page."""

    figures = serializers.SerializerMethodField()

    class Meta(JourneyBaseSerializer.Meta):
        fields = [*JourneyBaseSerializer.Meta.fields, "figures"]
        read_only_fields = fields

    @extend_schema_field(FiguresSerializer)
    def get_figures(self, journey: Journey) -> Any:
        return FiguresSerializer(self.context["figures"][journey.pk]).data


class JourneySerializer(JourneyBaseSerializer):
    graph = GraphField(source="draft", read_only=True, help_text="The draft.")

    approval = serializers.SerializerMethodField(help_text="The newest request for a second person's approval.")

    class Meta(JourneyBaseSerializer.Meta):
        fields = [*JourneyBaseSerializer.Meta.fields, "graph", "paused_at", "approval_required", "approval"]
        read_only_fields = fields

    @extend_schema_field(ApprovalSerializer(allow_null=True))
    def get_approval(self, journey: Journey) -> Any:
        latest = latest_approval(journey)
        return None if latest is None else ApprovalSerializer(latest).data


class JourneyCreateSerializer(StrictSerializer):
    name = TextField(max_length=100)
    description = TextField(max_length=10_000, allow_blank=True, default="")
    graph = GraphField(required=False)


class JourneyChangeSerializer(StrictSerializer):
    revision = WholeNumberField(min_value=0, help_text="The revision that was read; another one is a conflict.")
    name = TextField(max_length=100, required=False)
    description = TextField(max_length=10_000, allow_blank=True, required=False)
    graph = GraphField(required=False)
    approval_required = StrictBooleanField(required=False)
    autosave = StrictBooleanField(
        required=False,
        default=False,
        help_text="Nobody asked for this save: one sitting's autosaves are one entry of the change log.",
    )


class VersionSerializer(serializers.ModelSerializer[JourneyVersion]):
    graph = GraphField(read_only=True)
    published_by = serializers.CharField(
        source="published_by.username", read_only=True, allow_null=True, default=None, help_text="A user's name."
    )

    class Meta:
        model = JourneyVersion
        fields = ["id", "number", "graph", "published_at", "published_by"]


class GraphSerializer(StrictSerializer):
    graph = GraphField()


class MessagesSerializer(serializers.Serializer[Any]):
    zh_CN = serializers.CharField()  # noqa: N815  # becomes zh-CN below
    en = serializers.CharField()

    def get_fields(self) -> dict[str, Any]:
        fields = super().get_fields()
        return {name.replace("_", "-"): field for name, field in fields.items()}


class IssueSerializer(serializers.Serializer[Issue]):
    severity = serializers.ChoiceField(choices=["error", "warning"])
    code = serializers.CharField()
    message = serializers.SerializerMethodField(help_text="In the language of the request.")
    messages = MessagesSerializer()
    node_id = serializers.CharField(allow_null=True)
    field = serializers.CharField(
        allow_null=True, help_text="The dotted place in the node's configuration that cannot be read."
    )

    def get_message(self, issue: Issue) -> str:
        return issue.messages["en" if (get_language() or "").startswith("en") else "zh-CN"]


class ValidationSerializer(serializers.Serializer[Any]):
    valid = serializers.BooleanField(help_text="No errors; there may be warnings.")
    issues = IssueSerializer(many=True)


class PublishedSerializer(serializers.Serializer[Any]):
    version = LiveVersionSerializer()
    issues = IssueSerializer(many=True, help_text="Warnings.")


class InvalidGraphSerializer(ErrorResponseSerializer):
    issues = IssueSerializer(many=True, required=False, help_text="With the code `invalid_graph`.")


class StopSerializer(StrictSerializer):
    mode = serializers.ChoiceField(choices=["finish", "exit"], help_text="What happens to the people inside.")


class NodeCountsSerializer(serializers.Serializer[Any]):
    entered = serializers.IntegerField()
    waiting = serializers.IntegerField(help_text="At the node now.")
    left = serializers.DictField(child=serializers.IntegerField(), help_text="By outcome.")
    sent = serializers.IntegerField(help_text="Messages that a provider took.")
    delivered = serializers.IntegerField(help_text="Of those sent, who got theirs; whatever happened later implies it.")
    clicked = serializers.IntegerField(help_text="Of those sent, who followed a link or replied.")
    failed = serializers.IntegerField()
    blocked = serializers.IntegerField()
    converted = serializers.IntegerField()
    stuck = serializers.IntegerField(required=False, help_text="Failed, until an operator retries or removes them.")


class CountsSerializer(serializers.Serializer[Any]):
    type = serializers.ChoiceField(choices=["counts"])
    version = serializers.UUIDField(allow_null=True, help_text="The live version's id.")
    nodes = serializers.DictField(child=NodeCountsSerializer())


class VariantReviewSerializer(serializers.Serializer[Any]):
    node = serializers.CharField()
    node_name = serializers.CharField()
    variant = serializers.CharField()
    name = serializers.CharField()
    people = serializers.IntegerField()
    converted = serializers.IntegerField()
    rate = serializers.FloatField(allow_null=True)


class GoalReviewSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    name = serializers.CharField()
    primary = serializers.BooleanField()
    people = serializers.IntegerField()
    conversions = serializers.IntegerField()
    value = serializers.CharField(
        help_text="A decimal number: what the engine read off the events, added whatever its currency. By currency, with"
        " refunds and orders credited once: `review/conversions/`."
    )


@extend_schema_field(COUNTS_BY_NAME)
class CountsByNameField(serializers.DictField):
    child = serializers.IntegerField()


class ReviewSerializer(StatedSerializer):
    enrolled = serializers.IntegerField()
    states = CountsByNameField(help_text=f"By state: {', '.join(EnrollmentState.values)}.")
    nodes = serializers.DictField(child=NodeCountsSerializer())
    variants = VariantReviewSerializer(many=True)
    goals = GoalReviewSerializer(many=True)
    messages = CountsByNameField(help_text="By the message's state.")
