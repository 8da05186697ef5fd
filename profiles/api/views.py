from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.utils.urls import replace_query_param
from rest_framework.views import APIView

from profiles.api.filtersets import ProfileFilterSet
from profiles.api.serializers import (
    EventBatchSerializer,
    IngestedSerializer,
    ProfileSerializer,
    ProfileUpsertSerializer,
    TimelineSerializer,
)
from profiles.consent import newest_entries
from profiles.incoming import IncomingEvent
from profiles.ingestion import Rejected, ingest
from profiles.models import Consent, Identity, Profile
from profiles.timeline import Position, timeline
from profiles.upsert import upsert
from workspaces.api.pagination import CreatedCursorPagination
from workspaces.api.permissions import MayTrack
from workspaces.api.views import WorkspaceMixin, WorkspaceViewSet
from workspaces.errors import DomainError

MAX_BATCH = 1000


# What a person is shown with.
SHOWN = (
    Prefetch("identities", Identity.objects.order_by("id")),
    Prefetch("consents", newest_entries(Consent.objects.all())),
)


class ProfileViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """People: found by identity, created and changed by identity, with their timeline."""

    queryset = Profile.objects.prefetch_related(*SHOWN)
    serializer_class = ProfileSerializer

    filterset_class = ProfileFilterSet

    @extend_schema(request=ProfileUpsertSerializer, responses={200: ProfileSerializer, 201: ProfileSerializer})
    def create(self, request: Request) -> Response:
        """Find or create the person of these identities and change what is known about them."""
        serializer = ProfileUpsertSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        now = timezone.now()
        done = upsert(
            self.workspace,
            serializer.validated_data["identities"],
            serializer.change(),
            serializer.consent_entries(now),
            now,
        )
        body = ProfileSerializer(super().get_queryset().get(id=done.profile_id)).data
        return Response(body, status=status.HTTP_201_CREATED if done.created else status.HTTP_200_OK)

    @extend_schema(
        parameters=[
            OpenApiParameter("cursor", str),
            OpenApiParameter("page_size", {"type": "integer", "minimum": 1, "maximum": 200}),
        ],
        responses=TimelineSerializer,
    )
    @action(detail=True, filterset_class=None)
    def timeline(self, request: Request, pk: str) -> Response:
        """What happened to this person, newest first."""
        profile = self.get_object()
        cursor = request.query_params.get("cursor")
        size = CreatedCursorPagination().get_page_size(request) or 1
        entries = timeline(self.workspace, profile.id, Position.decode(cursor) if cursor else None, size + 1)
        following = None
        if len(entries) > size:
            here = request.build_absolute_uri()
            following = replace_query_param(here, "cursor", entries[size - 1].position.encode())
        body = {"next": following, "previous": None, "results": entries[:size]}
        return Response(TimelineSerializer(body).data)


class EventsView(WorkspaceMixin, APIView):
    """Events, in batches."""

    permission_classes = [MayTrack]

    @extend_schema(request=EventBatchSerializer, responses={202: IngestedSerializer})
    def post(self, request: Request) -> Response:
        """Take up to 1,000 events. Bad items are reported and kept; the good ones are stored."""
        received_at = timezone.now()
        result = ingest(self.workspace, [_read(*item) for item in enumerate(_items(request.data))], received_at)
        return Response(IngestedSerializer(result).data, status=status.HTTP_202_ACCEPTED)


def _items(body: object) -> list[object]:
    if not isinstance(body, dict) or not isinstance(body.get("events"), list):
        raise DomainError("invalid_events", "The body is an object with a list `events`.", "events")
    if unknown := body.keys() - {"events"}:
        raise DomainError("unknown_field", "There is no such field.", min(unknown)[:100])
    items: list[object] = body["events"]
    if len(items) > MAX_BATCH:
        raise DomainError("too_many", f"At most {MAX_BATCH} events are taken at once.", "events")
    return items


def _read(index: int, item: object) -> IncomingEvent | Rejected:
    try:
        return IncomingEvent.from_rest(item)
    except DomainError as error:
        return Rejected.because(index, error, item)
