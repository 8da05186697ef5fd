"""Actions of the list of journeys: figures of a page, copies, folders, and what is done to many."""

from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.listing_serializers import (
    DuplicateSerializer,
    FolderNameSerializer,
    FolderSerializer,
    ManyDoneSerializer,
    ManyJourneysSerializer,
)
from journeys.api.play_serializers import PlayRowSerializer, SaveAsPlaySerializer
from journeys.api.reading import read, user_of
from journeys.api.serializers import JourneyRowSerializer, JourneySerializer
from journeys.models import Journey, JourneyFolder
from journeys.plays.gallery import row_of_saved
from journeys.plays.saved import save_as_play
from journeys.review.listing import figures
from journeys.runtime import folders as folder_acts
from journeys.runtime import many
from workspaces.api.views import WorkspaceViewSet


class ListActions(WorkspaceViewSet):
    """Actions of JourneyViewSet."""

    def _detail(self, journey: Journey, code: int = status.HTTP_200_OK) -> Response:
        raise NotImplementedError

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """The journeys, newest first, each with its figures."""
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        known = figures([journey.pk for journey in page], self.workspace.timezone, timezone.now())
        rows = JourneyRowSerializer(page, many=True, context={"figures": known})
        return self.get_paginated_response(rows.data)

    @extend_schema(request=DuplicateSerializer, responses={201: JourneySerializer})
    @action(detail=True, methods=["post"])
    def duplicate(self, request: Request, pk: str) -> Response:
        """Make a draft with the same graph, in the same folder."""
        journey: Journey = self.get_object()
        copy = many.duplicate(journey, read(DuplicateSerializer, request)["name"], user_of(request), timezone.now())
        return self._detail(copy, status.HTTP_201_CREATED)

    @extend_schema(request=SaveAsPlaySerializer, responses={201: PlayRowSerializer})
    @action(detail=True, methods=["post"], url_path="save-as-play")
    def save_as_play(self, request: Request, pk: str) -> Response:
        """Keep the journey as a play of the workspace's own: the graph that runs, else the draft.

        `with_results` keeps what it has come to by now with it.
        """
        given = read(SaveAsPlaySerializer, request)
        results_at = timezone.now() if given.pop("with_results") else None
        play = save_as_play(self.get_object(), **given, user=user_of(request), results_at=results_at)
        return Response(PlayRowSerializer(row_of_saved(play)).data, status=status.HTTP_201_CREATED)

    @extend_schema(operation_id="journeys_many", request=ManyJourneysSerializer, responses=ManyDoneSerializer)
    @action(detail=False, methods=["post"], filterset_class=None)
    def many(self, request: Request) -> Response:
        """Move, archive or delete up to 200 journeys; those that cannot be are listed with the reason."""
        given = read(ManyJourneysSerializer, request)
        id_ = given.get("folder")
        folder = None if id_ is None else folder_acts.find(self.workspace, id_)
        done = many.do(self.workspace, given["act"], given["journeys"], folder, user_of(request), timezone.now())
        return Response(ManyDoneSerializer(done._asdict()).data)


class JourneyFolderViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """Folders of the list of journeys. One that is deleted leaves its journeys in none."""

    queryset = JourneyFolder.objects.all()
    serializer_class = FolderSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[JourneyFolder]:
        folders: QuerySet[JourneyFolder] = super().get_queryset()
        return folders.annotate(count=Count("journeys")).order_by("name", "id")

    @extend_schema(request=FolderNameSerializer, responses={201: FolderSerializer})
    def create(self, request: Request) -> Response:
        """Make a folder. 409 `folder_exists` for a name that there is."""
        folder = folder_acts.create(self.workspace, read(FolderNameSerializer, request)["name"])
        return Response(self._shown(folder), status=status.HTTP_201_CREATED)

    @extend_schema(request=FolderNameSerializer, responses=FolderSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Rename a folder."""
        folder: JourneyFolder = self.get_object()
        return Response(self._shown(folder_acts.rename(folder, read(FolderNameSerializer, request)["name"])))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a folder; its journeys stay, in none."""
        self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _shown(self, folder: JourneyFolder) -> Any:
        return FolderSerializer(self.get_queryset().get(pk=folder.pk)).data
