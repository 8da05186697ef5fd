"""Experiments, holdout and losses of a journey's review."""

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import mixins
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from journeys.api.enrollment_serializers import EnrollmentRowSerializer
from journeys.api.naming import with_person
from journeys.api.review_query import JourneyReviewMixin, asked_of
from journeys.api.review_stats_serializers import (
    ExperimentsSerializer,
    HoldoutSerializer,
    LossesSerializer,
    LossPeopleQuerySerializer,
    StatsQuerySerializer,
)
from journeys.models import Enrollment
from journeys.review.credits.definition import goal_named
from journeys.review.losses.behind import behind
from journeys.review.notes import stated
from journeys.review.paths.asked import filters_of
from journeys.review.paths.freshness import Freshness, freshness
from journeys.review.prepared import statistic
from workspaces.api.masking import NotesWhoIsSeen
from workspaces.api.views import WorkspaceViewSet


class StatsMixin(JourneyReviewMixin):
    def answer(self, request: Request, figure: str) -> tuple[Freshness, Any]:
        """A figure of STATS for the query."""
        journey, asked = self.journey, asked_of(StatsQuerySerializer, request)
        filters, goal = filters_of(journey, asked), goal_named(journey, asked.get("goal"))
        fresh = freshness(journey.pk)
        return fresh, statistic(journey, fresh, figure, filters, goal)


def _shown(test: Mapping[str, Any]) -> dict[str, Any]:
    variants = [
        {
            **arm,
            "variant": key,
            "name": test["names"][key],
            "weight": test["weights"].get(key),
            "control": key == test["control"],
            "looks": test["looks"].get(key, []),
        }
        for key, arm in test["arms"].items()
    ]
    return {**test, "variants": variants}


class ReviewExperimentsView(StatsMixin, APIView):
    @extend_schema(
        operation_id="journeys_review_experiments", parameters=[StatsQuerySerializer], responses=ExperimentsSerializer
    )
    def get(self, request: Request, pk: Any) -> Response:
        """Every A/B test: rates, differences and values with intervals, sizes of the groups, power, and what may be concluded."""
        fresh, found = self.answer(request, "experiments")
        tests = [_shown(test) for test in found]
        return Response(ExperimentsSerializer({**stated(fresh, []), "experiments": tests}).data)


class ReviewHoldoutView(StatsMixin, APIView):
    @extend_schema(
        operation_id="journeys_review_holdout", parameters=[StatsQuerySerializer], responses=HoldoutSerializer
    )
    def get(self, request: Request, pk: Any) -> Response:
        """What the journey adds: those let in against those held out, in the time in which they were."""
        fresh, found = self.answer(request, "holdout")
        return Response(HoldoutSerializer({**found, **stated(fresh, found["notes"])}).data)


class ReviewLossesView(StatsMixin, APIView):
    @extend_schema(operation_id="journeys_review_losses", parameters=[StatsQuerySerializer], responses=LossesSerializer)
    def get(self, request: Request, pk: Any) -> Response:
        """How many people passed each bar from being eligible to a conversion, whom it lost, and by which rule."""
        fresh, found = self.answer(request, "losses")
        return Response(LossesSerializer({**found, **stated(fresh, found["notes"])}).data)


class ReviewLossPeopleView(NotesWhoIsSeen, StatsMixin, mixins.ListModelMixin, WorkspaceViewSet):
    """The runs that a bar of the waterfall lost, newest first."""

    queryset = with_person(Enrollment.objects.select_related("version"))
    serializer_class = EnrollmentRowSerializer
    filterset_class = None
    seen_as = "enrollments"

    def get_queryset(self) -> QuerySet[Enrollment]:
        if getattr(self, "swagger_fake_view", False):
            return super().get_queryset()
        journey, asked = self.journey, asked_of(LossPeopleQuerySerializer, self.request)
        filters, goal = filters_of(journey, asked), goal_named(journey, asked.get("goal"))
        runs = behind(journey, filters, goal, asked["bar"], asked.get("reason", ""))
        return with_person(runs.select_related("version").defer("version__graph", "context", "properties"))

    @extend_schema(operation_id="journeys_review_losses_people", parameters=[LossPeopleQuerySerializer])
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Who is behind a bar, as the review last read them."""
        return super().list(request, *args, **kwargs)


urlpatterns = [
    path("experiments/", ReviewExperimentsView.as_view(), name="journey-review-experiments"),
    path("holdout/", ReviewHoldoutView.as_view(), name="journey-review-holdout"),
    path("losses/", ReviewLossesView.as_view(), name="journey-review-losses"),
    path("losses/people/", ReviewLossPeopleView.as_view({"get": "list"}), name="journey-review-losses-people"),
]
