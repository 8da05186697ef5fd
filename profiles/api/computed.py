from typing import Any, ClassVar

from django.db.models import QuerySet
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, status
from rest_framework.decorators import action
from rest_framework.request import Request
from rest_framework.response import Response

from profiles.api.computed_serializers import (
    ComputedChangeSerializer,
    ComputedCreateSerializer,
    ComputedPreviewedSerializer,
    ComputedPreviewSerializer,
    ComputedSerializer,
    GridSerializer,
    ModelCreateSerializer,
    ModelPreviewSerializer,
    MovementSerializer,
    StageClassesSerializer,
    UsualStagesSerializer,
)
from profiles.choices import ComputedKind
from profiles.computed import catalogue, lifecycle, movement
from profiles.computed.freshness import backlogs
from profiles.computed.previews import preview
from profiles.computed.rfm_classes import CLASSES
from profiles.models import Computed
from workspaces.api.permissions import MayRead
from workspaces.api.views import WorkspaceViewSet
from workspaces.errors import DomainError
from workspaces.instants import parse_instant

FROM_TO = [OpenApiParameter(name, OpenApiTypes.DATETIME, required=True) for name in ("from", "to")]


class ComputedBase(mixins.ListModelMixin, mixins.RetrieveModelMixin, WorkspaceViewSet):
    """What all kinds of computed attributes share."""

    queryset = Computed.objects.select_related("workspace")
    serializer_class = ComputedSerializer
    kinds: ClassVar[tuple[str, ...]] = ()

    def get_queryset(self) -> QuerySet[Any]:
        return super().get_queryset().filter(kind__in=self.kinds)

    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        return self.get_paginated_response(self._shown(page or [], many=True))

    def retrieve(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return Response(self._shown(self.get_object()))

    @extend_schema(request=ComputedChangeSerializer, responses=ComputedSerializer)
    def partial_update(self, request: Request, pk: str) -> Response:
        """Change it. By another definition everybody is computed anew; which attributes it writes must stay."""
        given = read(ComputedChangeSerializer, request)
        return Response(self._shown(catalogue.change(self.get_object(), given, timezone.now())))

    @extend_schema(responses={202: ComputedSerializer})
    def destroy(self, request: Request, pk: str) -> Response:
        """Take its values from everybody, and then delete it."""
        row = catalogue.end(self.get_object(), timezone.now())
        return Response(self._shown(row), status=status.HTTP_202_ACCEPTED)

    @extend_schema(request=None, responses={202: ComputedSerializer})
    @action(detail=True, methods=["post"])
    def recompute(self, request: Request, pk: str) -> Response:
        """Have everybody computed anew now; a model learns anew, too. `under_way` tells how far it is."""
        row = catalogue.recompute(self.get_object(), timezone.now())
        return Response(self._shown(row), status=status.HTTP_202_ACCEPTED)

    def _create(self, kind: str, given: dict[str, Any]) -> Response:
        fields = (given["key"], given["name"], given["description"], given["definition"])
        row = catalogue.create(self.workspace, kind, *fields, timezone.now())
        return Response(self._shown(row), status=status.HTTP_201_CREATED)

    def _preview(self, kind: str, definition: Any) -> Response:
        found = preview(self.workspace, kind, "value", definition, timezone.now())
        sample = [{"profile": profile, "value": value} for profile, value in found.sample]
        return Response(ComputedPreviewedSerializer({**found._asdict(), "sample": sample}).data)

    def _shown(self, rows: Any, *, many: bool = False) -> Any:
        waiting = backlogs(rows if many else [rows], timezone.now())
        return ComputedSerializer(rows, many=many, context={"backlogs": waiting}).data


class ComputedAttributeViewSet(ComputedBase):
    """Attributes computed by a formula over events."""

    kinds = (ComputedKind.ATTRIBUTE,)

    @extend_schema(request=ComputedCreateSerializer, responses={201: ComputedSerializer})
    def create(self, request: Request) -> Response:
        """Save a formula; everybody is computed by it soon, and then whoever does what it looks at."""
        return self._create(ComputedKind.ATTRIBUTE, read(ComputedCreateSerializer, request))

    @extend_schema(request=ComputedPreviewSerializer, responses=ComputedPreviewedSerializer)
    @action(detail=False, methods=["post"], permission_classes=[MayRead])
    def preview(self, request: Request) -> Response:
        """What a formula gives for a sample of people; nothing is saved."""
        return self._preview(ComputedKind.ATTRIBUTE, read(ComputedPreviewSerializer, request)["definition"])


class RfmViewSet(ComputedBase):
    """RFM: scores, classes, and how people move between them."""

    kinds = (ComputedKind.RFM,)

    @extend_schema(request=ComputedCreateSerializer, responses={201: ComputedSerializer})
    def create(self, request: Request) -> Response:
        """Save which events are purchases and how they are scored."""
        return self._create(ComputedKind.RFM, read(ComputedCreateSerializer, request))

    @extend_schema(request=ComputedPreviewSerializer, responses=ComputedPreviewedSerializer)
    @action(detail=False, methods=["post"], permission_classes=[MayRead])
    def preview(self, request: Request) -> Response:
        """Breaks and classes of a sample of people; nothing is saved."""
        return self._preview(ComputedKind.RFM, read(ComputedPreviewSerializer, request)["definition"])

    @extend_schema(responses=GridSerializer)
    @action(detail=True)
    def grid(self, request: Request, pk: str) -> Response:
        """How many people have each combination of scores, and each class, now."""
        row = self.get_object()
        people = movement.classes(row)
        classes = [{"code": c.code, "zh": c.zh, "en": c.en, "people": people.get(c.code, 0)} for c in CLASSES]
        cells = [cell._asdict() for cell in movement.grid(row)]
        return Response(GridSerializer({"cells": cells, "classes": classes}).data)

    @extend_schema(parameters=FROM_TO, responses=MovementSerializer)
    @action(detail=True)
    def movement(self, request: Request, pk: str) -> Response:
        """How many people were in one class at `from` and in another, or the same, at `to`."""
        return Response(MovementSerializer({"moves": _moves(self.get_object(), request)}).data)


class ModelViewSet(ComputedBase):
    """Models: lifecycle stages, and customer lifetime value with the probability of churn."""

    kinds = (ComputedKind.LIFECYCLE, ComputedKind.CLV)

    @extend_schema(request=ModelCreateSerializer, responses={201: ComputedSerializer})
    def create(self, request: Request) -> Response:
        """Save a model; it learns from everybody, and everybody is computed by it, soon."""
        given = read(ModelCreateSerializer, request)
        return self._create(given.pop("kind"), given)

    @extend_schema(request=ModelPreviewSerializer, responses=ComputedPreviewedSerializer)
    @action(detail=False, methods=["post"], permission_classes=[MayRead])
    def preview(self, request: Request) -> Response:
        """What a model learns from, and gives for, a sample of people; nothing is saved."""
        given = read(ModelPreviewSerializer, request)
        return self._preview(given["kind"], given["definition"])

    @extend_schema(parameters=[OpenApiParameter("event", str, required=True)], responses=UsualStagesSerializer)
    @action(detail=False, url_path="usual-stages", pagination_class=None)
    def usual_stages(self, request: Request) -> Response:
        """Stages of a lifecycle to begin with, for purchases called `event`."""
        event = request.query_params.get("event", "")
        if not 1 <= len(event) <= 200:
            raise DomainError("invalid_name", "A name has 1 to 200 characters.", "event")
        return Response(UsualStagesSerializer({"stages": lifecycle.usual_stages(event)}).data)

    @extend_schema(responses=StageClassesSerializer)
    @action(detail=True)
    def classes(self, request: Request, pk: str) -> Response:
        """How many people are in each stage now; of a model without stages, none."""
        return Response(StageClassesSerializer({"classes": movement.classes(self.get_object())}).data)

    @extend_schema(parameters=FROM_TO, responses=MovementSerializer)
    @action(detail=True)
    def movement(self, request: Request, pk: str) -> Response:
        """How many people were in one stage at `from` and in another, or the same, at `to`."""
        return Response(MovementSerializer({"moves": _moves(self.get_object(), request)}).data)


def _moves(row: Computed, request: Request) -> list[dict[str, Any]]:
    begins, ends = (parse_instant(request.query_params.get(name), name) for name in ("from", "to"))
    return [move._asdict() for move in movement.movement(row, begins, ends)]


def read(serializer_class: Any, request: Request) -> dict[str, Any]:
    serializer = serializer_class(data=request.data)
    serializer.is_valid(raise_exception=True)
    return serializer.validated_data  # type: ignore[no-any-return]  # of any serializer
