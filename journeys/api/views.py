from collections.abc import Callable
from datetime import datetime
from typing import Any

from django.db.models import Count, IntegerField, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.acts import accepted, finished_now, under_way
from journeys.api.errors import with_issues
from journeys.api.filtersets import JourneyFilterSet
from journeys.api.life_serializers import ResumeSerializer
from journeys.api.life_views import LifeActions
from journeys.api.listing import ListActions
from journeys.api.reading import is_admin, read, user_of
from journeys.api.serializers import (
    CountsSerializer,
    GraphSerializer,
    InvalidGraphSerializer,
    JourneyChangeSerializer,
    JourneyCreateSerializer,
    JourneyRowSerializer,
    JourneySerializer,
    PublishedSerializer,
    ReviewSerializer,
    StopSerializer,
    ValidationSerializer,
    VersionSerializer,
)
from journeys.engine.issues import Issue
from journeys.engine.validation.validate import is_publishable
from journeys.models import Conversion, Enrollment, Journey, JourneyVersion, MassAct
from journeys.review.counts import counts
from journeys.review.notes import notes_on, stated
from journeys.review.paths.filters import ALL
from journeys.review.paths.opening import opened
from journeys.review.summary import review
from journeys.runtime import drafts, publish
from workspaces.api.permissions import MayRead
from workspaces.errors import DomainError

PUBLISH_ERRORS = {400: InvalidGraphSerializer}


