"""The review's funnel, its flows, and the people behind its numbers."""

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import mixins, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from journeys.api.enrollment_serializers import EnrollmentRowSerializer
from journeys.api.naming import with_person
from journeys.api.review_paths_serializers import (
    FlowSerializer,
    FunnelQuerySerializer,
    FunnelSerializer,
    PeopleQuerySerializer,
    RefreshingSerializer,
)
from journeys.api.review_query import JourneyReviewMixin, ReviewQuerySerializer, asked_of
from journeys.models import Enrollment
from journeys.review.funnel.behind import behind
from journeys.review.funnel.flow import flow
from journeys.review.funnel.funnel import funnel
from journeys.review.notes import notes_on, stated
from journeys.review.paths.asked import filters_of
from journeys.review.paths.freshness import freshness
from journeys.review.paths.opening import opened
from journeys.runtime import nudges
from workspaces.api.masking import NotesWhoIsSeen
from workspaces.api.permissions import MayRead
from workspaces.api.views import WorkspaceViewSet


class ReviewFunnelView(JourneyReviewMixin, APIView):
    @extend_schema(
        operation_id="journeys_review_funnel", parameters=[FunnelQuerySerializer], responses=FunnelSerializer
    )
    def get(self, request: Request, pk: Any) -> Response:
        """How many people came how far, in all and at each node; with `by`, also by day, version, variant or channel."""
        journey, asked = self.journey, asked_of(FunnelQuerySerializer, request)
        filters, fresh = filters_of(journey, asked), opened(journey, timezone.now())
        found = funnel(journey, fresh, filters, asked.get("by", ""))
        notes = notes_on(fresh, filters, with_stays=True)
        return Response(FunnelSerializer({**stated(fresh, notes), **found}).data)


class ReviewPathsView(JourneyReviewMixin, APIView):
    @extend_schema(operation_id="journeys_review_paths", parameters=[ReviewQuerySerializer], responses=FlowSerializer)
    def get(self, request: Request, pk: Any) -> Response:
        """The ways that people went: nodes, and how many went from which outcome of one to which other."""
        journey, asked = self.journey, asked_of(ReviewQuerySerializer, request)
        filters, fresh = filters_of(journey, asked), opened(journey, timezone.now())
        found = flow(journey, fresh, filters)
        return Response(FlowSerializer({**stated(fresh, notes_on(fresh, filters)), **found}).data)


class ReviewPeopleView(NotesWhoIsSeen, JourneyReviewMixin, mixins.ListModelMixin, WorkspaceViewSet):
    """The runs behind a number of the funnel, newest first."""

    queryset = with_person(Enrollment.objects.select_related("version"))
    serializer_class = EnrollmentRowSerializer
    filterset_class = None
    seen_as = "enrollments"

    def get_queryset(self) -> QuerySet[Enrollment]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        journey, asked = self.journey, asked_of(PeopleQuerySerializer, self.request)
        runs = behind(
            journey, filters_of(journey, asked), asked["what"], asked.get("node", ""), asked.get("outcome", "")
        )
        return with_person(runs.select_related("version").defer("version__graph", "context", "properties"))

    @extend_schema(operation_id="journeys_review_people", parameters=[PeopleQuerySerializer])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who is behind a number, as the review last read them."""
        return super().list(request, *args, **kwargs)


class ReviewRefreshView(JourneyReviewMixin, APIView):
    permission_classes = [MayRead]

    @extend_schema(operation_id="journeys_review_refresh", request=None, responses={202: RefreshingSerializer})
    def post(self, request: Request, pk: Any) -> Response:
        """Have the review brought up to the logs now. `as_of` of any answer tells when it has been."""
        journey = self.journey
        nudges.review(journey.pk)
        return Response(RefreshingSerializer(freshness(journey.pk)).data, status=status.HTTP_202_ACCEPTED)


urlpatterns = [
    path("funnel/", ReviewFunnelView.as_view(), name="journey-review-funnel"),
    path("paths/", ReviewPathsView.as_view(), name="journey-review-paths"),
    path("people/", ReviewPeopleView.as_view({"get": "list"}), name="journey-review-people"),
    path("refresh/", ReviewRefreshView.as_view(), name="journey-review-refresh"),
]
