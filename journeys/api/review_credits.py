"""Conversions of a review, the rules and the definition they go by, and which touches brought them."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from journeys.api.reading import user_of
from journeys.api.review_credits_serializers import (
    AttributedSerializer,
    ConversionsSerializer,
    DefinitionChangeSerializer,
    DefinitionSerializer,
    JourneyAttributionSerializer,
    JourneyTouchesQuerySerializer,
    ReviewRulesChangeSerializer,
    ReviewRulesSerializer,
    WorkspaceTouchesQuerySerializer,
)
from journeys.api.review_query import JourneyReviewMixin, ReviewQuerySerializer, asked_of
from journeys.models import Journey
from journeys.review.attribution import report as attribution
from journeys.review.cached import cached
from journeys.review.credits import definition as definitions
from journeys.review.credits import report, rules
from journeys.review.credits.choosing import chosen
from journeys.review.paths.asked import filters_of
from journeys.review.paths.filters import Filters
from journeys.review.paths.freshness import freshness
from journeys.review.prepared import attributed
from workspaces import audit
from workspaces.api.permissions import InWorkspace, MayAdminister
from workspaces.api.views import WorkspaceMixin
from workspaces.models import AuditAction


class ReviewRulesView(WorkspaceMixin, APIView):
    """How reviews count in this workspace. Everybody may read it; only who administers the workspace changes it."""

    def get_permissions(self) -> list[BasePermission]:
        return [MayAdminister() if self.request.method == "PATCH" else InWorkspace()]

    @extend_schema(operation_id="review_rules_retrieve", responses=ReviewRulesSerializer)
    def get(self, request: Request) -> Response:
        return Response(self._shown())

    @extend_schema(
        operation_id="review_rules_partial_update",
        request=ReviewRulesChangeSerializer,
        responses=ReviewRulesSerializer,
    )
    def patch(self, request: Request) -> Response:
        """Change the rules that are named. Every review counts the past again by them."""
        given = _read(ReviewRulesChangeSerializer, request.data)
        now = timezone.now()
        with transaction.atomic():
            changes = rules.change_rules(self.workspace.id, given, now)
            if changes:
                audit.record(self.workspace.id, AuditAction.REVIEW_RULES_CHANGED, now, by=request, data=changes)
        return Response(self._shown())

    def _shown(self) -> Any:
        return ReviewRulesSerializer(rules.rules_of(self.workspace.id).as_data()).data


class ReviewDefinitionView(JourneyReviewMixin, APIView):
    """The goals that the review of a journey goes by."""

    @extend_schema(operation_id="journeys_review_definition_retrieve", responses=DefinitionSerializer)
    def get(self, request: Request, pk: UUID) -> Response:
        return Response(self._shown(self.journey))

    @extend_schema(
        operation_id="journeys_review_definition_update",
        request=DefinitionChangeSerializer,
        responses=DefinitionSerializer,
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Let the review go by these goals instead of the version's. What runs is not changed; the past is counted again.

        400 `invalid_goals`.
        """
        journey, now = self.journey, timezone.now()
        goals = _read(DefinitionChangeSerializer, request.data)["goals"]
        with transaction.atomic():
            before = definitions.definition_of(journey).as_data()
            definitions.set_goals(journey, goals, user_of(request), now)
            self._record(journey, request, before)
        return Response(self._shown(journey))

    @extend_schema(operation_id="journeys_review_definition_destroy", responses={204: None})
    def delete(self, request: Request, pk: UUID) -> Response:
        """Let the review go by the version's goals again."""
        journey = self.journey
        with transaction.atomic():
            before = definitions.definition_of(journey).as_data()
            if definitions.clear_goals(journey):
                self._record(journey, request, before)
        return Response(status=204)

    def _record(self, journey: Journey, request: Request, before: dict[str, Any]) -> None:
        after = definitions.definition_of(journey).as_data()
        audit.record(
            journey.workspace_id,
            AuditAction.REVIEW_DEFINITION_CHANGED,
            timezone.now(),
            by=request,
            subject=str(journey.pk),
            data={"from": before["goals"], "to": after["goals"]},
        )

    @staticmethod
    def _shown(journey: Journey) -> Any:
        return DefinitionSerializer(definitions.definition_of(journey).as_data()).data


class ReviewConversionsView(JourneyReviewMixin, APIView):
    @extend_schema(
        operation_id="journeys_review_conversions", parameters=[ReviewQuerySerializer], responses=ConversionsSerializer
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Conversions by the present definition, by goal, currency and day; what is odd about them is in the notes."""
        journey = self.journey
        filters = filters_of(journey, asked_of(ReviewQuerySerializer, request))
        which = chosen(journey.workspace_id, filters)
        found = _kept(journey, filters, ("conversions",), lambda: report.conversions(journey, which))
        return Response(ConversionsSerializer(found).data)


class JourneyAttributionView(JourneyReviewMixin, APIView):
    @extend_schema(
        operation_id="journeys_review_attribution",
        parameters=[JourneyTouchesQuerySerializer],
        responses=JourneyAttributionSerializer,
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Which messages, of all journeys, brought the conversions of this one, by every model.

        A touch is a message that arrived inside the window before the conversion.
        """
        journey = self.journey
        asked = asked_of(JourneyTouchesQuerySerializer, request)
        filters = filters_of(journey, asked)
        window, by, goal = asked.get("window", attribution.DEFAULT_WINDOW), asked["by"], asked.get("goal")
        found = attributed(journey, freshness(journey.pk), by, window, filters, goal)
        return Response(JourneyAttributionSerializer(attribution.stated(journey, found)).data)


class WorkspaceAttributionView(WorkspaceMixin, APIView):
    @extend_schema(
        operation_id="review_attribution",
        parameters=[WorkspaceTouchesQuerySerializer],
        responses=AttributedSerializer,
    )
    def get(self, request: Request) -> Response:
        """The same over the primary goals of all journeys; an order that several of them count stands for one."""
        asked = _read(WorkspaceTouchesQuerySerializer, request.query_params)
        window = asked.get("window", attribution.DEFAULT_WINDOW)
        found = attribution.of_workspace(self.workspace, asked["by"], window, asked.get("since"), asked.get("until"))
        return Response(AttributedSerializer(found).data)


def _read(kind: type[serializers.Serializer[Any]], data: Any) -> dict[str, Any]:
    given = kind(data=data)
    given.is_valid(raise_exception=True)
    return dict(given.validated_data)


def _kept(
    journey: Journey, filters: Filters, name: tuple[Any, ...], make: Callable[[], dict[str, Any]]
) -> dict[str, Any]:
    """What `make` gives, remembered until the review's revision or the definition changes."""
    if filters.about_people:
        return make()
    by = definitions.definition_of(journey).digest
    return cached(journey.pk, freshness(journey.pk).revision, (*name, by, filters), make)
