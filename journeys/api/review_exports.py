"""Files of the review: its tables, and every run."""

from typing import Any, Final

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.review_query import PairField
from journeys.review.worth import export_runs
from journeys.review.worth.export_tables import table_of, tables
from profiles.api.exports import ExportSerializer, ExportViewSet
from profiles.exports import jobs
from profiles.imports.jobs import created_by
from profiles.models import Export, ExportFormat
from workspaces import audit
from workspaces.api.masking import sees_clear
from workspaces.api.serializers import StrictSerializer, TextField, WholeNumberField
from workspaces.models import AuditAction

RUNS: Final = "review_runs"
TABLE: Final = "review_table"


class ReviewExportCreateSerializer(StrictSerializer):
    journey = serializers.UUIDField()
    table = TextField(
        max_length=40,
        help_text=f"`runs`: a row for each; or {', '.join(f'`{name}`' for name in sorted(tables()))}.",
    )
    format = serializers.ChoiceField(choices=ExportFormat.choices, default=ExportFormat.CSV)
    columns = serializers.ListField(
        child=TextField(max_length=100),
        min_length=1,
        max_length=jobs.MOST_COLUMNS,
        required=False,
        help_text="Without: all of the table.",
    )
    since = serializers.DateField(required=False)
    until = serializers.DateField(required=False)
    version = WholeNumberField(required=False, min_value=1, max_value=2**31 - 1)
    variant = PairField("node:variant", required=False)
    channel = TextField(required=False, max_length=32)
    segment = serializers.UUIDField(required=False)
    attribute = PairField("key:value", required=False)
    event = TextField(required=False, max_length=200, help_text="Of retention.")
    goal = TextField(required=False, max_length=64, help_text="Of losses, experiments, holdout and attribution.")


class ReviewExportViewSet(ExportViewSet):
    """Files of reviews, written by a worker part by part: `done` of `total` rows."""

    queryset = Export.objects.filter(kind__in=(RUNS, TABLE))

    @extend_schema(request=ReviewExportCreateSerializer, responses={202: ExportSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a file of a journey's runs, or of a table of its review."""
        serializer = ReviewExportCreateSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given: dict[str, Any] = serializer.validated_data
        name = given["table"]
        kind = RUNS if name == "runs" else TABLE
        columns = given.get("columns") or list(export_runs.COLUMNS if kind == RUNS else table_of(name).columns)
        now = timezone.now()
        job = jobs.ask(
            self.workspace,
            kind,
            given["format"],
            columns,
            _filters(given),
            masked=not sees_clear(request),
            user=created_by(request.user),
            now=now,
        )
        detail = {"kind": kind, "table": name, "journey": str(given["journey"]), "columns": columns}
        audit.record(self.workspace.pk, AuditAction.EXPORT_ASKED, now, by=request, subject=str(job.pk), data=detail)
        return Response(ExportSerializer(job).data, status=status.HTTP_202_ACCEPTED)


def _filters(given: dict[str, Any]) -> dict[str, Any]:
    """As the export keeps them, in JSON."""
    filters: dict[str, Any] = {"journey": str(given["journey"])}
    if given["table"] != "runs":
        filters["table"] = given["table"]
    for name in ("since", "until"):
        if name in given:
            filters[name] = given[name].isoformat()
    if "segment" in given:
        filters["segment"] = str(given["segment"])
    for name in ("version", "variant", "channel", "attribute", "event", "goal"):
        if given.get(name):
            filters[name] = given[name]
    return filters