class JourneyViewSet(mixins.RetrieveModelMixin, ListActions, LifeActions):
    """Journeys: their drafts, their life, and their numbers."""

    queryset = Journey.objects.select_related("live_version", "workspace", "folder")
    serializer_class = JourneySerializer
    filterset_class = JourneyFilterSet

    def get_serializer_class(self) -> Any:
        return JourneyRowSerializer if self.action == "list" else super().get_serializer_class()

    def get_queryset(self) -> QuerySet[Journey]:
        journeys = super().get_queryset()
        if self.action not in {"list", "retrieve"}:
            return journeys
        journeys = _with_numbers(journeys).defer("live_version__graph")
        return journeys.defer("draft", "live_version__graph") if self.action == "list" else journeys

    @extend_schema(request=JourneyCreateSerializer, responses={201: JourneySerializer})
    def create(self, request: Request) -> Response:
        """Begin a journey: a draft, empty unless a graph is given."""
        given = read(JourneyCreateSerializer, request)
        journey = drafts.create_draft(
            self.workspace, given["name"], given["description"], given.get("graph"), user_of(request)
        )
        return self._detail(journey, status.HTTP_201_CREATED)

    @extend_schema(request=JourneyChangeSerializer, responses=JourneySerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Save the draft. 409 `revision_conflict` if somebody else has saved it since.

        That approval is required is taken back by an administrator only, 403 `admin_required`: else who must ask could
        do without.
        """
        journey: Journey = self.get_object()
        given = read(JourneyChangeSerializer, request)
        if journey.approval_required and given.get("approval_required") is False and not is_admin(request):
            raise DomainError("admin_required", "Only an administrator may do without approval.", status=403)
        return self._detail(drafts.save_draft(journey, **given, user=user_of(request)))

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, pk: str) -> Response:
        """Delete a draft that was never published; 409 `wrong_state` otherwise."""
        drafts.delete_draft(self.get_object())
        return Response(status=status.HTTP_204_NO_CONTENT)

    @extend_schema(operation_id="journeys_validate_graph", request=GraphSerializer, responses=ValidationSerializer)
    @action(
        detail=False, methods=["post"], url_path="validate", url_name="validate-graph", permission_classes=[MayRead]
    )
    def validate_graph(self, request: Request) -> Response:
        """Check a graph that need not be saved."""
        return _judged(publish.check(self.workspace, read(GraphSerializer, request)["graph"]))

    @extend_schema(operation_id="journeys_validate", request=None, responses=ValidationSerializer)
    @action(detail=True, methods=["post"], permission_classes=[MayRead])
    def validate(self, request: Request, pk: str) -> Response:
        """Check the draft."""
        journey: Journey = self.get_object()
        return _judged(publish.check(self.workspace, journey.draft, journey))

    @extend_schema(request=None, responses={200: PublishedSerializer, **PUBLISH_ERRORS})
    @action(detail=True, methods=["post"])
    def publish(self, request: Request, pk: str) -> Response:
        """Publish the draft as the next version. People inside stay on the version they entered.

        409 `approval_required` if the journey asks for a second person's approval and this revision has none.
        """
        journey: Journey = self.get_object()
        try:
            version = publish.publish(journey, user_of(request), timezone.now())
        except publish.InvalidGraph as error:
            raise with_issues(error) from error
        issues = publish.check(self.workspace, version.graph, journey)
        return Response(PublishedSerializer({"version": version, "issues": issues}).data)

    @extend_schema(request=None, responses=JourneySerializer)
    @action(detail=True, methods=["post"])
    def pause(self, request: Request, pk: str) -> Response:
        """Keep everybody where they are until `resume`."""
        return self._change(lambda journey: publish.pause(journey, user_of(request), timezone.now()))

    @extend_schema(request=ResumeSerializer, responses=accepted(JourneySerializer))
    @action(detail=True, methods=["post"])
    def resume(self, request: Request, pk: str) -> Response:
        """Let people go on: what came due meanwhile happens now, or every wait is longer by the pause.

        A shift of more than 2,000 people is made by a worker: 202 with the act, whose progress is at `acts/`. The journey is
        paused until it ends.
        """
        mode = read(ResumeSerializer, request)["mode"]
        return self._act(lambda journey, now: publish.ask_resume(journey, mode, user_of(request), now))

    @extend_schema(request=StopSerializer, responses=accepted(JourneySerializer))
    @action(detail=True, methods=["post"])
    def stop(self, request: Request, pk: str) -> Response:
        """Let nobody in any more; those inside finish, or exit now.

        The exit of more than 2,000 people is a worker's: 202 with the act, whose progress is at `acts/`. Nobody moves
        until it ends.
        """
        mode = read(StopSerializer, request)["mode"]
        return self._act(lambda journey, now: publish.ask_stop(journey, mode, now, user_of(request)))

    @extend_schema(request=None, responses=JourneySerializer)
    @action(detail=True, methods=["post"])
    def archive(self, request: Request, pk: str) -> Response:
        """Put a journey away that does not run."""
        return self._change(lambda journey: publish.archive(journey, user_of(request), timezone.now()))

    @extend_schema(responses=VersionSerializer(many=True))
    @action(detail=True, filterset_class=None)
    def versions(self, request: Request, pk: str) -> Response:
        """The published versions, newest first."""
        versions = JourneyVersion.objects.filter(journey=self.get_object()).select_related("published_by")
        page = self.paginate_queryset(versions)
        return self.get_paginated_response(VersionSerializer(page, many=True).data)

    @extend_schema(responses=CountsSerializer)
    @action(detail=True)
    def counts(self, request: Request, pk: str) -> Response:
        """The numbers on the canvas, over all versions."""
        return Response(counts(self.get_object()))

    @extend_schema(responses=ReviewSerializer)
    @action(detail=True)
    def review(self, request: Request, pk: str) -> Response:
        """What the journey did, for whom, and what came of it."""
        journey: Journey = self.get_object()
        fresh = opened(journey, timezone.now())
        shown = {**review(journey, fresh), **stated(fresh, notes_on(fresh, ALL))}
        return Response(ReviewSerializer(shown).data)

    def _change(self, change: Any) -> Response:
        journey: Journey = self.get_object()
        change(journey)
        return self._detail(journey)

    def _act(self, ask: Callable[[Journey, datetime], MassAct | None]) -> Response:
        journey: Journey = self.get_object()
        now = timezone.now()
        act = ask(journey, now)
        return self._detail(journey) if act is None or finished_now(act, now) else under_way(act)

    def _detail(self, journey: Journey, code: int = status.HTTP_200_OK) -> Response:
        stored = _with_numbers(Journey.objects.select_related("live_version", "folder")).get(pk=journey.pk)
        return Response(JourneySerializer(stored).data, status=code)


def _with_numbers(journeys: QuerySet[Journey]) -> QuerySet[Journey]:
    runs = Enrollment.objects.filter(journey=OuterRef("pk")).order_by().values("journey")
    goals = Conversion.objects.filter(journey_id=OuterRef("pk")).order_by().values("journey_id")
    return journeys.annotate(
        enrolled=Coalesce(Subquery(runs.annotate(n=Count("pk")).values("n")), 0, output_field=IntegerField()),
        converted=Coalesce(
            Subquery(goals.annotate(n=Count("enrollment_id", distinct=True)).values("n")),
            0,
            output_field=IntegerField(),
        ),
    )


def _judged(issues: list[Issue]) -> Response:
    return Response(ValidationSerializer({"valid": is_publishable(issues), "issues": issues}).data)
