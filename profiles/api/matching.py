"""Searches for people who are probably the same, and what somebody says of the pairs that they find."""

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.merge_serializers import (
    MatchRequestSerializer,
    MatchRunSerializer,
    MergeSerializer,
    SuggestionSerializer,
    VerdictSerializer,
)
from profiles.api.merging import read, user_of
from profiles.merging import matching
from profiles.models import MatchRun, MatchSuggestion
from workspaces.api.views import WorkspaceViewSet


class MatchRunViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Searches for matches, newest first."""

    queryset = MatchRun.objects.all()
    serializer_class = MatchRunSerializer

    @extend_schema(request=MatchRequestSerializer, responses={202: MatchRunSerializer})
    def create(self, request: Request) -> Response:
        """Have a worker search. 501 `matching_not_installed` where the extra is not installed."""
        run = matching.ask(self.workspace, read(MatchRequestSerializer, request)["at_least"], timezone.now())
        return Response(MatchRunSerializer(run).data, status.HTTP_202_ACCEPTED)


class SuggestionViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Pairs of people who are probably one, and about whom nobody has said anything."""

    queryset = MatchSuggestion.objects.all()
    serializer_class = SuggestionSerializer

    def get_queryset(self) -> QuerySet[MatchSuggestion]:
        return matching.open_suggestions().filter(pk__in=super().get_queryset().values("pk"))

    @extend_schema(request=VerdictSerializer, responses={201: MergeSerializer})
    @action(detail=True, methods=["post"])
    def accept(self, request: Request, pk: str) -> Response:
        """Say that the two are one: they are merged."""
        given, suggestion = read(VerdictSerializer, request), self.get_object()
        merge = matching.accept(
            self.workspace, suggestion, timezone.now(), user_of(request), given["reason"], force=given["force"]
        )
        return Response(MergeSerializer(merge, context=self.get_serializer_context()).data, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def reject(self, request: Request, pk: str) -> Response:
        """Say that the two are two: they are not suggested again."""
        matching.reject(self.workspace, self.get_object(), timezone.now(), user_of(request))
        return Response(status=status.HTTP_204_NO_CONTENT)
