from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from profiles.choices import ComputedKind
from profiles.computed.catalogue import KEY
from profiles.computed.freshness import state_of
from profiles.computed.kinds import keys_of
from profiles.models import Computed
from workspaces.api.serializers import ObjectField, StrictSerializer, TextField

STATES = ("ending", "failed", "computing", "refused", "waiting", "current")
MODEL_KINDS = [(ComputedKind.LIFECYCLE.value, "lifecycle"), (ComputedKind.CLV.value, "clv")]


class DefinitionField(ObjectField):
    """A definition; docs/reference/computed.md has the language."""


class PassSerializer(serializers.Serializer[Any]):
    done = serializers.IntegerField(help_text="How many people the pass under way has computed.")
    total = serializers.IntegerField(allow_null=True, help_text="How many people there were at the last count.")


class CoverageSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField()
    with_value = serializers.IntegerField()
    share = serializers.FloatField(help_text="0 to 1.")
    at = serializers.DateTimeField(help_text="When they were counted: at the end of the last pass.")


class FailureSerializer(serializers.Serializer[Any]):
    detail = serializers.CharField()
    at = serializers.DateTimeField()
    retry_at = serializers.DateTimeField(allow_null=True)


class FitSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField()
    at = serializers.DateTimeField()
    learned = ObjectField(help_text="Breaks, or parameters.")


class ComputedSerializer(serializers.ModelSerializer[Computed]):
    definition = DefinitionField(read_only=True)
    attributes = serializers.SerializerMethodField(help_text="The attributes that it writes.")
    state = serializers.SerializerMethodField()
    under_way = serializers.SerializerMethodField(help_text="The pass over everybody.")
    backlog = serializers.SerializerMethodField(
        help_text="People to whom something happened, or for whom it is time, and who are still to be computed."
    )
    coverage = serializers.SerializerMethodField()
    failure = serializers.SerializerMethodField()
    fit = serializers.SerializerMethodField(help_text="Of a model.")

    class Meta:
        model = Computed
        fields = [
            "id",
            "kind",
            "key",
            "name",
            "description",
            "definition",
            "attributes",
            "state",
            "computed_at",
            "touched_at",
            "next_at",
            "under_way",
            "backlog",
            "coverage",
            "failure",
            "fit",
            "refusal",
            "created_at",
            "updated_at",
        ]
        read_only_fields = fields

    def get_attributes(self, row: Computed) -> list[str]:
        return [f"computed.{key}" for key in keys_of(row)]

    @extend_schema_field(serializers.ChoiceField(choices=STATES))
    def get_state(self, row: Computed) -> str:
        return state_of(row)

    @extend_schema_field(PassSerializer(allow_null=True))
    def get_under_way(self, row: Computed) -> dict[str, Any] | None:
        return {"done": row.passed, "total": row.people} if row.pass_at is not None else None

    def get_backlog(self, row: Computed) -> int:
        backlogs: dict[Any, int] = self.context.get("backlogs", {})
        return backlogs.get(row.pk, 0)

    @extend_schema_field(CoverageSerializer(allow_null=True))
    def get_coverage(self, row: Computed) -> dict[str, Any] | None:
        if row.people is None or row.with_value is None or row.covered_at is None:
            return None
        share = row.with_value / row.people if row.people else 0.0
        body = {"people": row.people, "with_value": row.with_value, "share": share, "at": row.covered_at}
        return CoverageSerializer(body).data

    @extend_schema_field(FailureSerializer(allow_null=True))
    def get_failure(self, row: Computed) -> dict[str, Any] | None:
        if not row.error:
            return None
        return FailureSerializer({"detail": row.error, "at": row.failed_at, "retry_at": row.retry_at}).data

    @extend_schema_field(FitSerializer(allow_null=True))
    def get_fit(self, row: Computed) -> dict[str, Any] | None:
        if row.fitted is None:
            return None
        return FitSerializer({"version": row.fit_version, "at": row.fitted_at, "learned": row.fitted}).data


class ComputedCreateSerializer(StrictSerializer):
    key = serializers.RegexField(rf"\A{KEY.pattern}\Z", help_text="The attribute is `computed.<key>`.")
    name = TextField(max_length=100)
    description = TextField(max_length=10_000, allow_blank=True, default="")
    definition = DefinitionField()


class ModelCreateSerializer(ComputedCreateSerializer):
    kind = serializers.ChoiceField(choices=MODEL_KINDS)


class ComputedChangeSerializer(StrictSerializer):
    name = TextField(max_length=100, required=False)
    description = TextField(max_length=10_000, allow_blank=True, required=False)
    definition = DefinitionField(required=False)


class ComputedPreviewSerializer(StrictSerializer):
    definition = DefinitionField()


class ModelPreviewSerializer(ComputedPreviewSerializer):
    kind = serializers.ChoiceField(choices=MODEL_KINDS)


class PreviewedValueSerializer(serializers.Serializer[Any]):
    profile = serializers.UUIDField()
    value = serializers.JSONField(help_text="A value; of a model, an object of its attributes.")


class ComputedPreviewedSerializer(serializers.Serializer[Any]):
    people = serializers.IntegerField(help_text="How many people were looked at: a stable sample of about 5,000.")
    with_value = serializers.IntegerField()
    sample = PreviewedValueSerializer(many=True)
    classes = serializers.DictField(
        child=serializers.IntegerField(), help_text="Class → people, of a model of classes."
    )
    fitted = ObjectField(allow_null=True, help_text="What a model learned from the sample.")
    refusal = serializers.CharField(allow_blank=True, help_text="Why a model learned nothing; empty: it did.")


class MoveSerializer(serializers.Serializer[Any]):
    origin = serializers.CharField(allow_null=True)
    destination = serializers.CharField(allow_null=True)
    people = serializers.IntegerField()


class MovementSerializer(serializers.Serializer[Any]):
    moves = MoveSerializer(many=True, help_text="null: in no class at that instant.")


class CellSerializer(serializers.Serializer[Any]):
    r = serializers.IntegerField()
    f = serializers.IntegerField()
    m = serializers.IntegerField()
    label = serializers.CharField(allow_null=True)  # type: ignore[assignment]  # a declared field; the metaclass takes it away
    people = serializers.IntegerField()


class ClassSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    zh = serializers.CharField()
    en = serializers.CharField()
    people = serializers.IntegerField()


class GridSerializer(serializers.Serializer[Any]):
    cells = CellSerializer(many=True)
    classes = ClassSerializer(many=True)


class StageClassesSerializer(serializers.Serializer[Any]):
    classes = serializers.DictField(child=serializers.IntegerField(), help_text="Stage → people in it now.")


class UsualStagesSerializer(serializers.Serializer[Any]):
    stages = serializers.ListField(child=ObjectField())
