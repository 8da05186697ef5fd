"""Merges of people: by hand, explained, undone; and what waits for somebody's judgement."""

from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import Http404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.merge_serializers import (
    ConflictSerializer,
    MergeRequestSerializer,
    MergeSerializer,
    UndoRequestSerializer,
    VerdictSerializer,
)
from profiles.merging.aliases import current_id
from profiles.merging.by_hand import merge_by_hand
from profiles.merging.explain import merges_of
from profiles.merging.review import dismiss_conflict, merge_conflict, open_conflicts
from profiles.merging.undo import undo
from profiles.models import IdentityConflict, ProfileMerge
from workspaces.api.masking import NotesWhoIsSeen, note_seen
from workspaces.api.views import WorkspaceViewSet


def user_of(request: Request) -> User | None:
    """The member who asks; None for a program with a key."""
    return request.user if request.user.pk else None


def read(serializer_class: Any, request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data  # type: ignore[no-any-return]  # of any serializer


class MergedPeopleMixin(WorkspaceViewSet):
    """For the views of one person: a former id answers with whom it has become, and merges are made and shown."""

    merged_into: UUID | None = None

    def get_object(self) -> Any:
        try:
            return super().get_object()
        except Http404:
            asked = UUID(str(self.kwargs["pk"]))
            self.merged_into = current_id(self.workspace.id, asked)
            if self.merged_into == asked:
                raise
            self.kwargs["pk"] = self.merged_into
            return super().get_object()

    def get_serializer_context(self) -> dict[str, Any]:
        return {**super().get_serializer_context(), "merged_into": self.merged_into}

    @extend_schema(request=MergeRequestSerializer, responses={201: MergeSerializer})
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Say that this person and another are one. Who survives is said by the rules of identities."""
        given = read(MergeRequestSerializer, request)
        one, now, user = self.get_object().id, timezone.now(), user_of(request)
        merge = merge_by_hand(self.workspace, one, given["profile"], now, user, given["reason"], force=given["force"])
        return Response(MergeSerializer(merge, context=self.get_serializer_context()).data, status.HTTP_201_CREATED)

    @extend_schema(responses=MergeSerializer(many=True))
    @action(detail=True, filterset_class=None)
    def merges(self, request: Request, pk: str) -> Response:
        """Every merge that led to this person, also those further back and those that were undone, newest first."""
        person = self.get_object().id
        page = self.paginate_queryset(merges_of(self.workspace.id, person))
        note_seen(request, "merges", [person], timezone.now())
        context = self.get_serializer_context()
        return self.get_paginated_response(MergeSerializer(page, many=True, context=context).data)


class MergeViewSet(NotesWhoIsSeen, mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Merges of people, newest first."""

    queryset = ProfileMerge.objects.select_related("undo", "undo__by", "by")
    serializer_class = MergeSerializer
    seen_as, person = "merges", "survivor_id"

    @extend_schema(request=UndoRequestSerializer, responses=MergeSerializer)
    @action(detail=True, methods=["post"])
    def undo(self, request: Request, pk: str) -> Response:
        """Take a merge back: everything returns to where it came from, and facts do not join the two again."""
        merge = self.get_object()
        undo(self.workspace, merge.id, timezone.now(), user_of(request), read(UndoRequestSerializer, request)["reason"])
        return Response(self.get_serializer(self.get_queryset().get(pk=merge.pk)).data)


class ConflictViewSet(NotesWhoIsSeen, mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Identities that came with one person and are another's: the two may be one, or share something."""

    queryset = IdentityConflict.objects.all()
    serializer_class = ConflictSerializer
    seen_as = "identity conflicts"

    def get_queryset(self) -> QuerySet[IdentityConflict]:
        return open_conflicts().filter(pk__in=super().get_queryset().values("pk"))

    @extend_schema(request=VerdictSerializer, responses={201: MergeSerializer})
    @action(detail=True, methods=["post"])
    def merge(self, request: Request, pk: str) -> Response:
        """Say that the two are one."""
        given, conflict = read(VerdictSerializer, request), self.get_object()
        merge = merge_conflict(
            self.workspace, conflict, timezone.now(), user_of(request), given["reason"], force=given["force"]
        )
        return Response(MergeSerializer(merge, context=self.get_serializer_context()).data, status.HTTP_201_CREATED)

    @extend_schema(request=None, responses={204: None})
    @action(detail=True, methods=["post"])
    def dismiss(self, request: Request, pk: str) -> Response:
        """Say that the two are two: no fact joins them."""
        dismiss_conflict(self.workspace, self.get_object(), timezone.now())
        return Response(status=status.HTTP_204_NO_CONTENT)
