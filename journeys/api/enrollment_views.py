"""People in journeys: let them in, list them, say what happened to them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.acts import accepted, finished_now, under_way
from journeys.api.enrollment_serializers import (
    MOST_PEOPLE,
    EnrollmentEventSerializer,
    EnrollmentRowSerializer,
    EnrollmentSerializer,
    EnrollOptionsSerializer,
    EnrollResultSerializer,
    EnrollSerializer,
    read_person,
)
from journeys.api.enrollment_texts import names_of_version, with_segments
from journeys.api.filtersets import EnrollmentFilterSet, PersonsEnrollmentsFilterSet
from journeys.api.life_serializers import BulkResultSerializer, BulkSerializer
from journeys.api.naming import with_person
from journeys.api.reading import read, user_of
from journeys.models import Enrollment, EnrollmentEvent, Journey, MassAct
from journeys.runtime.enroll import EnrollRequest, EnrollResult, Rejected, enroll_profiles
from journeys.runtime.leaving import Filters, ask_exit, ask_retry, exit_enrollment, retry_enrollment
from workspaces.api.masking import NotesWhoIsSeen
from workspaces.api.pagination import CreatedCursorPagination
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError


class JourneyEnrollmentViewSet(NotesWhoIsSeen, mixins.ListModelMixin, WorkspaceViewSet):
    """The enrollments of one journey."""

    queryset = with_person(
        Enrollment.objects.select_related("version").defer("version__graph", "context", "properties")
    )
    serializer_class = EnrollmentRowSerializer
    filterset_class = EnrollmentFilterSet
    seen_as = "enrollments"

    @property
    def journey(self) -> Journey:
        journeys = Journey.objects.select_related("workspace").defer("draft").filter(workspace=self.workspace)
        return get_object_or_404(journeys, pk=self.kwargs["journey"])

    def get_queryset(self) -> QuerySet[Enrollment]:
        enrollments = super().get_queryset()
        return enrollments if "journey" not in self.kwargs else enrollments.filter(journey=self.journey)

    @extend_schema(request=EnrollSerializer, responses={202: EnrollResultSerializer})
    def create(self, request: Request, journey: Any) -> Response:
        """Enroll up to 10,000 people. Who cannot be enrolled is reported; the others are in."""
        stored = self.journey
        options = EnrollOptionsSerializer(data=request.data)
        _demand_few(request.data)
        options.is_valid(raise_exception=True)
        result = _enroll(stored, options.validated_data)
        return Response(EnrollResultSerializer(result).data, status=status.HTTP_202_ACCEPTED)

    @extend_schema(
        operation_id="journeys_enrollments_exit", request=BulkSerializer, responses=accepted(BulkResultSerializer)
    )
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def exit(self, request: Request, journey: Any) -> Response:
        """End now the runs of everyone inside whom the filters choose, in batches.

        Above 2,000 people a worker does it: 202 with the act, whose progress is at `acts/`.
        """
        return self._act(request, ask_exit, "operator")

    @extend_schema(
        operation_id="journeys_enrollments_retry", request=BulkSerializer, responses=accepted(BulkResultSerializer)
    )
    @action(detail=False, methods=["post"], filterset_class=None, pagination_class=None)
    def retry(self, request: Request, journey: Any) -> Response:
        """Try again now the failed steps of everyone whom the filters choose, in batches.

        Above 2,000 people a worker does it: 202 with the act, whose progress is at `acts/`.
        """
        return self._act(request, ask_retry, "")

    def _act(self, request: Request, ask: Callable[..., MassAct], reason: str) -> Response:
        given, now = read(BulkSerializer, request), timezone.now()
        reason = given.pop("reason", reason)
        act = ask(self.journey, Filters(**given), now, user_of(request), reason)
        return Response(BulkResultSerializer(act.result).data) if finished_now(act, now) else under_way(act)


class StreamPagination(CreatedCursorPagination):
    """Oldest first: a stream is read from its beginning."""

    ordering = "seq"


class EnrollmentViewSet(NotesWhoIsSeen, mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """Runs of people through versions of journeys, and their streams."""

    queryset = with_person(
        Enrollment.objects.select_related("version", "workspace", "journey").defer("version__graph", "journey__draft")
    )
    serializer_class = EnrollmentSerializer
    filterset_class = PersonsEnrollmentsFilterSet
    seen_as = "enrollment"

    def filter_queryset(self, queryset: QuerySet[Any]) -> QuerySet[Any]:
        # One run is named by its id alone.
        return super().filter_queryset(queryset) if self.action == "list" else queryset

    @extend_schema(responses=EnrollmentEventSerializer(many=True), parameters=[OpenApiParameter("message", UUID)])
    @action(detail=True, pagination_class=StreamPagination, filterset_class=None)
    def events(self, request: Request, pk: str) -> Response:
        """Everything that was decided and done, and why; with `message`, what is about that message only."""
        enrollment: Enrollment = self.get_object()
        entries = EnrollmentEvent.objects.filter(enrollment_id=enrollment.id)
        if message := request.query_params.get("message"):
            entries = entries.filter(data__message=message)
        page = self.paginate_queryset(entries) or []
        names = with_segments(
            names_of_version(str(enrollment.version_id)), enrollment.workspace_id, [event.data for event in page]
        )
        context = {**self.get_serializer_context(), "names": names, "zone": enrollment.workspace.timezone}
        return self.get_paginated_response(EnrollmentEventSerializer(page, many=True, context=context).data)

    @extend_schema(request=None, responses=EnrollmentSerializer)
    @action(detail=True, methods=["post"])
    def exit(self, request: Request, pk: str) -> Response:
        """End this run now; 409 `wrong_state` if it has ended."""
        return self._change(exit_enrollment)

    @extend_schema(request=None, responses=EnrollmentSerializer)
    @action(detail=True, methods=["post"])
    def retry(self, request: Request, pk: str) -> Response:
        """Try a step that failed once more; 409 `wrong_state` if none has."""
        return self._change(retry_enrollment)

    def _change(self, change: Any) -> Response:
        change(self.get_object(), timezone.now())
        return Response(self.get_serializer(self.get_object()).data)


def _demand_few(body: object) -> None:
    people = body.get("profiles") if isinstance(body, dict) else None
    if isinstance(people, list) and len(people) > MOST_PEOPLE:
        raise DomainError("too_many", f"At most {MOST_PEOPLE} people are enrolled at once.", "profiles")


def _enroll(journey: Journey, options: dict[str, Any]) -> EnrollResult:
    """Enroll those who can be read, and report the others at the places they have in the request."""
    rejected: list[Rejected] = []
    people: dict[int, EnrollRequest] = {}
    for index, item in enumerate(options["profiles"]):
        try:
            people[index] = read_person(item)
        except DomainError as error:
            rejected.append(Rejected(index, error.code, error.detail))
    result = enroll_profiles(journey, list(people.values()), options["idempotency_key"], timezone.now())
    places = list(people)
    rejected += [Rejected(places[one.index], one.code, one.detail) for one in result.rejected]
    return EnrollResult(result.accepted, sorted(rejected, key=lambda one: one.index))
