from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from profiles.incoming import IncomingEvent
from profiles.ingestion import Rejected, ingest
from profiles.tracking import KINDS, read_message, reader_of
from workspaces.api.authentication import WriteKeyAuthentication
from workspaces.api.parsers import StrictJSONParser
from workspaces.api.permissions import MayTrack
from workspaces.api.serializers import ObjectField
from workspaces.api.views import WorkspaceMixin
from workspaces.errors import DomainError

# https://segment.com/docs/connections/sources/catalog/libraries/server/http-api/#batch
MAX_BATCH_BYTES = 500 * 1024
MAX_BATCH = 2500


class TrackingParser(StrictJSONParser):
    limit = MAX_BATCH_BYTES


class TrackedSerializer(serializers.Serializer[Any]):
    success = serializers.BooleanField()


class ExternalIdSerializer(serializers.Serializer[Any]):
    type = serializers.CharField()
    id = serializers.CharField()


class MessageContextSerializer(serializers.Serializer[Any]):
    externalIds = ExternalIdSerializer(many=True, required=False)  # noqa: N815  # the protocol's spelling


class TrackingMessageSerializer(serializers.Serializer[Any]):
    """The fields that are read; libraries send more."""

    type = serializers.ChoiceField(choices=KINDS, required=False, help_text="In a batch; else the path says it.")
    messageId = serializers.CharField(required=False, help_text="The same id twice is one event.")  # noqa: N815
    userId = serializers.CharField(required=False)  # noqa: N815
    anonymousId = serializers.CharField(required=False)  # noqa: N815
    previousId = serializers.CharField(required=False)  # noqa: N815
    groupId = serializers.CharField(required=False)  # noqa: N815
    event = serializers.CharField(required=False)
    properties = ObjectField(required=False)
    traits = ObjectField(required=False)
    context = MessageContextSerializer(required=False)  # type: ignore[assignment]  # a declared field; the metaclass takes it away
    timestamp = serializers.DateTimeField(required=False)
    sentAt = serializers.DateTimeField(required=False)  # noqa: N815


class MessageBatchSerializer(serializers.Serializer[Any]):
    batch = serializers.ListField(child=TrackingMessageSerializer(), max_length=MAX_BATCH)
    sentAt = serializers.DateTimeField(required=False)  # noqa: N815


class TrackingView(WorkspaceMixin, APIView):
    """Base of the tracking protocol's calls: HTTP Basic with the write key as user name."""

    authentication_classes = [WriteKeyAuthentication]
    permission_classes = [MayTrack]
    parser_classes = [TrackingParser]


class MessageView(TrackingView):
    kind = "track"

    @extend_schema(request=TrackingMessageSerializer, responses=TrackedSerializer)
    def post(self, request: Request) -> Response:
        """Take one message. One that is wrong is answered 400, and kept where an operator finds it."""
        received_at = timezone.now()
        item = _read(0, self.kind, request.data, None, received_at)
        if rejected := ingest(self.workspace, [item], received_at).rejected:
            raise DomainError(rejected[0].code, rejected[0].detail, rejected[0].attr)
        return Response({"success": True})


class BatchView(TrackingView):
    @extend_schema(request=MessageBatchSerializer, responses=TrackedSerializer)
    def post(self, request: Request) -> Response:
        """Take messages. A bad one never loses the good ones; it is kept where an operator finds it."""
        received_at = timezone.now()
        body = request.data
        if not isinstance(body, dict) or not isinstance(batch := body.get("batch"), list):
            raise DomainError("invalid_batch", "The body is an object with a list `batch`.", "batch")
        if len(batch) > MAX_BATCH:
            raise DomainError("too_many", f"At most {MAX_BATCH} messages are taken at once.", "batch")
        items = [
            _read(index, item.get("type") if isinstance(item, dict) else None, item, body.get("sentAt"), received_at)
            for index, item in enumerate(batch)
        ]
        ingest(self.workspace, items, received_at)
        return Response({"success": True})


def _read(
    index: int, kind: object, message: object, sent_at: object, received_at: datetime
) -> IncomingEvent | Rejected:
    try:
        return read_message(kind, message, sent_at, received_at)
    except DomainError as error:
        return Rejected.because(index, error, message, reader_of(kind, sent_at))
