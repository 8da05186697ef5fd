from collections.abc import Collection
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles import tag_counts, tag_definitions, tag_jobs, tags
from profiles.api.computed import read
from profiles.api.tag_serializers import (
    AssignSerializer,
    TagAssignmentSerializer,
    TagChangeSerializer,
    TagCreateSerializer,
    TaggedSerializer,
    TagJobSerializer,
    TagSerializer,
    TagValuesSerializer,
    UnassignSerializer,
    UndefinedTagsSerializer,
)
from profiles.choices import TagAction, TagSource
from profiles.merging.aliases import current_id, current_ids
from profiles.models import Segment, Tag, TagAssignment, TagJob
from profiles.tag_values import check_value
from workspaces.api.masking import keys_for, note_seen, sees_clear
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError
from workspaces.masking import mask_at

TARGETS = ("profiles", "segment", "everybody")


class TagViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Tags: what they mean, who has them, and giving and taking them."""

    queryset = Tag.objects.select_related("workspace", "segment")
    serializer_class = TagSerializer

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset())) or []
        return self.get_paginated_response(self._shown(page, many=True))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self._shown(self.get_object()))

    @extend_schema(request=TagCreateSerializer, responses={201: TagSerializer})
    def create(self, request: Request) -> Response:
        """Define a tag. A rule tag is given to everybody whom its rule holds for, and taken from whom it does not."""
        given = read(TagCreateSerializer, request)
        rule = given.pop("rule", None)
        tag = tag_definitions.create(self.workspace, given, rule, by_of(request), timezone.now())
        return Response(self._shown(tag), status=status.HTTP_201_CREATED)

    @extend_schema(request=TagChangeSerializer, responses=TagSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change a definition; key, kind and type of the value stay."""
        given = read(TagChangeSerializer, request)
        return Response(self._shown(tag_definitions.change(self.get_object(), given, by_of(request), timezone.now())))

    @extend_schema(responses={202: TagJobSerializer})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take the tag from everybody, and then delete its definition."""
        job = tag_definitions.end(self.get_object(), by_of(request), timezone.now())
        return Response(TagJobSerializer(job).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(responses=TagValuesSerializer)
    @action(detail=True)
    def values(self, request: Request, pk: str) -> Response:
        """The values that people have now, with how many have each."""
        key, keys = self.get_object().key, keys_for(request)
        rows = tag_counts.values_of(self.workspace, key)
        if not sees_clear(request):
            rows = [{**row, "value": mask_at([key], row["value"], keys)} for row in rows]
        return Response(TagValuesSerializer({"values": rows}).data)

    @extend_schema(responses=UndefinedTagsSerializer)
    @action(detail=False, pagination_class=None)
    def undefined(self, request: Request) -> Response:
        """Tags that people have and nobody has defined."""
        return Response(UndefinedTagsSerializer({"tags": tag_counts.undefined(self.workspace)}).data)

    @extend_schema(request=AssignSerializer, responses={200: TaggedSerializer, 202: TaggedSerializer})
    @action(detail=True, methods=["post"])
    def assign(self, request: Request, pk: str) -> Response:
        """Give the tag to people now, or to everybody of a segment by a job. 409 if a rule or a model gives it."""
        tag, given, now = self.get_object(), read(AssignSerializer, request), timezone.now()
        tag_definitions.refuse_unless_given_by_hand(tag)
        value = given.get("value")
        check_value(tag.value_type, tag.allowed_values, value)
        until = tag_definitions.expiry(tag, given.get("expires_at"), now)
        segment = self._target(given)
        if segment is not None:
            job = tag_jobs.ask(
                tag, TagAction.ASSIGN, by_of(request), now, segment=segment, value=value, expires_at=until
            )
            return _job(job)
        what = tags.Giving(tag.key, value, TagSource(tag.kind), by_of(request), until)
        done = tags.assign(self.workspace, what, self._present(given["profiles"]), now)
        body = {"changed": len(done.changed), "refused": sorted(done.too_many), "job": None}
        return Response(TaggedSerializer(body).data)

    @extend_schema(request=UnassignSerializer, responses={200: TaggedSerializer, 202: TaggedSerializer})
    @action(detail=True, methods=["post"])
    def unassign(self, request: Request, pk: str) -> Response:
        """Take the tag from people now, or by a job from everybody of a segment or everybody who has it."""
        tag, given, now = self.get_object(), read(UnassignSerializer, request), timezone.now()
        tag_definitions.refuse_unless_given_by_hand(tag)
        segment = self._target(given)
        if segment is not None or given.get("everybody"):
            return _job(tag_jobs.ask(tag, TagAction.UNASSIGN, by_of(request), now, segment=segment))
        done = tags.unassign(self.workspace, tag.key, self._present(given["profiles"]), by_of(request), now)
        return Response(TaggedSerializer({"changed": len(done), "refused": [], "job": None}).data)

    def _present(self, profiles: Collection[UUID]) -> set[UUID]:
        return set(current_ids(self.workspace.id, profiles).values())

    def _target(self, given: dict[str, Any]) -> Segment | None:
        """The segment that is named; exactly one of the ways to say whom must be there."""
        if sum(given.get(name) not in {None, False} if name != "profiles" else name in given for name in TARGETS) != 1:
            raise DomainError("one_target", "Name `profiles` or `segment` (or, to take it, `everybody`).", "profiles")
        if "segment" not in given:
            return None
        segment = Segment.objects.filter(workspace=self.workspace, pk=given["segment"]).first()
        if segment is None:
            raise DomainError("unknown_segment", "There is no such segment in this workspace.", "segment")
        return segment

    def _shown(self, rows: Any, *, many: bool = False) -> Any:
        counts = tag_counts.people_with(self.workspace, [tag.key for tag in (rows if many else [rows])])
        return TagSerializer(rows, many=many, context={"people": counts}).data


class TagJobViewSet(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Tags given to, or taken from, many people: how far it is."""

    queryset = TagJob.objects.all()
    serializer_class = TagJobSerializer


class TagAssignmentViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """The tags of one person: from whom, since when and until when; with `history`, those of before too."""

    queryset = TagAssignment.objects.all()
    serializer_class = TagAssignmentSerializer

    def get_queryset(self) -> QuerySet[Any]:
        if getattr(self, "swagger_fake_view", False):
            return TagAssignment.objects.none()
        rows = TagAssignment.objects.filter(workspace_id=self.workspace.id)
        return rows if self._asks_history() else rows.filter(ended_at=None)

    def _asks_history(self) -> bool:
        asked = self.request.query_params.get("history", "false")
        if asked not in {"true", "false"}:
            raise DomainError("invalid_history", "`history` is true or false.", "history")
        return bool(asked == "true")

    @extend_schema(
        parameters=[
            OpenApiParameter("profile", OpenApiTypes.UUID, required=True),
            OpenApiParameter("history", bool),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        profile = request.query_params.get("profile", "")
        present = current_id(self.workspace.id, _uuid(profile))
        page = self.paginate_queryset(self.get_queryset().filter(profile_id=present))
        note_seen(request, "tags", [one.profile_id for one in page or ()], timezone.now())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


def by_of(request: Request) -> str:
    """Who asks, as it is kept beside what they did."""
    user: Any = request.user
    return str(user.get_username() if hasattr(user, "get_username") else user)[:200]


def _job(job: TagJob) -> Response:
    body = {"changed": 0, "refused": [], "job": job}
    return Response(TaggedSerializer(body).data, status=status.HTTP_202_ACCEPTED)


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as error:
        raise DomainError("invalid_profile", "`profile` is a profile's id.", "profile") from error
