from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from profiles.api.serializers import ProfileSerializer
from profiles.models import Segment, SegmentKind, SegmentPhase
from profiles.segment_freshness import Freshness
from profiles.segment_history import Part
from profiles.segment_lists import Listed
from workspaces.api.serializers import InstantField, ObjectField, StrictSerializer, TextField

MOST_PROFILES = 10_000


class RuleField(ObjectField):
    """A rule; docs/reference/rules.md names the operators."""


class FreshnessSerializer(serializers.Serializer[Freshness]):
    """How current the members are that are kept."""

    phase = serializers.ChoiceField(
        choices=SegmentPhase.choices,
        help_text="computing: everybody is being judged by a rule that is new; who was not yet is in as before."
        " failed: nobody can be judged by it; who is in stays as it was, until it is tried again.",
    )
    done = serializers.IntegerField(help_text="People judged since computing began.")
    total = serializers.IntegerField(help_text="People when computing began; 0 before.")
    size = serializers.IntegerField(help_text="How many members are kept.")
    judged_at = serializers.DateTimeField(allow_null=True, help_text="When somebody was last judged by it.")
    known_since = serializers.DateTimeField(
        allow_null=True, help_text="Since when it is written down who enters and leaves; null: not yet."
    )
    next_due = serializers.DateTimeField(allow_null=True, help_text="When time may next change who is in it.")
    error = serializers.CharField(help_text="Why it has failed: a code and what the database says; empty: it has not.")
    retry_at = serializers.DateTimeField(allow_null=True, help_text="When everybody is judged by it anew.")
    backlog = serializers.IntegerField(help_text="People who have changed and were not judged yet, of 10,000 changes.")


class SegmentSerializer(serializers.ModelSerializer[Segment]):
    """The context's `freshness` is that of every segment that is shown."""

    rule = RuleField(read_only=True)
    freshness = serializers.SerializerMethodField()

    class Meta:
        model = Segment
        fields = ["id", "name", "description", "kind", "rule", "freshness", "created_at", "updated_at"]
        read_only_fields = fields

    @extend_schema_field(FreshnessSerializer)
    def get_freshness(self, segment: Segment) -> Any:
        return FreshnessSerializer(self.context["freshness"][segment.pk]).data


class SegmentCreateSerializer(StrictSerializer):
    name = TextField(max_length=100)
    description = TextField(max_length=10_000, allow_blank=True, default="")
    kind = serializers.ChoiceField(choices=SegmentKind.choices, default=SegmentKind.RULE)
    rule = RuleField(required=False, help_text="Of a segment with a rule; a list has none.")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if ("rule" in attrs) is (attrs["kind"] == SegmentKind.LIST):
            detail = "A list has no rule." if "rule" in attrs else "This field is required."
            raise serializers.ValidationError({"rule": detail}, code="invalid" if "rule" in attrs else "required")
        return attrs


class SegmentChangeSerializer(StrictSerializer):
    name = TextField(max_length=100, required=False)
    description = TextField(max_length=10_000, allow_blank=True, required=False)
    rule = RuleField(required=False)


class JudgedRuleSerializer(StrictSerializer):
    rule = RuleField()
    at = InstantField(
        required=False, help_text="The instant of judgement, now if absent: what was known then, and what had happened."
    )


class PreviewSerializer(JudgedRuleSerializer):
    typing = TextField(
        max_length=64,
        required=False,
        help_text="Names the editor that asks: a preview of the same editor that still runs is cancelled.",
    )


class PreviewedSerializer(serializers.Serializer[Any]):
    count = serializers.IntegerField()
    is_estimate = serializers.BooleanField(
        help_text="Counting took too long; the count was worked out from a sample of the people."
    )
    sample = ProfileSerializer(many=True, help_text="Some of them, in a stable order.")


class EvaluateSerializer(JudgedRuleSerializer):
    profiles = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_PROFILES)


class EvaluatedSerializer(serializers.Serializer[Any]):
    matches = serializers.ListField(child=serializers.UUIDField(), help_text="In the order in which they were asked.")


class ListedPersonSerializer(StrictSerializer):
    """Either is given: the id, or identities, of which the first that is known decides."""

    id = serializers.UUIDField(required=False)
    identities = ObjectField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either the id of a profile or identities.")
        return attrs


class ChangeListSerializer(StrictSerializer):
    add = serializers.ListField(child=ListedPersonSerializer(), max_length=MOST_PROFILES, default=list)
    remove = serializers.ListField(child=ListedPersonSerializer(), max_length=MOST_PROFILES, default=list)


class ListChangedSerializer(serializers.Serializer[Listed]):
    added = serializers.IntegerField()
    removed = serializers.IntegerField()
    unknown = serializers.ListField(
        child=serializers.IntegerField(), help_text="Places of people who do not exist: first those of `add`, from 0."
    )


class OverlapSerializer(StrictSerializer):
    segments = serializers.ListField(child=serializers.UUIDField(), min_length=2, max_length=5)

    def validate_segments(self, segments: list[UUID]) -> list[UUID]:
        if len(set(segments)) != len(segments):
            raise serializers.ValidationError("A segment is named twice.")
        return segments


class OverlapPartSerializer(serializers.Serializer[Part]):
    segments = serializers.ListField(child=serializers.UUIDField(), help_text="In exactly these, of those compared.")
    count = serializers.IntegerField(source="people")


class OverlappedSerializer(serializers.Serializer[Any]):
    parts = OverlapPartSerializer(many=True)
    computing = serializers.ListField(
        child=serializers.UUIDField(), help_text="Of these the members are not all known yet."
    )


class CombineSerializer(StrictSerializer):
    """Save a segment of segments."""

    name = TextField(max_length=100)
    description = TextField(max_length=10_000, allow_blank=True, default="")
    operation = serializers.ChoiceField(choices=["union", "intersect", "except"])
    segments = serializers.ListField(child=serializers.UUIDField(), min_length=2, max_length=100)
