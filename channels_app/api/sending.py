"""What holds sending back, for those who operate it: stops, the workspace's own rules, quotas."""

from typing import Any

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from channels_app.choices import Channel
from channels_app.models import ChannelAccount, Message, SendingRules, SendingStop
from channels_app.policy.own import InvalidRules, check
from channels_app.policy.rules.counts import QUOTAS, WINDOWS, CountRule, WindowRule
from channels_app.policy.rules.marketing_hours import MARKETING_WINDOWS, MarketingWindow
from channels_app.ports import ports
from workspaces.api.serializers import ObjectField, StrictSerializer, TextField, WholeNumberField
from workspaces.api.views import WorkspaceMixin, WorkspaceViewSet
from workspaces.errors import DomainError
from workspaces.localtime import zone_of
from workspaces.models import Workspace
from workspaces.models.base import first_id


class SendingStopSerializer(serializers.ModelSerializer[SendingStop]):
    by = serializers.SerializerMethodField(help_text="Who set it; empty for a program.")

    class Meta:
        model = SendingStop
        fields = ["id", "channel", "reason", "by", "at"]

    @extend_schema_field(OpenApiTypes.STR)
    def get_by(self, stop: SendingStop) -> str:
        return stop.by.get_username() if stop.by else ""


class SendingStopCreateSerializer(StrictSerializer):
    channel = serializers.ChoiceField(
        choices=[("", "all"), *Channel.choices], default="", help_text="Empty: nothing leaves on any channel."
    )
    reason = TextField(max_length=200, required=False, default="", allow_blank=True)


class StopViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """The kill switch: while a stop exists, nothing leaves on its channel. Messages wait, or expire."""

    queryset = SendingStop.objects.select_related("by")
    serializer_class = SendingStopSerializer

    @extend_schema(request=SendingStopCreateSerializer, responses={201: SendingStopSerializer})
    def create(self, request: Request) -> Response:
        """Stop a channel, or all. Stopping what is stopped changes nothing."""
        wanted = SendingStopCreateSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        user = request.user if request.user.is_authenticated and request.user.pk else None
        stop, _ = SendingStop.objects.get_or_create(
            workspace=self.workspace,
            channel=wanted.validated_data["channel"],
            defaults={"reason": wanted.validated_data["reason"], "by": user},
        )
        return Response(SendingStopSerializer(stop).data, status.HTTP_201_CREATED)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Lift a stop; what has waited leaves, after it is judged again."""
        with transaction.atomic():
            self.get_object().delete()
            transaction.on_commit(self._dispatch)
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _dispatch(self) -> None:
        for account in ChannelAccount.objects.filter(workspace=self.workspace, enabled=True):
            ports.want_dispatch(account.pk)


class RulesSerializer(serializers.Serializer[Any]):
    version = serializers.IntegerField(help_text="0: the workspace has no rules of its own.")
    rules = ObjectField(help_text="`caps`, `hours`, `closed_days`; each tightens what is shipped.")
    at = serializers.DateTimeField(allow_null=True)
    by = serializers.CharField(help_text="Who saved them; empty for a program, and where there are none.")


class RulesChangeSerializer(StrictSerializer):
    version = WholeNumberField(min_value=0, help_text="The version that was read; another one is a conflict.")
    rules = ObjectField()

    def validate_rules(self, rules: dict[str, Any]) -> dict[str, Any]:
        try:
            check(rules)
        except InvalidRules as error:
            details = [f"{place}: {text}" for place, text in error.errors]
            raise serializers.ValidationError(details, code=error.code) from error
        return rules


class RulesConflict(DomainError):
    """The rules have another version than the caller has read."""

    def __init__(self, current: int) -> None:
        super().__init__(
            "rules_conflict",
            f"The rules have been saved by somebody else; their version is {current} now.",
            attr="version",
            status=409,
            extra={"version": current},
        )


class RulesView(WorkspaceMixin, APIView):
    """The workspace's own frequency caps, hours and days without marketing, beside the shipped rules."""

    @extend_schema(operation_id="channels_rules_retrieve", responses=RulesSerializer)
    def get(self, request: Request) -> Response:
        return Response(self._shown(self._latest()))

    @extend_schema(operation_id="channels_rules_update", request=RulesChangeSerializer, responses=RulesSerializer)
    def put(self, request: Request) -> Response:
        """Replace the rules by a new version; what is judged from now on names it.

        409 `rules_conflict` if somebody else has saved them since.
        """
        wanted = RulesChangeSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        user = request.user if request.user.is_authenticated and request.user.pk else None
        with transaction.atomic():
            Workspace.objects.select_for_update().get(pk=self.workspace.pk)
            latest = self._latest()
            known = latest.version if latest else 0
            if known != wanted.validated_data["version"]:
                raise RulesConflict(known)
            row = SendingRules.objects.create(
                workspace=self.workspace, version=known + 1, rules=wanted.validated_data["rules"], by=user
            )
        return Response(self._shown(row))

    def _latest(self) -> SendingRules | None:
        return SendingRules.objects.filter(workspace=self.workspace).select_related("by").order_by("-version").first()

    @staticmethod
    def _shown(row: SendingRules | None) -> Any:
        if row is None:
            return RulesSerializer({"version": 0, "rules": {}, "at": None, "by": ""}).data
        by = row.by.get_username() if row.by else ""
        return RulesSerializer({"version": row.version, "rules": row.rules, "at": row.at, "by": by}).data


class QuotaRuleSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    version = serializers.IntegerField()
    channels = serializers.ListField(child=serializers.CharField())
    purposes = serializers.ListField(child=serializers.CharField())
    most = serializers.CharField(help_text="A number, or `days_in_month`.")
    window = serializers.CharField(help_text="An ISO 8601 duration, or `month`.")
    opened_by = serializers.CharField(help_text="What the person must have done; empty: nothing.")
    reference = serializers.CharField(help_text="Whose rule it is.")
    as_of = serializers.DateField()


class HoursRuleSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField(source="id")
    version = serializers.IntegerField()
    channel = serializers.CharField()
    opens = serializers.SerializerMethodField(help_text="HH:MM, as `closes`.")
    closes = serializers.SerializerMethodField()
    zone = serializers.CharField()
    reference = serializers.CharField(source="source", help_text="Whose rule it is.")
    as_of = serializers.DateField()

    def get_opens(self, rule: MarketingWindow) -> str:
        return clock(rule.hours.start)

    def get_closes(self, rule: MarketingWindow) -> str:
        return clock(rule.hours.end)


def clock(minute: int) -> str:
    """Write a minute of the day as HH:MM."""
    return f"{minute // 60:02}:{minute % 60:02}"


class QuotaUseSerializer(serializers.Serializer[Any]):
    account = serializers.UUIDField()
    key = serializers.CharField()
    name = serializers.CharField()
    rate = serializers.IntegerField(allow_null=True)
    paused_until = serializers.DateTimeField(allow_null=True)
    pause_reason = serializers.CharField()
    sent_today = serializers.IntegerField(
        help_text="Of what was requested since midnight on the workspace's clock, how many left."
    )
    cost_today = serializers.DecimalField(max_digits=14, decimal_places=4, allow_null=True)
    currency = serializers.CharField()


class QuotasSerializer(serializers.Serializer[Any]):
    rules = QuotaRuleSerializer(many=True)
    hours = HoursRuleSerializer(many=True, help_text="When marketing may be sent at all.")
    accounts = QuotaUseSerializer(many=True)


class QuotasView(WorkspaceMixin, APIView):
    @extend_schema(operation_id="quotas_retrieve", responses=QuotasSerializer)
    def get(self, request: Request) -> Response:
        """The shipped quotas with their sources, and what each account has used today."""
        now = timezone.now().astimezone(zone_of(self.workspace.timezone))
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        used = {
            row["account_id"]: row
            for row in Message.objects.filter(
                id__gte=first_id(midnight), workspace=self.workspace, attempted_at__gte=midnight
            )
            .values("account_id")
            .annotate(sent=Count("id"), cost=Sum("cost"))
        }
        accounts = [_use(account, used) for account in ChannelAccount.objects.filter(workspace=self.workspace)]
        rules = [*map(_count_rule, QUOTAS), *map(_window_rule, WINDOWS)]
        return Response(QuotasSerializer({"rules": rules, "hours": MARKETING_WINDOWS, "accounts": accounts}).data)


def _use(account: ChannelAccount, used: dict[Any, Any]) -> dict[str, Any]:
    row = used.get(account.pk, {"sent": 0, "cost": None})
    return {
        "account": account.pk,
        "key": account.key,
        "name": account.name,
        "rate": account.rate,
        "paused_until": account.paused_until,
        "pause_reason": account.pause_reason,
        "sent_today": row["sent"],
        "cost_today": row["cost"],
        "currency": account.currency,
    }


def _count_rule(rule: CountRule) -> dict[str, Any]:
    window = "month" if isinstance(rule.window, str) else f"PT{int(rule.window.total_seconds())}S"
    return {
        "rule": rule.id,
        "version": rule.version,
        "channels": rule.channels,
        "purposes": rule.purposes,
        "most": str(rule.most),
        "window": window,
        "opened_by": "",
        "reference": rule.source,
        "as_of": rule.as_of,
    }


def _window_rule(rule: WindowRule) -> dict[str, Any]:
    return {
        "rule": rule.id,
        "version": rule.version,
        "channels": [rule.channel],
        "purposes": [],
        "most": str(rule.most),
        "window": f"PT{int(rule.lasts.total_seconds())}S",
        "opened_by": rule.kind,
        "reference": rule.source,
        "as_of": rule.as_of,
    }
