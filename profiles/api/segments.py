from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles import segments
from profiles.api.segment_serializers import (
    EvaluatedSerializer,
    EvaluateSerializer,
    PreviewedSerializer,
    PreviewSerializer,
    SegmentChangeSerializer,
    SegmentCreateSerializer,
    SegmentSerializer,
)
from profiles.api.serializers import ProfileSerializer
from profiles.api.views import SHOWN
from profiles.models import Segment
from profiles.rules.codec import parse_rule
from workspaces.api.permissions import MayRead
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError

SAMPLE = 10
# Windows of 100 years before the instant stay on the calendar.
EARLIEST, LATEST = 1900, 9000


class SegmentViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Segments: saved rules, and who is in them."""

    queryset = Segment.objects.select_related("workspace")
    serializer_class = SegmentSerializer

    @extend_schema(request=SegmentCreateSerializer, responses={201: SegmentSerializer})
    def create(self, request: Request) -> Response:
        """Save a rule under a name."""
        given = _read(SegmentCreateSerializer, request)
        segment = segments.create_segment(self.workspace, given["name"], given["description"], given["rule"])
        return Response(SegmentSerializer(segment).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=SegmentChangeSerializer, responses=SegmentSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change name, description or rule. Journeys go by the new rule from now on."""
        changed = segments.change_segment(self.get_object(), _read(SegmentChangeSerializer, request))
        return Response(SegmentSerializer(changed).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete it; 409 `segment_in_use` while a journey that is not archived, or another segment, names it."""
        segments.delete_segment(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(responses=ProfileSerializer(many=True))
    @action(detail=True)
    def members(self, request: Request, pk: str) -> Response:
        """Everybody who is in it now."""
        rule = parse_rule(self.get_object().rule)
        page = self.paginate_queryset(segments.members(self.workspace, rule, timezone.now()).prefetch_related(*SHOWN))
        return self.get_paginated_response(ProfileSerializer(page, many=True).data)

    @extend_schema(request=PreviewSerializer, responses=PreviewedSerializer)
    @action(detail=False, methods=["post"], permission_classes=[MayRead])
    def preview(self, request: Request) -> Response:
        """How many people a rule holds for that need not be saved, and some of them."""
        given = _read(PreviewSerializer, request)
        found = segments.members(self.workspace, segments.read_rule(self.workspace, given["rule"]), _instant(given))
        sample = found.prefetch_related(*SHOWN).order_by("id")[:SAMPLE]
        return Response(PreviewedSerializer({"count": found.count(), "sample": sample}).data)

    @extend_schema(request=EvaluateSerializer, responses=EvaluatedSerializer)
    @action(detail=False, methods=["post"], permission_classes=[MayRead])
    def evaluate(self, request: Request) -> Response:
        """Which of these people a rule holds for."""
        given = _read(EvaluateSerializer, request)
        rule = segments.read_rule(self.workspace, given["rule"])
        found = segments.matching(self.workspace, rule, given["profiles"], _instant(given))
        matches = [one for one in dict.fromkeys(given["profiles"]) if one in found]
        return Response(EvaluatedSerializer({"matches": matches}).data)


def _instant(given: dict[str, Any]) -> datetime:
    at: datetime = given.get("at") or timezone.now()
    if not EARLIEST <= at.year < LATEST:
        raise DomainError("invalid_instant", f"The instant lies between the years {EARLIEST} and {LATEST}.", "at")
    return at


def _read(serializer_class: Any, request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data  # type: ignore[no-any-return]  # of any serializer
