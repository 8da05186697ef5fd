"""What a journey was worth: its messages, its cost, who came back, how people and sales moved."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.shortcuts import get_object_or_404
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from pydantic import ValidationError
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from journeys.api.review_query import ReviewQuerySerializer
from journeys.api.review_worth_serializers import (
    CostReviewSerializer,
    CostsChangeSerializer,
    CostsSerializer,
    MessageReviewSerializer,
    MovementReviewSerializer,
    RetentionQuerySerializer,
    RetentionReviewSerializer,
    SummarySerializer,
)
from journeys.explain.noted import Note
from journeys.models import Journey, ReviewMeasure
from journeys.review.cached import cached_reading
from journeys.review.paths.asked import filters_of
from journeys.review.paths.filters import Filters
from journeys.review.paths.freshness import freshness
from journeys.review.prepared import moved
from journeys.review.worth.cost import cost_review
from journeys.review.worth.costs import change_costs, costs_of
from journeys.review.worth.measures import AFTER, LATE, SALES_DAYS, sales_measure
from journeys.review.worth.message_tallies import OPT_OUT_WITHIN
from journeys.review.worth.messages import message_review, messages_as_of
from journeys.review.worth.notes import not_applied, note
from journeys.review.worth.retention import retention_review
from journeys.review.worth.summary import summary
from workspaces import audit
from workspaces.api.permissions import InWorkspace, MayAdminister
from workspaces.api.views import WorkspaceMixin
from workspaces.errors import DomainError
from workspaces.localtime import day_of
from workspaces.models import AuditAction

FRESH: Final = timedelta(minutes=5)
PEOPLE: Final = ("variant", "segment", "attribute")


class ReviewPartView(WorkspaceMixin, APIView):
    """Base of the parts: the journey, what is chosen, and what stands around every answer."""

    query_serializer: type[serializers.Serializer[Any]] = ReviewQuerySerializer
    without: tuple[str, ...] = PEOPLE

    def journey(self, pk: Any) -> Journey:
        journeys = Journey.objects.select_related("workspace").filter(workspace=self.workspace)
        return get_object_or_404(journeys, pk=pk)

    def asked(self, request: Request) -> dict[str, Any]:
        given = self.query_serializer(data=request.query_params.dict())
        given.is_valid(raise_exception=True)
        return dict(given.validated_data)

    def chosen(self, journey: Journey, asked: Mapping[str, Any]) -> Filters:
        """Those of the filters that the part knows. Raises DomainError as `filters_of`."""
        return filters_of(journey, {name: value for name, value in asked.items() if name not in self.without})

    def around(
        self, asked: Mapping[str, Any], as_of: datetime | None, now: datetime, definition: Mapping[str, Any]
    ) -> dict[str, Any]:
        return {
            "as_of": as_of,
            "stale": as_of is None or now - as_of > FRESH,
            "definition": {"days": "of entry", **definition},
            "notes": [not_applied(name) for name in self.without if name in asked],
        }


def _with_notes(around: dict[str, Any], found: Mapping[str, Any]) -> dict[str, Any]:
    notes: list[Note] = [*around["notes"], *found.get("notes", [])]
    return {**around, **found, "notes": notes}


class MessageReviewView(ReviewPartView):
    @extend_schema(
        operation_id="journeys_review_messages", parameters=[ReviewQuerySerializer], responses=MessageReviewSerializer
    )
    def get(self, request: Request, pk: Any) -> Response:
        """What became of the messages: in all, by account, template, node, and hour of the day."""
        journey, asked, now = self.journey(pk), self.asked(request), timezone.now()
        as_of = messages_as_of(journey.workspace_id)
        around = self.around(asked, as_of, now, {"opt_out_within_days": OPT_OUT_WITHIN.days})
        if as_of is None:
            around["notes"].append(note("not_counted_yet"))
        chosen = self.chosen(journey, asked)
        # Messages of all journeys are read together, at any one's reading.
        found = cached_reading(journey.pk, ("messages", chosen, as_of), lambda: message_review(journey, chosen))
        return Response(MessageReviewSerializer(_with_notes(around, found)).data)


class CostReviewView(ReviewPartView):
    without = (*PEOPLE, "channel")

    @extend_schema(
        operation_id="journeys_review_cost", parameters=[ReviewQuerySerializer], responses=CostReviewSerializer
    )
    def get(self, request: Request, pk: Any) -> Response:
        """What messages, coupons and the time of staff have cost, and what came of it, by currency."""
        journey, asked, now = self.journey(pk), self.asked(request), timezone.now()
        chosen, as_of = self.chosen(journey, asked), messages_as_of(journey.workspace_id)
        costs = costs_of(journey.workspace_id)
        key = ("cost", chosen, as_of, costs.model_dump_json())
        found = cached_reading(journey.pk, key, lambda: cost_review(journey, chosen))
        around = self.around(asked, as_of, now, {"costs": costs.model_dump(mode="json")})
        return Response(CostReviewSerializer(_with_notes(around, found)).data)


class RetentionReviewView(ReviewPartView):
    query_serializer = RetentionQuerySerializer
    without = (*PEOPLE, "channel", "version")

    @extend_schema(
        operation_id="journeys_review_retention",
        parameters=[RetentionQuerySerializer],
        responses=RetentionReviewSerializer,
    )
    def get(self, request: Request, pk: Any) -> Response:
        """Who came back 1, 7, 14 and 30 days after their entry: whom a message reached, and the control."""
        journey, asked, now = self.journey(pk), self.asked(request), timezone.now()
        found = retention_review(journey, self.chosen(journey, asked), asked.get("event", ""), now)
        definition = {"after": list(AFTER), "late_days": LATE.days, "zone": journey.workspace.timezone}
        return Response(
            RetentionReviewSerializer(_with_notes(self.around(asked, found.pop("as_of"), now, definition), found)).data
        )


class MovementReviewView(ReviewPartView):
    without = (*PEOPLE, "channel", "version")

    @extend_schema(
        operation_id="journeys_review_movement", parameters=[ReviewQuerySerializer], responses=MovementReviewSerializer
    )
    def get(self, request: Request, pk: Any) -> Response:
        """Between which classes of RFM people moved, and what they bought before and after."""
        journey, asked, now = self.journey(pk), self.asked(request), timezone.now()
        found = moved(journey, freshness(journey.pk), self.chosen(journey, asked), now)
        measure: ReviewMeasure | None = sales_measure(journey)
        definition = {
            "sales_days": SALES_DAYS,
            "event": measure.event if measure else None,
            "value": measure.value if measure else None,
        }
        around = self.around(asked, measure.as_of if measure else now, now, definition)
        return Response(MovementReviewSerializer(_with_notes(around, found)).data)


class SummaryView(ReviewPartView):
    without = (*PEOPLE, "channel")

    @extend_schema(
        operation_id="journeys_review_summary", parameters=[ReviewQuerySerializer], responses=SummarySerializer
    )
    def get(self, request: Request, pk: Any) -> Response:
        """What the numbers say in words, each sentence with the figures that it rests on."""
        journey, asked, now = self.journey(pk), self.asked(request), timezone.now()
        chosen, as_of = self.chosen(journey, asked), messages_as_of(journey.workspace_id)
        today = day_of(now, journey.workspace.timezone)
        key = ("summary in words", chosen, as_of, today, costs_of(journey.workspace_id).model_dump_json())
        sentences = cached_reading(journey.pk, key, lambda: summary(journey, chosen, now))
        around = self.around(asked, as_of, now, {})
        return Response(SummarySerializer({**around, "sentences": sentences}).data)


class ReviewCostsView(WorkspaceMixin, APIView):
    """What things cost in this workspace. Everybody may read it; only who administers the workspace changes it."""

    def get_permissions(self) -> list[BasePermission]:
        return [MayAdminister() if self.request.method == "PATCH" else InWorkspace()]

    @extend_schema(operation_id="review_costs_retrieve", responses=CostsSerializer)
    def get(self, request: Request) -> Response:
        """What coupons and the time of staff cost."""
        return Response(CostsSerializer(costs_of(self.workspace.pk).model_dump(mode="json")).data)

    @extend_schema(operation_id="review_costs_partial_update", request=CostsChangeSerializer, responses=CostsSerializer)
    def patch(self, request: Request) -> Response:
        """Change what is named. Figures of the past go by it at once."""
        given = CostsChangeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        try:
            changed = change_costs(self.workspace.pk, given.validated_data)
        except ValidationError as error:
            first = error.errors()[0]
            place = ".".join(str(part) for part in first["loc"])
            raise DomainError("invalid_costs", first["msg"], place or None) from error
        if changed:
            audit.record(self.workspace.pk, AuditAction.REVIEW_COSTS_CHANGED, timezone.now(), by=request, data=changed)
        return self.get(request)
