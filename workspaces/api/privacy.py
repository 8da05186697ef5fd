"""Privacy rules, what retention removed, and the audit log: for those who administer the workspace."""

from typing import Any

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from workspaces import audit, retention
from workspaces.api.filtersets import AuditFilterSet
from workspaces.api.permissions import InWorkspace, MayAdminister
from workspaces.api.serializers import ObjectField, StrictSerializer, TextField, WholeNumberField
from workspaces.api.views import WorkspaceMixin, WorkspaceViewSet
from workspaces.choices import Role
from workspaces.models import AuditAction, AuditEntry, RetentionRun
from workspaces.privacy import change_rules, rules_of

MOST_DAYS = 36_500
MOST_KEYS = 200
CHANNEL = r"\A[a-z][a-z0-9_]{0,31}\Z"


@extend_schema_field({"type": "object", "additionalProperties": {"type": ["integer", "null"]}})
class RetentionField(serializers.Field[Any, Any, Any, Any]):
    """Category → days, null: kept without end."""

    def to_internal_value(self, data: Any) -> dict[str, int | None]:
        if not isinstance(data, dict):
            raise serializers.ValidationError("This is not an object.", "invalid")
        known = {category.name: category for category in retention.categories()}
        for name, days in data.items():
            if name not in known:
                raise serializers.ValidationError(f"There is no category {name[:100]!r}.", "unknown_category")
            if days is None:
                continue
            if isinstance(days, bool) or not isinstance(days, int) or not known[name].least <= days <= MOST_DAYS:
                raise serializers.ValidationError(
                    f"{name}: a number of days from {known[name].least} to {MOST_DAYS}, or null.", "invalid_days"
                )
        return data

    def to_representation(self, value: Any) -> Any:
        return dict(value)


class PrivacyRulesSerializer(StrictSerializer):
    """What is not named stays as it is."""

    clear_roles = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), required=False, help_text="Who sees people in the clear."
    )
    unmask_roles = serializers.ListField(
        child=serializers.ChoiceField(choices=Role.choices), required=False, help_text="Who may unmask, for a reason."
    )
    personal_keys = serializers.ListField(
        child=TextField(min_length=1, max_length=100),
        required=False,
        max_length=MOST_KEYS,
        help_text="Attributes and properties whose whole value is personal; compared without case.",
    )
    double_opt_in = serializers.ListField(
        child=serializers.RegexField(CHANNEL),
        required=False,
        max_length=20,
        help_text="Channels on which a grant of marketing waits for the person's confirmation.",
    )
    erasure_grace_days = WholeNumberField(min_value=1, max_value=3650, required=False)
    link_days = WholeNumberField(min_value=1, max_value=3650, required=False)
    retention = RetentionField(required=False)

    def validate_personal_keys(self, keys: list[str]) -> list[str]:
        return list(dict.fromkeys(key.lower() for key in keys))


class CategorySerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    days = serializers.IntegerField(allow_null=True, help_text="In force; null: kept without end.")
    default = serializers.IntegerField(allow_null=True)
    least = serializers.IntegerField(help_text="The smallest number of days that a rule may say.")


class PrivacySerializer(PrivacyRulesSerializer):
    categories = CategorySerializer(many=True, read_only=True)


class RetentionRunSerializer(serializers.ModelSerializer[RetentionRun]):
    rules = ObjectField(read_only=True)
    removed = ObjectField(read_only=True, help_text="Category → rows removed or emptied.")

    class Meta:
        model = RetentionRun
        fields = ["id", "day", "rules", "removed", "started_at", "finished_at"]
        read_only_fields = fields


class AuditEntrySerializer(serializers.ModelSerializer[AuditEntry]):
    data = ObjectField(read_only=True)  # type: ignore[assignment]  # a declared field; the metaclass takes it away

    class Meta:
        model = AuditEntry
        fields = ["id", "at", "actor", "action", "profile_id", "subject", "reason", "data"]
        read_only_fields = fields


class PrivacyView(WorkspaceMixin, APIView):
    """The workspace's privacy rules. Everybody may read them; only who administers the workspace changes them."""

    def get_permissions(self) -> list[BasePermission]:
        return [MayAdminister() if self.request.method == "PATCH" else InWorkspace()]

    @extend_schema(responses=PrivacySerializer)
    def get(self, request: Request) -> Response:
        return Response(self._shown())

    @extend_schema(request=PrivacyRulesSerializer, responses=PrivacySerializer)
    def patch(self, request: Request) -> Response:
        """Change the rules that are named. It is written down who changed what."""
        given: Any = PrivacyRulesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        now, changes = timezone.now(), dict(given.validated_data)
        with transaction.atomic():
            before = rules_of(self.workspace.id).as_data()
            change_rules(self.workspace.id, changes, now)
            data = {name: {"from": before[name], "to": changes[name]} for name in changes}
            audit.record(self.workspace.id, AuditAction.RULES_CHANGED, now, by=request, data=data)
        return Response(self._shown())

    def _shown(self) -> dict[str, Any]:
        days = retention.days_in_force(self.workspace.id)
        categories = [
            {"name": one.name, "days": days[one.name], "default": one.default, "least": one.least}
            for one in retention.categories()
        ]
        return PrivacySerializer({**rules_of(self.workspace.id).as_data(), "categories": categories}).data


class RetentionRunViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """What retention removed, day by day, newest first."""

    queryset = RetentionRun.objects.all()
    serializer_class = RetentionRunSerializer


class AuditViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """Who saw, took, changed or erased whose data, when and why; newest first."""

    queryset = AuditEntry.objects.all()
    serializer_class = AuditEntrySerializer
    filterset_class = AuditFilterSet
    permission_classes = [MayAdminister]
