"""A forecast ready to run: its workspace, its plan and what is assumed, the same in every process that takes part."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from journeys.engine.plan import Plan, compile_plan
from journeys.engine.validation.validate import is_publishable, validate
from journeys.forecast.past import taken_from_past
from journeys.forecast.request import ForecastRequest, read
from journeys.models import Journey
from journeys.runtime.publish import InvalidGraph
from workspaces.models import Workspace

# Of the version that a forecast walks: there is no such row.
VERSION = "forecast"


class Setup(NamedTuple):
    workspace: Workspace
    plan: Plan
    request: ForecastRequest


def asked(journey: Journey, body: Any, now: datetime) -> ForecastRequest:
    """Read what a forecast of `journey` is asked, with the graph and the start that it will use.

    Raises ForecastError, and InvalidGraph for a graph that has errors.
    """
    request = read(body)
    graph = request.graph if request.graph is not None else journey.draft
    issues = validate(graph)
    if not is_publishable(issues):
        raise InvalidGraph(issues)
    opens = compile_plan(str(journey.pk), VERSION, graph).settings.entry.starts_at
    start = request.start or (max(now, opens) if opens else now)
    return request.model_copy(update={"graph": graph, "start": start})


def prepare(workspace: UUID, journey: UUID, body: Mapping[str, Any]) -> Setup:
    """Read a stored request, and fill in from the past what it does not assume, if it wants that."""
    request = read(body)
    assert request.graph is not None, "a stored request names its graph"
    plan = compile_plan(str(journey), VERSION, request.graph)
    if request.from_past:
        request = taken_from_past(workspace, plan, request)
    return Setup(Workspace.objects.get(pk=workspace), plan, request)
