from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import User
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from profiles.choices import Joins, Normalisation
from profiles.models import (
    IdentityConflict,
    MatchRun,
    MatchSuggestion,
    MergeUndo,
    ProfileMerge,
)
from workspaces.api.masking import masked, sees_clear
from workspaces.api.serializers import ObjectField, StrictBooleanField, StrictSerializer, TextField, WholeNumberField
from workspaces.masking import mask_identity
from workspaces.models import AuditEntry


class MemberSerializer(serializers.Serializer[User]):
    """Who of the workspace did something; null stands for a program with a key, or for a fact."""

    id = serializers.IntegerField()
    name = serializers.SerializerMethodField()

    def get_name(self, user: User) -> str:
        return user.get_full_name() or user.get_username()


def named(shown: dict[str, Any], context: Mapping[str, Any]) -> dict[str, Any]:
    """The identities that two people have in common, masked for whoever may not see them."""
    if not sees_clear(context.get("request")):
        for of in ("", "with_"):
            if shown[f"{of}value"]:
                shown[f"{of}value"] = mask_identity(shown[f"{of}type"], shown[f"{of}value"])
    return shown


class MergeRequestSerializer(StrictSerializer):
    profile = serializers.UUIDField(help_text="The other one.")
    reason = TextField(max_length=1000, allow_blank=True, default="")
    force = StrictBooleanField(default=False, help_text="Also where the rules of identities say that they are two.")


class UndoRequestSerializer(StrictSerializer):
    reason = TextField(max_length=1000, allow_blank=True, default="")


class VerdictSerializer(UndoRequestSerializer):
    force = StrictBooleanField(default=False, help_text="Also where the rules of identities say that they are two.")


class UndoSerializer(serializers.ModelSerializer[MergeUndo]):
    by = MemberSerializer(allow_null=True)

    class Meta:
        model = MergeUndo
        fields = ["at", "by", "reason"]


class MergeSerializer(serializers.ModelSerializer[ProfileMerge]):
    """One merge: `type` and `value` were seen with `with_type` and `with_value`, in the event `event_id` if in one."""

    by = MemberSerializer(allow_null=True)
    moved = ObjectField(read_only=True)
    undo = serializers.SerializerMethodField(help_text="When and by whom it was taken back; null while it holds.")

    class Meta:
        model = ProfileMerge
        fields = [
            *("id", "survivor_id", "merged_id", "at", "origin", "rule", "reason", "by"),
            *("type", "value", "with_type", "with_value", "event_id", "moved", "undo"),
        ]
        read_only_fields = fields

    def to_representation(self, merge: ProfileMerge) -> dict[str, Any]:
        shown = named(super().to_representation(merge), self.context)
        return masked(shown, self.context, objects=("reason", "undo"))

    @extend_schema_field(UndoSerializer(allow_null=True))
    def get_undo(self, merge: ProfileMerge) -> dict[str, Any] | None:
        undo = getattr(merge, "undo", None)
        return None if undo is None else dict(UndoSerializer(undo).data)


class ConflictSerializer(serializers.ModelSerializer[IdentityConflict]):
    other_id = serializers.UUIDField(help_text="Whose the identity is.", read_only=True)

    class Meta:
        model = IdentityConflict
        fields = ["id", "profile_id", "other_id", "type", "value", "with_type", "with_value", "reason", "seen_at"]
        read_only_fields = fields

    def to_representation(self, conflict: IdentityConflict) -> dict[str, Any]:
        return named(super().to_representation(conflict), self.context)


class SuggestionSerializer(serializers.ModelSerializer[MatchSuggestion]):
    explanation = ObjectField(read_only=True, help_text="What was compared → how it agrees and what that weighs.")

    class Meta:
        model = MatchSuggestion
        fields = ["id", "first_id", "second_id", "weight", "probability", "explanation", "state", "found_at"]
        read_only_fields = fields


class MatchRunSerializer(serializers.ModelSerializer[MatchRun]):
    class Meta:
        model = MatchRun
        fields = ["id", "state", "people", "found", "error", "asked_at", "finished_at"]
        read_only_fields = fields


class MatchRequestSerializer(StrictSerializer):
    at_least = serializers.FloatField(
        default=0.9, min_value=0.5, max_value=1, help_text="The probability from which two people are suggested."
    )


class TypeRuleSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    priority = serializers.IntegerField(help_text="The lowest decides.")
    normalisation = serializers.ChoiceField(choices=Normalisation.choices)
    joins = serializers.ChoiceField(choices=Joins.choices)
    most_identities = serializers.IntegerField(help_text="1: a person has one of this type.")
    most_people = serializers.IntegerField(help_text="A value seen with as many people joins nobody.")
    own = serializers.BooleanField(help_text="Whether these are the workspace's own rules.")


class TypeRuleChangeSerializer(StrictSerializer):
    priority = WholeNumberField(min_value=0, max_value=10_000, required=False)
    normalisation = serializers.ChoiceField(choices=Normalisation.choices, required=False)
    joins = serializers.ChoiceField(choices=Joins.choices, required=False)
    most_identities = WholeNumberField(min_value=1, max_value=500, required=False)
    most_people = WholeNumberField(min_value=2, max_value=1_000_000, required=False)


class TypeChangeSerializer(serializers.ModelSerializer[AuditEntry]):
    """An entry of the audit log about the rules of a type; null: the rules that are shipped held, or hold again."""

    type = serializers.CharField(source="subject", read_only=True)
    before = serializers.SerializerMethodField()
    after = serializers.SerializerMethodField()

    class Meta:
        model = AuditEntry
        fields = ["id", "type", "before", "after", "at", "actor"]
        read_only_fields = fields

    @extend_schema_field(ObjectField(allow_null=True))
    def get_before(self, entry: AuditEntry) -> Any:
        return entry.data["before"]

    @extend_schema_field(ObjectField(allow_null=True))
    def get_after(self, entry: AuditEntry) -> Any:
        return entry.data["after"]
