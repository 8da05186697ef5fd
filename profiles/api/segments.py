from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles import rule_questions, segments
from profiles.api.segment_members import SegmentMembersMixin, read
from profiles.api.segment_serializers import (
    CombineSerializer,
    EvaluatedSerializer,
    EvaluateSerializer,
    PreviewedSerializer,
    PreviewSerializer,
    SegmentChangeSerializer,
    SegmentCreateSerializer,
    SegmentSerializer,
)
from profiles.api.views import SHOWN
from profiles.merging.aliases import current_ids
from profiles.models import Profile, Segment, SegmentKind
from profiles.segment_freshness import freshness_of
from profiles.segment_lists import create_list
from profiles.segment_preview import preview
from workspaces.api.masking import note_seen
from workspaces.api.permissions import MayRead
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError

# Windows of 100 years before the instant stay on the calendar.
EARLIEST, LATEST = 1900, 9000


class SegmentViewSet(SegmentMembersMixin, WorkspaceViewSet):
    """Segments: saved rules, and who is in them."""

    queryset = Segment.objects.select_related("workspace")
    serializer_class = SegmentSerializer

    @extend_schema(responses=SegmentSerializer(many=True))
    def list(self, request: Request) -> Response:
        """The segments, the newest first, each with how current it is."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self.shown(page or []))

    @extend_schema(responses=SegmentSerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One segment, with how current it is."""
        return Response(self.shown([self.get_object()])[0])

    @extend_schema(request=SegmentCreateSerializer, responses={201: SegmentSerializer})
    def create(self, request: Request) -> Response:
        """Save a rule under a name, or make an empty list."""
        given = read(SegmentCreateSerializer, request)
        name, description = given["name"], given["description"]
        if given["kind"] == SegmentKind.LIST:
            segment = create_list(self.workspace, name, description, timezone.now())
        else:
            segment = segments.create_segment(self.workspace, name, description, given["rule"])
        return Response(self.shown([segment])[0], status=status.HTTP_201_CREATED)

    @extend_schema(request=SegmentChangeSerializer, responses=SegmentSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change name, description or rule. Journeys go by the new rule from now on."""
        changed = segments.change_segment(self.get_object(), read(SegmentChangeSerializer, request))
        return Response(self.shown([changed])[0])

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete it; 409 `segment_in_use` while a journey that is not archived, or another segment, names it."""
        segments.delete_segment(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=CombineSerializer, responses={201: SegmentSerializer})
    @action(detail=False, methods=["post"])
    def combine(self, request: Request) -> Response:
        """Save the union, the intersection, or the first less the others, of segments as a segment."""
        given = read(CombineSerializer, request)
        rule = segments.combined(given["operation"], given["segments"])
        segment = segments.create_segment(self.workspace, given["name"], given["description"], rule)
        return Response(self.shown([segment])[0], status=status.HTTP_201_CREATED)

    @extend_schema(request=PreviewSerializer, responses=PreviewedSerializer)
    @action(detail=False, methods=["post"], permission_classes=[MayRead])
    def preview(self, request: Request) -> Response:
        """How many people a rule holds for that need not be saved, and some of them.

        503 `preview_too_slow`: it can be neither counted nor estimated in time. 409 `preview_superseded`: another
        preview with the same `typing` came meanwhile.
        """
        given = read(PreviewSerializer, request)
        rule = segments.read_rule(self.workspace, given["rule"])
        at, as_of = instant(given)
        found = preview(self.workspace, rule, at, as_of=as_of, typing=given.get("typing"))
        sample = Profile.objects.filter(id__in=found.sample).prefetch_related(*SHOWN).order_by("id")
        note_seen(request, "preview", found.sample, timezone.now())
        body = {"count": found.people, "is_estimate": found.is_estimate, "sample": sample}
        return Response(PreviewedSerializer(body, context=self.get_serializer_context()).data)

    @extend_schema(request=EvaluateSerializer, responses=EvaluatedSerializer)
    @action(detail=False, methods=["post"], permission_classes=[MayRead])
    def evaluate(self, request: Request) -> Response:
        """Which of these people a rule holds for. A former id answers for whom it means now."""
        given = read(EvaluateSerializer, request)
        rule = segments.read_rule(self.workspace, given["rule"])
        at, as_of = instant(given)
        present = current_ids(self.workspace.id, given["profiles"])
        found = rule_questions.matching(self.workspace, rule, sorted(set(present.values())), at, as_of=as_of)
        matches = [one for one in dict.fromkeys(given["profiles"]) if present[one] in found]
        return Response(EvaluatedSerializer({"matches": matches}).data)

    def shown(self, found: Sequence[Segment]) -> Any:
        freshness = freshness_of(self.workspace, [segment.pk for segment in found])
        return SegmentSerializer(found, many=True, context={"freshness": freshness}).data


def instant(given: dict[str, Any]) -> tuple[datetime, bool]:
    """The instant of judgement, and whether it is asked what was known then. In the future nothing else is known."""
    now = timezone.now()
    at: datetime = given.get("at") or now
    if not EARLIEST <= at.year < LATEST:
        raise DomainError("invalid_instant", f"The instant lies between the years {EARLIEST} and {LATEST}.", "at")
    return at, at < now
