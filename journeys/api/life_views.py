"""The life of a journey beside its states: approval, comments, change log, differences, and moving people."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.acts import accepted, finished_now, under_way
from journeys.api.life_serializers import (
    ApprovalAskSerializer,
    ApprovalDecisionSerializer,
    ChangeSerializer,
    CommentCreateSerializer,
    CommentSerializer,
    DiffSerializer,
    MigratedSerializer,
    MigrationPreviewSerializer,
    MigrationRequestSerializer,
)
from journeys.api.reading import read, user_of
from journeys.api.serializers import JourneySerializer
from journeys.engine.diff import difference
from journeys.models import Journey, JourneyChange, JourneyComment
from journeys.runtime import approval, comments, migrating
from workspaces.api.permissions import MayRead
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError

DRAFT = "draft"
_SIDE = "`draft`, or the id of a version"


class LifeActions(WorkspaceViewSet):
    """Actions of JourneyViewSet."""

    def _detail(self, journey: Journey, code: int = status.HTTP_200_OK) -> Response:
        raise NotImplementedError

    # ---- approval ------------------------------------------------------------------------------------------

    @extend_schema(operation_id="journeys_approval_ask", request=ApprovalAskSerializer, responses=JourneySerializer)
    @action(detail=True, methods=["post"], url_path="approval", url_name="approval")
    def ask_approval(self, request: Request, pk: str) -> Response:
        """Ask a second person to approve the present revision; 409 `approval_asked` if it is asked for already."""
        journey: Journey = self.get_object()
        approval.ask_approval(journey, user_of(request), timezone.now(), **read(ApprovalAskSerializer, request))
        return self._detail(journey)

    @extend_schema(
        operation_id="journeys_approval_decide", request=ApprovalDecisionSerializer, responses=JourneySerializer
    )
    @action(detail=True, methods=["post"], url_path="approval/decision", url_name="approval-decision")
    def decide_approval(self, request: Request, pk: str) -> Response:
        """Approve or reject. 409 `second_person_required` for who asked, and for a program."""
        journey: Journey = self.get_object()
        given = read(ApprovalDecisionSerializer, request)
        approval.decide_approval(journey, user_of(request), timezone.now(), given["decision"], given["comment"])
        return self._detail(journey)

    # ---- comments and changes ------------------------------------------------------------------------------

    @extend_schema(responses=CommentSerializer(many=True))
    @action(detail=True, filterset_class=None)
    def comments(self, request: Request, pk: str) -> Response:
        """What colleagues said, newest first."""
        found = JourneyComment.objects.filter(journey=self.get_object()).select_related("author")
        return self.get_paginated_response(CommentSerializer(self.paginate_queryset(found), many=True).data)

    @extend_schema(
        operation_id="journeys_comments_create", request=CommentCreateSerializer, responses={201: CommentSerializer}
    )
    @comments.mapping.post
    def add_comment(self, request: Request, pk: str) -> Response:
        """Say something about the journey, or about one node."""
        given = read(CommentCreateSerializer, request)
        added = comments.comment(
            self.get_object(), user_of(request), timezone.now(), given["text"], given["node_id"] or ""
        )
        return Response(CommentSerializer(added).data, status=status.HTTP_201_CREATED)

    @extend_schema(responses=ChangeSerializer(many=True))
    @action(detail=True, filterset_class=None)
    def changes(self, request: Request, pk: str) -> Response:
        """The change log: who did what, newest first."""
        found = JourneyChange.objects.filter(journey=self.get_object()).select_related("user")
        return self.get_paginated_response(ChangeSerializer(self.paginate_queryset(found), many=True).data)

    @extend_schema(
        parameters=[
            OpenApiParameter("from", str, description=f"{_SIDE}; by default the live version.", required=False),
            OpenApiParameter("to", str, description=f"{_SIDE}; by default the draft.", required=False),
        ],
        responses=DiffSerializer,
    )
    @action(detail=True, filterset_class=None, pagination_class=None)
    def diff(self, request: Request, pk: str) -> Response:
        """What differs between two graphs of a journey, and what each edit does to a person inside who is moved."""
        journey: Journey = self.get_object()
        live = str(journey.live_version_id) if journey.live_version_id else DRAFT
        before = _graph(journey, request.query_params.get("from", live))
        after = _graph(journey, request.query_params.get("to", DRAFT))
        found = difference(before, after)
        body = {
            "nodes": {"added": found.nodes_added, "removed": found.nodes_removed, "changed": found.nodes_changed},
            "edges": {"added": found.edges_added, "removed": found.edges_removed},
            "settings": {"changed": found.settings},
            "notes": {"added": found.notes_added, "removed": found.notes_removed, "changed": found.notes_changed},
            "effects": found.effects,
        }
        return Response(DiffSerializer(body).data)

    # ---- people --------------------------------------------------------------------------------------------

    @extend_schema(
        operation_id="journeys_migration_preview",
        request=MigrationRequestSerializer,
        responses=MigrationPreviewSerializer,
    )
    @action(
        detail=True,
        methods=["post"],
        url_path="migration/preview",
        url_name="migration-preview",
        permission_classes=[MayRead],
    )
    def preview_migration(self, request: Request, pk: str) -> Response:
        """Say who would be moved to the live version, where to, and who would stay and why."""
        given = read(MigrationRequestSerializer, request)
        shown = migrating.preview(self.get_object(), given.get("versions"), given.get("mapping"))
        return Response(MigrationPreviewSerializer(shown).data)

    @extend_schema(
        operation_id="journeys_migration", request=MigrationRequestSerializer, responses=accepted(MigratedSerializer)
    )
    @action(detail=True, methods=["post"], url_path="migration", url_name="migration")
    def migrate(self, request: Request, pk: str) -> Response:
        """Move people of earlier versions to the live one, in batches; 409 `version_changed` if another is published.

        Above 2,000 people a worker does it: 202 with the act, whose progress is at `acts/`.
        """
        given, now = read(MigrationRequestSerializer, request), timezone.now()
        act = migrating.ask_migration(
            self.get_object(), given.get("versions"), given.get("mapping"), user=user_of(request), now=now
        )
        if not finished_now(act, now):
            return under_way(act)
        return Response(MigratedSerializer(act.result).data)


def _graph(journey: Journey, side: str) -> Any:
    if side == DRAFT:
        return journey.draft
    try:
        version = UUID(side)
    except ValueError as error:
        raise DomainError("invalid_version", "Give `draft` or the id of a version.") from error
    graph = journey.versions.filter(pk=version).values_list("graph", flat=True).first()
    if graph is None:
        raise Http404
    return graph
