"""What the API tells and takes about the members of segments."""

from typing import TYPE_CHECKING, Any

from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles import segments
from profiles.api.segment_serializers import (
    ChangeListSerializer,
    ListChangedSerializer,
    OverlappedSerializer,
    OverlapSerializer,
)
from profiles.api.serializers import ProfileSerializer
from profiles.api.views import SHOWN
from profiles.identity_values import pairs_of, read_identities
from profiles.models import SegmentPhase
from profiles.segment_freshness import freshness_of
from profiles.segment_history import members_at, overlap
from profiles.segment_lists import Named, change_list
from workspaces.api.masking import note_seen
from workspaces.api.permissions import MayRead
from workspaces.instants import parse_instant

if TYPE_CHECKING:
    from workspaces.api.views import WorkspaceViewSet as _Base
else:
    _Base = object


class SegmentMembersMixin(_Base):
    @extend_schema(
        parameters=[OpenApiParameter("at", OpenApiTypes.DATETIME, description="Who was in it then, as it was known.")],
        responses=ProfileSerializer(many=True),
    )
    @action(detail=True)
    def members(self, request: Request, pk: str) -> Response:
        """Everybody who is in it now, or was at an instant. 400 `before_history`: nobody had written it down then."""
        segment, at = self.get_object(), request.query_params.get("at")
        if at is None:
            found = segments.members_for_pages(segment, timezone.now())
        else:
            found = members_at(segment, parse_instant(at, "at"))
        page = self.paginate_queryset(found.prefetch_related(*SHOWN))
        note_seen(request, "segment", [one.pk for one in page or ()], timezone.now())
        context = self.get_serializer_context()
        return self.get_paginated_response(ProfileSerializer(page, many=True, context=context).data)

    @extend_schema(request=ChangeListSerializer, responses=ListChangedSerializer)
    @action(detail=True, methods=["post"], url_path="list")
    def change_list(self, request: Request, pk: str) -> Response:
        """Add people to a list, and take others out. 409 `segment_has_rule`: this segment is none."""
        segment, given = self.get_object(), read(ChangeListSerializer, request)
        add, remove = ([_named(one) for one in given[part]] for part in ("add", "remove"))
        return Response(ListChangedSerializer(change_list(segment, add, remove, timezone.now())).data)

    @extend_schema(request=OverlapSerializer, responses=OverlappedSerializer)
    @action(detail=False, methods=["post"], permission_classes=[MayRead])
    def overlap(self, request: Request) -> Response:
        """How many people are in exactly which of two to five segments, by the members that are kept."""
        asked = read(OverlapSerializer, request)["segments"]
        parts = overlap(self.workspace, asked)
        known = freshness_of(self.workspace, asked)
        computing = [one for one in asked if known[one].phase == SegmentPhase.COMPUTING]
        return Response(OverlappedSerializer({"parts": parts, "computing": computing}).data)


def _named(given: dict[str, Any]) -> Named:
    return given["id"] if "id" in given else read_identities(pairs_of(given["identities"]))


def read(serializer_class: Any, request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data  # type: ignore[no-any-return]  # of any serializer
