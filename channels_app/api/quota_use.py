"""How much of each quota is used, for those who operate channels."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from channels_app import quota_use
from channels_app.policy.rules.counts import CountRule
from workspaces.api.views import WorkspaceMixin


def iso_window(window: timedelta | str) -> str:
    """Write a rule's window as an ISO 8601 duration, or `month`."""
    return window if isinstance(window, str) else f"PT{int(window.total_seconds())}S"


class PeopleUseSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField()
    own = serializers.BooleanField(help_text="A frequency cap of the workspace; else shipped.")
    channels = serializers.ListField(child=serializers.CharField())
    purposes = serializers.ListField(child=serializers.CharField())
    tags = serializers.ListField(child=serializers.CharField())
    most = serializers.IntegerField(help_text="To one person in the window.")
    window = serializers.CharField(help_text="An ISO 8601 duration, or `month`.")
    ends_at = serializers.DateTimeField(allow_null=True, help_text="When a calendar window ends.")
    people = serializers.IntegerField(help_text="Who has got any in the window.")
    messages = serializers.IntegerField()
    highest = serializers.IntegerField(help_text="The most that one person has got.")
    full = serializers.IntegerField(help_text="People who get none more now.")
    nearly = serializers.IntegerField(help_text="People with room for one more.")
    reference = serializers.CharField()


class WindowUseSerializer(serializers.Serializer[Any]):
    rule = serializers.CharField(source="rule.id")
    channel = serializers.CharField(source="rule.channel")
    opened_by = serializers.CharField(source="rule.kind")
    most = serializers.IntegerField(source="rule.most")
    window = serializers.SerializerMethodField()
    open = serializers.IntegerField()
    with_room = serializers.IntegerField()
    closing = serializers.IntegerField(help_text="With room, and closed in an hour.")
    reference = serializers.CharField(source="rule.source")

    def get_window(self, use: quota_use.WindowUse) -> str:
        return iso_window(use.rule.lasts)


class CreditUseSerializer(serializers.Serializer[Any]):
    account = serializers.UUIDField()
    template_code = serializers.CharField()
    template_name = serializers.CharField()
    people = serializers.IntegerField(help_text="Who has any left.")
    last_one = serializers.IntegerField(help_text="Who has one left.")
    left = serializers.IntegerField()
    granted = serializers.IntegerField()
    used = serializers.IntegerField(help_text="Sent with, or taken back.")


class RateUseSerializer(serializers.Serializer[Any]):
    account = serializers.UUIDField()
    peak = serializers.IntegerField(help_text="Messages in the busiest second of the last five minutes.")
    sent = serializers.IntegerField(help_text="Messages in the last five minutes.")


class DailyUseSerializer(serializers.Serializer[Any]):
    account = serializers.UUIDField()
    rule = serializers.CharField(source="limit.id")
    channel = serializers.CharField(source="limit.channel")
    most = serializers.IntegerField(source="limit.most")
    sent = serializers.IntegerField(help_text="Since midnight in Shanghai.")
    reference = serializers.CharField(source="limit.source")


class QuotaUsesSerializer(serializers.Serializer[Any]):
    at = serializers.DateTimeField()
    people = PeopleUseSerializer(many=True)
    windows = WindowUseSerializer(many=True)
    credits = CreditUseSerializer(many=True)
    rates = RateUseSerializer(many=True)
    daily = DailyUseSerializer(many=True)


class QuotaUseView(WorkspaceMixin, APIView):
    @extend_schema(operation_id="quotas_use_retrieve", responses=QuotaUsesSerializer)
    def get(self, request: Request) -> Response:
        """What is used of the quotas now: by people, of windows and permissions, and by accounts."""
        now, workspace = timezone.now(), self.workspace.pk
        use = {
            "at": now,
            "people": [_of_people(one) for one in quota_use.people_use(workspace, now)],
            "windows": quota_use.window_use(workspace, now),
            "credits": quota_use.credit_use(workspace),
            "rates": quota_use.rate_use(workspace, now),
            "daily": quota_use.daily_use(workspace, now),
        }
        return Response(QuotaUsesSerializer(use).data)


def _of_people(use: quota_use.PeopleUse) -> dict[str, Any]:
    rule: CountRule = use.rule
    figures = {
        name: getattr(use, name) for name in ("most", "ends_at", "people", "messages", "highest", "full", "nearly")
    }
    return {
        "rule": rule.id,
        "own": rule.source == "workspace",
        "channels": rule.channels,
        "purposes": rule.purposes,
        "tags": rule.tags,
        "window": iso_window(rule.window),
        "reference": rule.source,
        **figures,
    }
