"""The gallery: the plays that come with Zhitu, and those that the workspace keeps."""

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.enrollment_texts import language
from journeys.api.play_serializers import (
    PlayChangeSerializer,
    PlayDraftSerializer,
    PlayMadeSerializer,
    PlayRowSerializer,
    PlaySearchSerializer,
    PlaySerializer,
)
from journeys.api.reading import read, user_of
from journeys.models import JourneyFolder, SavedPlay
from journeys.plays.catalogue import UnknownPlay, plays
from journeys.plays.drafting import make_draft, preview
from journeys.plays.gallery import matching, row_of, row_of_saved, shown_parameter
from journeys.plays.play import Play
from journeys.plays.saved import draft_of_saved, missing_routes
from journeys.runtime import folders
from journeys.runtime.publish import check
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError


class PlayViewSet(WorkspaceViewSet):
    """Plays: journeys that are known to work, one call away from a draft."""

    queryset = SavedPlay.objects.select_related("created_by")
    serializer_class = PlayRowSerializer
    pagination_class = None
    filter_backends: list[Any] = []
    lookup_value_converter = "str"

    def get_queryset(self) -> QuerySet[SavedPlay]:
        return super().get_queryset().order_by("-created_at")

    @extend_schema(parameters=[PlaySearchSerializer], responses=PlayRowSerializer(many=True))
    def list(self, request: Request) -> Response:
        """Every play, the workspace's own first, in the language of the request."""
        rows = [row_of_saved(play) for play in self.get_queryset().defer("evidence")]
        rows += [row_of(play, language()) for play in plays().values()]
        asked = PlaySearchSerializer(data=request.query_params)
        asked.is_valid(raise_exception=True)
        return Response(PlayRowSerializer(matching(rows, **asked.validated_data), many=True).data)

    @extend_schema(responses=PlaySerializer)
    def retrieve(self, request: Request, pk: str) -> Response:
        """One play, with its graph as a draft would have it."""
        return Response(self._shown(self._find(pk)))

    @extend_schema(request=PlayChangeSerializer, responses=PlaySerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change what a play of the workspace's own is called. 409 `built_in_play` for one that comes with Zhitu."""
        play = self._own(pk)
        for name, value in read(PlayChangeSerializer, request).items():
            setattr(play, name, value)
        play.save()
        return Response(self._shown(play))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a play of the workspace's own; drafts made from it stay."""
        self._own(pk).delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(request=PlayDraftSerializer, responses={201: PlayMadeSerializer})
    @action(detail=True, methods=["post"])
    def draft(self, request: Request, pk: str) -> Response:
        """Make a draft, with the workspace's accounts and templates filled in.

        What could not be filled is in `unfilled` and, as long as it is so, among the draft's `issues`.
        """
        given, play, now = read(PlayDraftSerializer, request), self._find(pk), timezone.now()
        name, user, parameters = given.get("name", ""), user_of(request), given.get("parameters", {})
        folder = self._folder(given.get("folder"))
        if isinstance(play, SavedPlay):
            if parameters:
                raise DomainError("invalid_parameter", "The play has no such parameter.", attr="parameters")
            made = draft_of_saved(play, self.workspace, name=name, folder=folder, user=user)
        else:
            made = make_draft(self.workspace, play, parameters, language(), now, name=name, folder=folder, user=user)
        issues = check(self.workspace, made.journey.draft, made.journey, now)
        body = {"journey": made.journey.pk, "name": made.journey.name, "unfilled": made.unfilled, "issues": issues}
        return Response(PlayMadeSerializer(body).data, status=status.HTTP_201_CREATED)

    def _folder(self, id_: UUID | None) -> JourneyFolder | None:
        return None if id_ is None else folders.find(self.workspace, id_)

    def _find(self, key: str) -> Play | SavedPlay:
        if key in plays():
            return plays()[key]
        try:
            return self.get_queryset().get(pk=UUID(key))
        except (ValueError, SavedPlay.DoesNotExist) as error:
            raise UnknownPlay from error

    def _own(self, key: str) -> SavedPlay:
        play = self._find(key)
        if not isinstance(play, SavedPlay):
            raise DomainError("built_in_play", "A play that comes with Zhitu cannot be changed.", status=409)
        return play

    def _shown(self, play: Play | SavedPlay) -> Any:
        if isinstance(play, SavedPlay):
            body = row_of_saved(play) | {
                "graph": play.graph,
                "parameters": [],
                "unfilled": missing_routes(self.workspace, play.graph),
                "evidence": play.evidence or None,
                "journey": play.journey_id,
            }
        else:
            body = self._built_in(play, timezone.now())
        return PlaySerializer(body).data

    def _built_in(self, play: Play, now: datetime) -> dict[str, Any]:
        drawn = preview(self.workspace, play, {}, language(), now)
        zone = self.workspace.timezone
        return row_of(play, language()) | {
            "graph": drawn.graph,
            "parameters": [shown_parameter(parameter, language(), now, zone) for parameter in play.parameters],
            "unfilled": drawn.unfilled,
            "evidence": None,
            "journey": None,
        }
