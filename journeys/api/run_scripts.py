from typing import Any

from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import mixins, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from journeys.api.people import PersonSerializer
from journeys.api.reading import read, user_of
from journeys.models import Journey, RunScript
from journeys.runtime import run_scripts
from journeys.runtime.scenario import Script
from workspaces.api.serializers import ObjectField, StrictSerializer, TextField
from workspaces.api.views import WorkspaceViewSet


@extend_schema_field(Script)  # type: ignore[arg-type]  # the extension for pydantic's models takes them
class ScriptField(ObjectField):
    """The body of a simulation without its graph."""


class RunScriptSerializer(serializers.ModelSerializer[RunScript]):
    script = ScriptField(read_only=True)
    author = PersonSerializer(allow_null=True, read_only=True)

    class Meta:
        model = RunScript
        fields = ["id", "name", "script", "author", "created_at", "updated_at"]
        read_only_fields = fields


class RunScriptCreateSerializer(StrictSerializer):
    name = TextField(max_length=100)
    script = ScriptField()


class RunScriptChangeSerializer(StrictSerializer):
    name = TextField(max_length=100, required=False)
    script = ScriptField(required=False)


class RunScriptViewSet(mixins.ListModelMixin, WorkspaceViewSet):
    """The named scripts of one journey's test runs, by name."""

    queryset = RunScript.objects.select_related("author")
    serializer_class = RunScriptSerializer
    pagination_class = None

    def get_queryset(self) -> QuerySet[RunScript]:
        scripts: QuerySet[RunScript] = super().get_queryset()
        return scripts if "journey" not in self.kwargs else scripts.filter(journey=self._journey()).order_by("name")

    @extend_schema(request=RunScriptCreateSerializer, responses={201: RunScriptSerializer})
    def create(self, request: Request, journey: Any) -> Response:
        """Keep a script. 409 `script_exists` for a name that there is, 400 `invalid_scenario` for one that cannot run."""
        kept = run_scripts.keep(self._journey(), **read(RunScriptCreateSerializer, request), user=user_of(request))
        return Response(RunScriptSerializer(kept).data, status=status.HTTP_201_CREATED)

    @extend_schema(request=RunScriptChangeSerializer, responses=RunScriptSerializer)
    def partial_update(self, request: Request, journey: Any, pk: str) -> Response:
        """Give a script another name or another content."""
        kept = run_scripts.change(self.get_object(), **read(RunScriptChangeSerializer, request))
        return Response(RunScriptSerializer(kept).data)

    @extend_schema(responses={204: None})
    def destroy(self, request: Request, journey: Any, pk: str) -> Response:
        """Delete a script."""
        self.get_object().delete()
        return Response(status=status.HTTP_204_NO_CONTENT)

    def _journey(self) -> Journey:
        return get_object_or_404(Journey, workspace=self.workspace, pk=self.kwargs["journey"])
