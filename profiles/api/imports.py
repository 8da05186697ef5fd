from collections.abc import Mapping
from typing import IO, Any

from django.http import StreamingHttpResponse
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.renderers import BaseRenderer, JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.import_serializers import ImportSerializer, MappedSerializer, UploadSerializer
from profiles.imports import jobs
from profiles.imports.preparing import MOST_BYTES, FileTooLarge, upload
from profiles.imports.rejections import error_file
from profiles.models import Import
from workspaces import audit
from workspaces.api.masking import keys_for, note_rows_seen, sees_clear
from workspaces.api.parsers import StrictJSONParser
from workspaces.api.views import WorkspaceViewSet
from workspaces.choices import Scope
from workspaces.models import AuditAction
from workspaces.principal import may

# Of a body, around the file.
AROUND = 1024 * 1024


class CsvRenderer(BaseRenderer):
    """Lets a client ask for text/csv; the view answers with the file itself."""

    media_type = "text/csv"
    format = "csv"

    def render(
        self, data: Any, accepted_media_type: str | None = None, renderer_context: Mapping[str, Any] | None = None
    ) -> Any:
        return JSONRenderer().render(data)


class ImportViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Files of people or events: uploaded, mapped, tried and imported. A worker does it; ask for its progress."""

    queryset = Import.objects.all()
    serializer_class = ImportSerializer
    parser_classes = [StrictJSONParser, MultiPartParser]

    def perform_authentication(self, request: Request) -> None:
        # The check of a session's token reads the body; one that is too large is refused before.
        if int(request.META.get("CONTENT_LENGTH") or 0) > MOST_BYTES + AROUND:
            raise FileTooLarge
        super().perform_authentication(request)

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = super().retrieve(request, *args, **kwargs)
        rows = len(answer.data["preview"])
        note_rows_seen(request, "import", rows, timezone.now(), subject=answer.data["id"])
        return answer

    @extend_schema(request={"multipart/form-data": UploadSerializer}, responses={201: ImportSerializer})
    def create(self, request: Request) -> Response:
        """Upload a CSV file or an XLSX workbook (up to 200 MB) and see what its columns may be."""
        serializer = UploadSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        given = serializer.validated_data
        file: IO[bytes] = given["file"]
        job = upload(
            self.workspace, given["kind"], given["file"].name, file, jobs.created_by(request.user), timezone.now()
        )
        return Response(self.get_serializer(job).data, status=status.HTTP_201_CREATED)

    @extend_schema(request={"application/json": MappedSerializer}, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def check(self, request: Request, pk: str) -> Response:
        """Try a mapping on all rows: what would be created, updated and rejected. Nothing is written."""
        return self._start(request, dry=True)

    @extend_schema(request={"application/json": MappedSerializer}, responses={202: ImportSerializer})
    @action(detail=True, methods=["post"])
    def run(self, request: Request, pk: str) -> Response:
        """Import all rows with a mapping. To do so again changes nothing that is the same."""
        return self._start(request, dry=False)

    @extend_schema(request=None, responses=ImportSerializer)
    @action(detail=True, methods=["post"])
    def cancel(self, request: Request, pk: str) -> Response:
        """End it behind the present batch; what has been imported stays."""
        return Response(self.get_serializer(jobs.cancel(self.get_object(), timezone.now())).data)

    @extend_schema(
        parameters=[OpenApiParameter("language", {"type": "string", "enum": ["zh", "en"]})],
        responses={(200, "text/csv"): OpenApiTypes.BINARY},
    )
    @action(detail=True, renderer_classes=[JSONRenderer, CsvRenderer], pagination_class=None)
    def errors(self, request: Request, pk: str) -> StreamingHttpResponse:
        """The rows that were, or would be, rejected: as they were, with line, code and reason."""
        if not may(request, Scope.WRITE):
            raise PermissionDenied("Rows of a file are shown to those who may import.")
        job: Import = self.get_object()
        data = {"rows": job.rejected, "masked": not sees_clear(request)}
        audit.record(
            self.workspace.id,
            AuditAction.IMPORT_ERRORS_DOWNLOADED,
            timezone.now(),
            by=request,
            subject=str(job.pk),
            data=data,
        )
        chinese = request.query_params.get("language", "zh") != "en"
        hidden = None if sees_clear(request) else keys_for(request)
        lines = error_file(job, chinese=chinese, hidden=hidden)
        answer = StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8")
        answer["Content-Disposition"] = f'attachment; filename="errors-{job.pk}.csv"'
        return answer

    def _start(self, request: Request, *, dry: bool) -> Response:
        serializer = MappedSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        job = jobs.start(self.get_object(), serializer.validated_data["mapping"], timezone.now(), dry=dry)
        return Response(self.get_serializer(job).data, status=status.HTTP_202_ACCEPTED)
