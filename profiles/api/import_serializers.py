from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from profiles.imports.hiding import hide, hide_row
from profiles.imports.reasons import reason
from profiles.models import Import, ImportKind, ImportState
from profiles.models.imports import OPEN_IMPORTS
from workspaces.api.masking import keys_for, sees_clear
from workspaces.api.serializers import ObjectField, StrictSerializer
from workspaces.choices import Scope
from workspaces.principal import may

MAPPING = {
    "type": "object",
    "required": ["columns"],
    "properties": {
        "columns": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["column", "target"],
                "properties": {
                    "column": {"type": "integer", "minimum": 0},
                    "target": {
                        "enum": [
                            "ignore",
                            "identity",
                            "attribute",
                            "tag",
                            "tags",
                            "consent",
                            "consent_at",
                            "event_name",
                            "event_id",
                            "occurred_at",
                            "property",
                        ]
                    },
                    "key": {"type": "string"},
                    "type": {"enum": ["text", "number", "boolean", "date", "instant", "list"]},
                    "format": {"enum": ["auto", "ymd", "dmy", "mdy", "excel", "unix"]},
                    "channel": {"type": "string"},
                    "purpose": {"enum": ["marketing", "service"]},
                },
            },
        },
        "timezone": {"type": "string"},
        "empty": {"enum": ["keep", "remove"]},
        "event_name": {"type": "string"},
        "live": {"type": "boolean"},
    },
}


@extend_schema_field(MAPPING)
class MappingField(serializers.JSONField):
    """What each column is; judged by profiles.imports.mapping."""


class UploadSerializer(StrictSerializer):
    kind = serializers.ChoiceField(choices=ImportKind.choices, default=ImportKind.PEOPLE)
    file = serializers.FileField(allow_empty_file=True, max_length=1000)


class MappedSerializer(StrictSerializer):
    mapping = MappingField()


class ImportColumnSerializer(serializers.Serializer[Any]):
    name = serializers.CharField()
    samples = serializers.ListField(child=serializers.CharField())
    suggestion = ObjectField()


class ImportReasonSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    count = serializers.IntegerField()
    text = serializers.CharField()
    text_zh = serializers.CharField()


class ImportProgressSerializer(serializers.Serializer[Any]):
    """How far the present, or the last, dry run or run is."""

    done = serializers.IntegerField(help_text="Rows that have been dealt with.")
    created = serializers.IntegerField()
    updated = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    rejected = serializers.IntegerField()
    share = serializers.FloatField(help_text="From 0 to 1, by the bytes of the file.")
    rows_per_second = serializers.FloatField(allow_null=True)
    seconds_left = serializers.FloatField(allow_null=True)
    reasons = ImportReasonSerializer(many=True)


class ImportSerializer(serializers.ModelSerializer[Import]):
    encoding = serializers.SerializerMethodField()
    delimiter = serializers.SerializerMethodField()
    columns = serializers.SerializerMethodField()
    preview = serializers.SerializerMethodField(help_text="The first rows, for those who may import.")
    mapping = serializers.SerializerMethodField()
    progress = serializers.SerializerMethodField()

    class Meta:
        model = Import
        fields = [
            "id",
            "kind",
            "state",
            "file_name",
            "size",
            "digest",
            "encoding",
            "delimiter",
            "columns",
            "preview",
            "mapping",
            "progress",
            "error_code",
            "error",
            "created_at",
            "started_at",
            "finished_at",
        ]
        read_only_fields = fields

    def get_encoding(self, job: Import) -> str:
        return str(job.layout.get("layout", {}).get("encoding", ""))

    def get_delimiter(self, job: Import) -> str:
        return str(job.layout.get("layout", {}).get("delimiter", ""))

    @extend_schema_field(ImportColumnSerializer(many=True))
    def get_columns(self, job: Import) -> list[dict[str, Any]]:
        if not self._may_see_rows():
            return [column | {"samples": []} for column in job.columns]
        hidden = self._hidden()
        return [
            column | {"samples": [hide(column["name"], cell, hidden) for cell in column["samples"]]}
            for column in job.columns
        ]

    @extend_schema_field({"type": "array", "items": {"type": "array", "items": {"type": "string"}}})
    def get_preview(self, job: Import) -> list[list[str]]:
        if not self._may_see_rows():
            return []
        names, hidden = [column["name"] for column in job.columns], self._hidden()
        return [hide_row(names, row, hidden) for row in job.preview]

    @extend_schema_field({"oneOf": [{"type": "object", "additionalProperties": {}}, {"type": "null"}]})
    def get_mapping(self, job: Import) -> Any:
        return job.mapping

    @extend_schema_field(ImportProgressSerializer)
    def get_progress(self, job: Import) -> dict[str, Any]:
        return progress_of(job)

    def _hidden(self) -> frozenset[str] | None:
        request = self.context.get("request")
        return None if sees_clear(request) else keys_for(request)

    def _may_see_rows(self) -> bool:
        request = self.context.get("request")
        return request is not None and may(request, Scope.WRITE)


def progress_of(job: Import) -> dict[str, Any]:
    """Numbers of a job as they are; the rate is that of all of its rows so far."""
    start, size = job.layout.get("start", 0), job.layout.get("size", 0)
    share = (job.offset - start) / (size - start) if size > start and job.offset > start else 0.0
    if job.state in {ImportState.CHECKED, ImportState.DONE}:
        share = 1.0
    running = job.state in OPEN_IMPORTS
    until = timezone.now() if running else job.finished_at
    seconds = (until - job.started_at).total_seconds() if until and job.started_at else 0.0
    return {
        "done": job.done,
        "created": job.created,
        "updated": job.updated,
        "unchanged": job.unchanged,
        "rejected": job.rejected,
        "share": min(share, 1.0),
        "rows_per_second": job.done / seconds if seconds > 0 and job.done else None,
        "seconds_left": seconds / share - seconds if running and share > 0 else None,
        "reasons": [
            {
                "code": code,
                "count": count,
                "text": reason(code, chinese=False),
                "text_zh": reason(code, chinese=True),
            }
            for code, count in sorted(job.reasons.items(), key=lambda item: (-item[1], item[0]))
        ],
    }
