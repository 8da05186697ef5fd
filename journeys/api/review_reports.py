"""Scheduled reports of the review: by mail, to a server, or both."""

from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from channels_app.choices import Channel
from channels_app.models import ChannelAccount
from channels_app.providers.email.addresses import BadAddress, wire_address
from journeys.choices import ReportEvery, ReportRunState
from journeys.models import Journey, ReviewReport, ReviewReportRun
from journeys.review.worth import reports
from journeys.review.worth.report_text import MOST_JOURNEYS, body_of
from journeys.review.worth.report_text import text_of as report_text
from journeys.runtime import nudges
from profiles.exports import webhook
from workspaces import audit
from workspaces.api.serializers import ObjectField, StrictBooleanField, StrictSerializer, TextField, WholeNumberField
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError
from workspaces.models import AuditAction

MOST_EMAILS: Final = 20
LANGUAGES: Final = ("zh-CN", "en")


class InvalidReport(DomainError):
    """A report that cannot be sent as it is asked for."""


class ReceiverSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=["email", "webhook"])
    to = serializers.CharField()
    state = serializers.ChoiceField(
        choices=["waiting", "sending", "retry", "done", "failed", "unknown"],
        help_text="unknown: the mail server's answer was lost; it is not sent again.",
    )
    tries = serializers.IntegerField()
    reason = serializers.CharField(allow_blank=True)


class ReportRunSerializer(serializers.ModelSerializer[ReviewReportRun]):
    receivers = ReceiverSerializer(many=True)
    state = serializers.ChoiceField(choices=ReportRunState.choices)

    class Meta:
        model = ReviewReportRun
        fields = ["id", "due_at", "state", "receivers", "not_before", "finished_at"]
        read_only_fields = fields


class ReportSerializer(serializers.ModelSerializer[ReviewReport]):
    journeys = serializers.ListField(child=serializers.UUIDField(), help_text="Empty: every live one.")
    emails = serializers.ListField(child=serializers.CharField())
    account = serializers.UUIDField(source="account_id", allow_null=True)

    class Meta:
        model = ReviewReport
        fields = [
            *("id", "name", "journeys", "every", "on_day", "time", "days", "language", "account", "emails", "url"),
            *("enabled", "next_at", "created_by", "created_at", "updated_at"),
        ]
        read_only_fields = fields


class ReportWriteSerializer(StrictSerializer):
    name = TextField(max_length=100)
    journeys = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_JOURNEYS, required=False)
    every = serializers.ChoiceField(choices=ReportEvery.choices, required=False)
    on_day = WholeNumberField(
        min_value=1, max_value=31, required=False, help_text="1 = Monday of a week, or the day of a month."
    )
    time = serializers.TimeField(help_text="By the clocks of the workspace's zone, e.g. 09:00.")
    days = WholeNumberField(min_value=1, max_value=366, required=False)
    language = serializers.ChoiceField(choices=LANGUAGES, required=False)
    account = serializers.UUIDField(required=False, allow_null=True, help_text="An email account.")
    emails = serializers.ListField(child=TextField(max_length=254), max_length=MOST_EMAILS, required=False)
    url = TextField(max_length=2000, required=False, allow_blank=True)
    enabled = StrictBooleanField(required=False)


class ReportPreviewSerializer(serializers.Serializer[Any]):
    body = ObjectField(help_text="What a server is sent.")
    text = serializers.CharField(help_text="What a mail says.")


class ReviewReportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, mixins.DestroyModelMixin, WorkspaceViewSet):
    """Summaries that are sent again and again."""

    queryset = ReviewReport.objects.select_related("workspace", "account")
    serializer_class = ReportSerializer

    @extend_schema(request=ReportWriteSerializer, responses={201: ReportSerializer})
    def create(self, request: Request) -> Response:
        report = ReviewReport(workspace=self.workspace, created_by=str(request.user)[:200])
        return Response(self._write(report, request, partial=False), status=status.HTTP_201_CREATED)

    @extend_schema(request=ReportWriteSerializer, responses=ReportSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is named."""
        return Response(self._write(self.get_object(), request, partial=True))

    @extend_schema(request=None, responses={202: ReportRunSerializer})
    @action(detail=True, methods=["post"])
    def send(self, request: Request, pk: str) -> Response:
        """Send it now, besides the schedule."""
        report: ReviewReport = self.get_object()
        run = reports.send_now(report, timezone.now())
        nudges.report(report.pk)
        return Response(ReportRunSerializer(run).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses=ReportPreviewSerializer)
    @action(detail=True, pagination_class=None)
    def preview(self, request: Request, pk: str) -> Response:
        """What it would say now."""
        report: ReviewReport = self.get_object()
        body = body_of(report, timezone.now())
        return Response(ReportPreviewSerializer({"body": body, "text": report_text(body, report.language)}).data)

    @extend_schema(responses=ReportRunSerializer(many=True))
    @action(detail=True, pagination_class=None)
    def runs(self, request: Request, pk: str) -> Response:
        """The last twenty sendings, newest first."""
        found = self.get_object().runs.order_by("-due_at")[:20]
        return Response(ReportRunSerializer(found, many=True).data)

    def _write(self, report: ReviewReport, request: Request, *, partial: bool) -> dict[str, Any]:
        given = ReportWriteSerializer(data=request.data, partial=partial)
        given.is_valid(raise_exception=True)
        values: dict[str, Any] = dict(given.validated_data)
        if "journeys" in values:
            values["journeys"] = [str(one) for one in values["journeys"]]
        if "account" in values:
            values["account_id"] = values.pop("account")
        for name, value in values.items():
            setattr(report, name, value)
        self._check(report)
        now = timezone.now()
        reports.plan(report, now)
        report.save()
        # Not who receives it; the report has them.
        said = {name: str(value) for name, value in values.items() if name not in {"emails", "url"}}
        audit.record(
            self.workspace.pk, AuditAction.REVIEW_REPORT_CHANGED, now, by=request, subject=str(report.pk), data=said
        )
        return dict(ReportSerializer(report).data)

    def _check(self, report: ReviewReport) -> None:
        """Raises InvalidReport, and InvalidExport for an address of a server."""
        known = Journey.objects.filter(workspace=self.workspace, pk__in=report.journeys).count()
        if known < len(set(report.journeys)):
            raise InvalidReport("unknown_journey", "There is no such journey.", "journeys")
        if report.every == ReportEvery.WEEK and report.on_day > 7:
            raise InvalidReport("invalid_day", "The days of a week are 1 to 7.", "on_day")
        if not report.emails and not report.url:
            raise InvalidReport("no_receiver", "A report goes to an email address or to a server.", "emails")
        if report.url:
            webhook.check(report.url, ["report"])
        for one in report.emails:
            try:
                wire_address(one)
            except BadAddress as error:
                raise InvalidReport("invalid_address", f"{one} is no mail address.", "emails") from error
        if report.emails:
            self._check_account(report)

    def _check_account(self, report: ReviewReport) -> None:
        accounts = ChannelAccount.objects.filter(workspace=self.workspace, channel=Channel.EMAIL)
        if report.account_id is None or not accounts.filter(pk=report.account_id).exists():
            raise InvalidReport("unknown_account", "Mails are sent by an email account of the workspace.", "account")
