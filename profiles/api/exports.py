from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from django.http import FileResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.imports import CsvRenderer
from profiles.exports import jobs
from profiles.exports.sources import InvalidExport
from profiles.imports import storage
from profiles.imports.jobs import created_by
from profiles.models import Export, ExportFormat, ExportState, ExportTarget
from workspaces import audit
from workspaces.api.masking import sees_clear
from workspaces.api.serializers import ObjectField, StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet
from workspaces.choices import Scope
from workspaces.errors import DomainError
from workspaces.models import AuditAction
from workspaces.principal import may

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TYPES = {ExportFormat.CSV: "text/csv; charset=utf-8", ExportFormat.XLSX: XLSX}


class XlsxRenderer(CsvRenderer):
    media_type = XLSX
    format = "xlsx"


class ExportCreateSerializer(StrictSerializer):
    kind = TextField(max_length=16, help_text="`people`, `events` or `messages`.")
    format = serializers.ChoiceField(choices=ExportFormat.choices, default=ExportFormat.CSV)
    columns = serializers.ListField(
        child=TextField(max_length=300),
        min_length=1,
        max_length=jobs.MOST_COLUMNS,
        required=False,
        help_text="Of a file; of a webhook `fields` says it.",
    )
    target = serializers.ChoiceField(
        choices=ExportTarget.choices,
        default=ExportTarget.FILE,
        help_text="webhook: signed POSTs of up to 500 rows to `url`, one after the other; a repeat has the same `webhook-id`.",
    )
    url = TextField(max_length=2000, required=False)
    # The name is the request's; the metaclass takes it off the class, so the serializer's own `fields` stays.
    fields = serializers.DictField(  # type: ignore[assignment]
        child=TextField(max_length=300),
        required=False,
        help_text="Of a webhook: what the receiver calls a value → which column it is.",
    )
    filters = ObjectField(
        required=False,
        help_text="People: `segment`, `rule`, `consent` {channel, purpose}; events: `name`, `from`, `to`; messages: `channel`, `state`, `journey`.",
    )


def _wanted(given: dict[str, Any]) -> tuple[list[str], str, list[str]]:
    """The columns; of a webhook the address and the receiver's names, too. Raises InvalidExport."""
    fields: dict[str, str] = given.get("fields", {})
    if given["target"] == ExportTarget.WEBHOOK:
        if not given.get("url") or not fields or "columns" in given:
            raise InvalidExport("invalid_target", "A webhook has `url` and `fields`, and no `columns`.", "target")
        return list(fields.values()), given["url"], list(fields)
    if "url" in given or fields or "columns" not in given:
        raise InvalidExport("invalid_target", "A file has `columns`, and neither `url` nor `fields`.", "target")
    return given["columns"], "", []


class ExportSerializer(serializers.ModelSerializer[Export]):
    columns = serializers.ListField(child=serializers.CharField())
    filters = ObjectField()
    names = serializers.ListField(child=serializers.CharField(), help_text="Of a webhook: the receiver's names.")

    class Meta:
        model = Export
        fields = [
            "id",
            "kind",
            "format",
            "state",
            "columns",
            "target",
            "url",
            "names",
            "filters",
            "masked",
            "total",
            "done",
            "parts",
            "failures",
            "not_before",
            "size",
            "error",
            "created_at",
            "finished_at",
            "expires_at",
        ]
        read_only_fields = fields


class ExportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Files of people, events or messages, written by a worker and kept for seven days."""

    queryset = Export.objects.all()
    serializer_class = ExportSerializer

    @extend_schema(request=ExportCreateSerializer, responses={202: ExportSerializer})
    def create(self, request: Request) -> Response:
        """Ask for a file. Whoever does not see people in the clear gets personal values in part only."""
        serializer = ExportCreateSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given: dict[str, Any] = serializer.validated_data
        now = timezone.now()
        columns, url, names = _wanted(given)
        job = jobs.ask(
            self.workspace,
            given["kind"],
            given["format"],
            columns,
            given.get("filters", {}),
            masked=not sees_clear(request),
            user=created_by(request.user),
            now=now,
            url=url,
            names=names,
        )
        # Not the filters, which may hold somebody's number; the export has them. Of an address its host says enough.
        detail = {
            "kind": job.kind,
            "target": job.target,
            "host": urlsplit(job.url).hostname or "",
            "columns": job.columns,
            "masked": job.masked,
        }
        self._note(AuditAction.EXPORT_ASKED, job, now, detail)
        return Response(ExportSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses=ExportSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """End it; nothing of it is kept."""
        return Response(ExportSerializer(jobs.cancel(self.get_object(), timezone.now())).data)

    @extend_schema(responses={(200, "text/csv"): OpenApiTypes.BINARY, (200, XLSX): OpenApiTypes.BINARY})
    @action(detail=True, renderer_classes=[JSONRenderer, CsvRenderer, XlsxRenderer], pagination_class=None)
    def file(self, request: Request, pk: str) -> FileResponse:
        """The file, until it expires; 409 while it is being written, 410 afterwards."""
        job: Export = self.get_object()
        if not may(request, Scope.WRITE) or not (job.masked or sees_clear(request)):
            raise PermissionDenied("This file shows more than you may see.")
        now = timezone.now()
        if job.state == ExportState.EXPIRED or (job.expires_at is not None and job.expires_at <= now):
            raise DomainError("export_expired", "The file has been deleted.", status=410)
        if job.target != ExportTarget.FILE:
            raise DomainError("no_file", "This export was sent, and has no file.", status=409)
        if job.state != ExportState.DONE:
            raise jobs.WrongState(job.state)
        self._note(AuditAction.EXPORT_DOWNLOADED, job, now, {"kind": job.kind, "rows": job.done, "masked": job.masked})
        source: Any = storage.files().open(job.file, "rb")
        name = f"{job.kind}-{job.created_at:%Y%m%d-%H%M%S}.{job.format}"
        return FileResponse(source, as_attachment=True, filename=name, content_type=TYPES[ExportFormat(job.format)])

    def _note(self, act: AuditAction, job: Export, now: datetime, data: dict[str, Any]) -> None:
        audit.record(self.workspace.id, act, now, by=self.request, subject=str(job.pk), data=data)
