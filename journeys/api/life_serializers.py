from typing import Any

from django.utils.translation import get_language
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from journeys.api.change_texts import words_of
from journeys.api.people import PersonSerializer
from journeys.api.serializers import MessagesSerializer
from journeys.choices import EnrollmentState
from journeys.engine.diff import Effect
from journeys.engine.edit_effects import EDIT_EFFECTS
from journeys.engine.migration import OUTCOMES
from journeys.models import JourneyChange, JourneyComment
from journeys.runtime.migrating import Row
from workspaces.api.serializers import ObjectField, StrictSerializer, TextField, WholeNumberField


def in_language(zh: str, en: str) -> str:
    """One of two texts, by the request's language."""
    return en if (get_language() or "").startswith("en") else zh


class ResumeSerializer(StrictSerializer):
    mode = serializers.ChoiceField(
        choices=["catch_up", "shift"],
        default="catch_up",
        help_text="What came due in the pause happens now, or every wait is longer by the pause.",
    )


class ApprovalAskSerializer(StrictSerializer):
    comment = TextField(max_length=2000, allow_blank=True, default="")


class ApprovalDecisionSerializer(ApprovalAskSerializer):
    decision = serializers.ChoiceField(choices=["approve", "reject"])


class CommentCreateSerializer(StrictSerializer):
    text = TextField(max_length=5000)
    node_id = TextField(max_length=64, required=False, allow_null=True, default=None)


class CommentSerializer(serializers.ModelSerializer[JourneyComment]):
    node_id = serializers.SerializerMethodField(help_text="Null: about the journey.")
    author = PersonSerializer(allow_null=True)

    class Meta:
        model = JourneyComment
        fields = ["id", "text", "node_id", "author", "created_at"]
        read_only_fields = fields

    def get_node_id(self, comment: JourneyComment) -> str | None:
        return comment.node_id or None


class ChangeSerializer(serializers.ModelSerializer[JourneyChange]):
    user = PersonSerializer(allow_null=True)
    data = ObjectField(read_only=True)  # type: ignore[assignment]  # a declared field; the metaclass takes it away
    text = serializers.SerializerMethodField(help_text="In the language of the request.")

    class Meta:
        model = JourneyChange
        fields = ["id", "at", "user", "kind", "version", "data", "text"]
        read_only_fields = fields

    def get_text(self, change: JourneyChange) -> str:
        return in_language(*words_of(change))


class MigrationRequestSerializer(StrictSerializer):
    versions = serializers.ListField(
        child=serializers.UUIDField(),
        required=False,
        max_length=1000,
        help_text="By default every one but the live one.",
    )
    mapping = serializers.DictField(
        child=TextField(allow_null=True, max_length=64),
        required=False,
        help_text="Old node → node of the live version, or null to keep its people where they are.",
    )


class MigrationTargetSerializer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    number = serializers.IntegerField()


class MigrationRowSerializer(serializers.Serializer[Row]):
    version = serializers.UUIDField()
    number = serializers.IntegerField(help_text="The version's number.")
    node = serializers.CharField()
    node_name = serializers.CharField()
    people = serializers.IntegerField()
    target = serializers.CharField(allow_null=True, help_text="Null: they stay.")
    target_name = serializers.CharField()
    reason = serializers.SerializerMethodField(help_text="Why they stay; empty if they move.")
    text = serializers.SerializerMethodField(help_text="What becomes of them, in the language of the request.")

    def get_reason(self, row: Row) -> str:
        return row.code if row.target is None else ""

    def get_text(self, row: Row) -> str:
        return in_language(*OUTCOMES[row.code])


class MigrationPreviewSerializer(serializers.Serializer[Any]):
    to = MigrationTargetSerializer()
    movable = serializers.IntegerField()
    staying = serializers.IntegerField()
    rows = MigrationRowSerializer(many=True)


class MigratedSerializer(serializers.Serializer[Any]):
    migrated = serializers.IntegerField()
    staying = serializers.IntegerField()


class DiffNodeSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    type = serializers.CharField()
    name = serializers.CharField()


class DiffNodeChangeSerializer(DiffNodeSerializer):
    fields = serializers.ListField(  # type: ignore[assignment]  # a declared field; the metaclass takes it away
        child=serializers.CharField(), help_text="`type`, `name` or `config.<key>`."
    )
    before = ObjectField()
    after = ObjectField()


class DiffEdgeSerializer(serializers.Serializer[Any]):
    source = serializers.CharField()  # type: ignore[assignment]  # as above
    outcome = serializers.CharField()
    target = serializers.CharField()


class DiffNodesSerializer(serializers.Serializer[Any]):
    added = DiffNodeSerializer(many=True)
    removed = DiffNodeSerializer(many=True)
    changed = DiffNodeChangeSerializer(many=True)


class DiffEdgesSerializer(serializers.Serializer[Any]):
    added = DiffEdgeSerializer(many=True)
    removed = DiffEdgeSerializer(many=True)


class SettingChangeSerializer(serializers.Serializer[Any]):
    field = serializers.CharField()
    before = serializers.JSONField(allow_null=True)
    after = serializers.JSONField(allow_null=True)


class DiffSettingsSerializer(serializers.Serializer[Any]):
    changed = SettingChangeSerializer(many=True)


class DiffNoteSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    text = serializers.CharField(allow_blank=True)
    colour = serializers.CharField()


class DiffNoteChangeSerializer(serializers.Serializer[Any]):
    id = serializers.CharField()
    before = DiffNoteSerializer()
    after = DiffNoteSerializer()


class DiffNotesSerializer(serializers.Serializer[Any]):
    """Notes on the canvas: nothing of them reaches anybody inside."""

    added = DiffNoteSerializer(many=True)
    removed = DiffNoteSerializer(many=True)
    changed = DiffNoteChangeSerializer(many=True)


class EffectSerializer(serializers.Serializer[Effect]):
    """What one kind of edit does to a person inside who is moved to the newer graph."""

    code = serializers.CharField()
    severity = serializers.SerializerMethodField()
    node_id = serializers.CharField(allow_null=True)
    message = serializers.SerializerMethodField(help_text="In the language of the request.")
    messages = serializers.SerializerMethodField()

    @extend_schema_field(serializers.ChoiceField(choices=["info", "warning"]))
    def get_severity(self, effect: Effect) -> str:
        return EDIT_EFFECTS[effect.code].severity

    def get_message(self, effect: Effect) -> str:
        return in_language(*EDIT_EFFECTS[effect.code].effect)

    @extend_schema_field(MessagesSerializer)
    def get_messages(self, effect: Effect) -> dict[str, str]:
        text = EDIT_EFFECTS[effect.code].effect
        return {"zh-CN": text.zh, "en": text.en}


class DiffSerializer(serializers.Serializer[Any]):
    nodes = DiffNodesSerializer()
    edges = DiffEdgesSerializer()
    settings = DiffSettingsSerializer()
    notes = DiffNotesSerializer()
    effects = EffectSerializer(many=True)


class BulkSerializer(StrictSerializer):
    """Which people: the filters of the list. Nothing given: everyone inside."""

    node = TextField(max_length=64, required=False)
    state = serializers.ChoiceField(choices=EnrollmentState.choices, required=False)
    version = WholeNumberField(min_value=1, max_value=2**31 - 1, required=False, help_text="The version's number.")
    reason = TextField(max_length=200, required=False, help_text="Recorded with what is done.")


class BulkResultSerializer(serializers.Serializer[Any]):
    changed = serializers.IntegerField()
