from typing import Any, cast

import django_filters as filters
from django.db.models import Count, Max, Min, QuerySet
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, serializers
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.choices import RejectedState
from profiles.dead_letters import can_replay, discard, replay
from profiles.models import RejectedEvent
from workspaces.api.masking import keys_for, note_rows_seen, sees_clear
from workspaces.api.serializers import InstantField, ObjectField, StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError
from workspaces.masking import mask_identity, mask_inline, mask_json

MOST_IDS = 500
# How the tracking protocol and the REST calls name people.
IDENTIFYING = frozenset({"identities", "userid", "anonymousid", "previousid"})


class RejectedEventFilterSet(filters.FilterSet):
    code = filters.CharFilter(max_length=64)
    state = filters.ChoiceFilter(choices=RejectedState.choices)
    since = filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="gte")
    until = filters.IsoDateTimeFilter(field_name="received_at", lookup_expr="lt")

    class Meta:
        model = RejectedEvent
        fields: list[str] = []


class RejectedEventSerializer(serializers.ModelSerializer[RejectedEvent]):
    payload = serializers.JSONField(read_only=True, help_text="As it came; masked for whoever may not see people.")
    can_replay = serializers.SerializerMethodField()

    class Meta:
        model = RejectedEvent
        fields = [
            "id",
            "code",
            "detail",
            "attr",
            "payload",
            "state",
            "tries",
            "can_replay",
            "received_at",
            "settled_at",
        ]
        read_only_fields = fields

    def to_representation(self, row: RejectedEvent) -> dict[str, Any]:
        shown = super().to_representation(row)
        request = self.context.get("request")
        if sees_clear(request):
            return shown
        keys = keys_for(request) | IDENTIFYING
        payload = mask_json(shown["payload"], keys)
        given = row.payload.get("identities") if isinstance(row.payload, dict) else None
        if isinstance(given, dict):
            payload["identities"] = {type_: mask_identity(type_, str(value)) for type_, value in given.items()}
        return {**shown, "detail": mask_inline(shown["detail"]), "payload": payload}

    def get_can_replay(self, row: RejectedEvent) -> bool:
        return can_replay(row)


class RejectionCountSerializer(serializers.Serializer[Any]):
    code = serializers.CharField()
    count = serializers.IntegerField()
    first_at = serializers.DateTimeField()
    last_at = serializers.DateTimeField()


class RejectionCountsSerializer(serializers.Serializer[Any]):
    reasons = RejectionCountSerializer(many=True)


class WhichSerializer(StrictSerializer):
    """Items by their ids, or all open ones of a reason and a time."""

    ids = serializers.ListField(child=serializers.UUIDField(), max_length=MOST_IDS, required=False)
    code = TextField(max_length=64, required=False)
    since = InstantField(required=False)
    until = InstantField(required=False)

    def rows(self, rows: QuerySet[RejectedEvent]) -> QuerySet[RejectedEvent]:
        given = self.validated_data
        if "ids" in given:
            return rows.filter(id__in=given["ids"])
        if "code" in given:
            rows = rows.filter(code=given["code"])
        if "since" in given:
            rows = rows.filter(received_at__gte=given["since"])
        if "until" in given:
            rows = rows.filter(received_at__lt=given["until"])
        return rows


class ReplaySerializer(WhichSerializer):
    after = serializers.UUIDField(required=False, help_text="The `next` of the answer before.")
    patch = ObjectField(required=False, help_text="A JSON Merge Patch that puts each payload right first.")


class ReplayOneSerializer(StrictSerializer):
    patch = ObjectField(required=False, help_text="A JSON Merge Patch that puts the payload right first.")


class ReplayedSerializer(serializers.Serializer[Any]):
    taken = serializers.IntegerField()
    duplicates = serializers.IntegerField()
    failed = serializers.IntegerField(help_text="They stay open, with their newest reason.")
    next = serializers.UUIDField(allow_null=True, help_text="There may be more: send it as `after`.")


class DiscardedSerializer(serializers.Serializer[Any]):
    discarded = serializers.IntegerField()


FILTERS = [
    OpenApiParameter("state", str, enum=RejectedState.values),
    OpenApiParameter("since", {"type": "string", "format": "date-time"}),
    OpenApiParameter("until", {"type": "string", "format": "date-time"}),
]


class RejectedEventViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Items of batches that could not be taken: why, and what became of them."""

    queryset = RejectedEvent.objects.all()
    serializer_class = RejectedEventSerializer
    filterset_class = RejectedEventFilterSet

    @extend_schema(parameters=FILTERS, responses=RejectionCountsSerializer)
    @action(detail=False, pagination_class=None)
    def reasons(self, request: Request) -> Response:
        """How many there are of each reason, the most frequent first."""
        rows = self.filter_queryset(self.get_queryset()).order_by().values("code")
        counted = rows.annotate(count=Count("id"), first_at=Min("received_at"), last_at=Max("received_at"))
        return Response(RejectionCountsSerializer({"reasons": counted.order_by("-count", "code")}).data)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = super().list(request, *args, **kwargs)
        note_rows_seen(request, "rejected events", len(answer.data["results"]), timezone.now())
        return answer

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        answer = super().retrieve(request, *args, **kwargs)
        note_rows_seen(request, "rejected events", 1, timezone.now(), subject=answer.data["id"])
        return answer

    @extend_schema(operation_id="rejected_events_replay_many", request=ReplaySerializer, responses=ReplayedSerializer)
    @action(detail=False, methods=["post"], url_path="replay", filterset_class=None, pagination_class=None)
    def replay_many(self, request: Request) -> Response:
        """Send open items again, up to 500 a call. Sending the same call again takes nothing twice."""
        which = ReplaySerializer(data=request.data)
        which.is_valid(raise_exception=True)
        rows = which.rows(self.get_queryset())
        if "after" in which.validated_data:
            rows = rows.filter(id__gt=which.validated_data["after"])
        done = replay(self.workspace, rows, which.validated_data.get("patch"), timezone.now())
        more = done.last is not None and rows.filter(state=RejectedState.OPEN, id__gt=done.last).exists()
        body = {
            "taken": done.taken,
            "duplicates": done.duplicates,
            "failed": done.failed,
            "next": done.last if more else None,
        }
        return Response(ReplayedSerializer(body).data)

    @extend_schema(request=ReplayOneSerializer, responses=RejectedEventSerializer)
    @action(detail=True, methods=["post"], filterset_class=None)
    def replay(self, request: Request, pk: str) -> Response:
        """Send one item again; the answer says what became of it. 409 `settled` if it is not open."""
        which = ReplayOneSerializer(data=request.data)
        which.is_valid(raise_exception=True)
        row = self._open()
        replay(self.workspace, self.get_queryset().filter(pk=row.pk), which.validated_data.get("patch"), timezone.now())
        return Response(self.get_serializer(self.get_queryset().get(pk=row.pk)).data)

    @extend_schema(request=WhichSerializer, responses=DiscardedSerializer)
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def discard(self, request: Request) -> Response:
        """Let open items be."""
        which = WhichSerializer(data=request.data)
        which.is_valid(raise_exception=True)
        return Response(
            DiscardedSerializer({"discarded": discard(which.rows(self.get_queryset()), timezone.now())}).data
        )

    def _open(self) -> RejectedEvent:
        row = cast("RejectedEvent", self.get_object())
        if row.state != RejectedState.OPEN:
            raise DomainError("settled", "It has been settled already.", status=409)
        return row
