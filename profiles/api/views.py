from django.db.models import Prefetch
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from profiles.api.filtersets import ProfileFilterSet
from profiles.api.merging import MergedPeopleMixin
from profiles.api.overview import PAGE, OverviewSerializer, page_of, timeline_address
from profiles.api.person_changes import ChangePagination, PersonChangeSerializer
from profiles.api.serializers import (
    EventBatchSerializer,
    IngestedSerializer,
    ProfileChangeSerializer,
    ProfileSerializer,
    ProfileUpsertSerializer,
    TimelineSerializer,
)
from profiles.consent import newest_entries
from profiles.incoming import REST, IncomingEvent
from profiles.ingestion import Rejected, ingest
from profiles.models import Consent, Identity, PersonHistory, Profile
from profiles.overview import overview
from profiles.timeline import Position, timeline
from profiles.upsert import change_known, upsert
from workspaces.api.masking import NotesWhoIsSeen, note_seen
from workspaces.api.pagination import CreatedCursorPagination
from workspaces.api.permissions import MayTrack
from workspaces.api.views import WorkspaceMixin
from workspaces.errors import DomainError

MAX_BATCH = 1000


# What a person is shown with.
SHOWN = (
    Prefetch("identities", Identity.objects.order_by("id")),
    Prefetch("consents", newest_entries(Consent.objects.all())),
)


class ProfileViewSet(NotesWhoIsSeen, mixins.ListModelMixin, mixins.RetrieveModelMixin, MergedPeopleMixin):
    """People: found by identity, created and changed by identity, with their timeline."""

    queryset = Profile.objects.prefetch_related(*SHOWN)
    serializer_class = ProfileSerializer
    seen_as, person = "profile", "id"

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
        body = self.get_serializer(super().get_queryset().get(id=done.profile_id)).data
        return Response(body, status=status.HTTP_201_CREATED if done.created else status.HTTP_200_OK)

    @extend_schema(request=ProfileChangeSerializer, responses=ProfileSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what is known about this person; identities and consents come by other ways."""
        serializer = ProfileChangeSerializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        change_known(self.workspace, self.get_object().id, serializer.change(), timezone.now())
        return Response(self.get_serializer(self.get_object()).data)

    @extend_schema(
        parameters=[
            *PAGE,
            OpenApiParameter("kind", str, description="`event`, `message`, `journey` or `merge` alone."),
        ],
        responses=TimelineSerializer,
    )
    @action(detail=True, filterset_class=None, queryset=Profile.objects.all())
    def timeline(self, request: Request, pk: str) -> Response:
        """What happened to this person, newest first. 400 `unknown_kind`."""
        profile = self.get_object()
        cursor, kind = request.query_params.get("cursor"), request.query_params.get("kind")
        size = CreatedCursorPagination().get_page_size(request) or 1
        before = Position.decode(cursor) if cursor else None
        entries = timeline(self.workspace, profile.id, before, size + 1, kind)
        note_seen(request, "timeline", [profile.id], timezone.now())
        return Response(page_of(entries, size, request.build_absolute_uri(), self.get_serializer_context()))

    @extend_schema(parameters=PAGE[1:], responses=OverviewSerializer)
    @action(detail=True, filterset_class=None, queryset=Profile.objects.all())
    def overview(self, request: Request, pk: str) -> Response:
        """All that is known about this person, with the first page of the timeline."""
        profile = self.get_object()
        size = CreatedCursorPagination().get_page_size(request) or 1
        found = overview(self.workspace, profile, size + 1)
        note_seen(request, "overview", [profile.id], timezone.now())
        context = {**self.get_serializer_context(), "size": size, "timeline": timeline_address(request)}
        return Response(OverviewSerializer(found, context=context).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("key", str, description="Changes of this attribute only (dotted: of its object).")
        ],
        responses=PersonChangeSerializer(many=True),
    )
    @action(detail=True, filterset_class=None, queryset=Profile.objects.all(), pagination_class=ChangePagination)
    def changes(self, request: Request, pk: str) -> Response:
        """What was learned about this person and when, the newest first: merge patches of attributes and tags."""
        profile = self.get_object()
        rows = PersonHistory.objects.filter(profile_id=profile.id)
        if key := request.query_params.get("key"):
            rows = rows.filter(attributes__has_key=key.partition(".")[0])
        page = self.paginate_queryset(rows)
        note_seen(request, "changes", [profile.id], timezone.now())
        context = self.get_serializer_context()
        return self.get_paginated_response(PersonChangeSerializer(page, many=True, context=context).data)


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
        return Rejected.because(index, error, item, REST)
