"""From a play to a draft: parameters, segments, and the workspace's accounts and templates filled in."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, NamedTuple

from django.contrib.auth.models import User
from django.db import transaction

from journeys.models import Journey, JourneyFolder
from journeys.plays.drawing import draw, text_of
from journeys.plays.parameters import fill, read_parameters
from journeys.plays.play import Language, Play, PlaySegment, say
from journeys.plays.routes import Routes, Unfilled
from journeys.runtime.drafts import create_draft
from profiles.models import Segment
from profiles.segments import create_segment
from workspaces.models import Workspace

LONGEST_NAME = 100
# Gives a segment's id for its name and its rule.
_Segments = Callable[[str, Any], str]


class Drawn(NamedTuple):
    """A play's graph in one workspace, and what could not be filled in."""

    graph: dict[str, Any]
    unfilled: list[Unfilled]


class Made(NamedTuple):
    journey: Journey
    unfilled: list[Unfilled]


def preview(
    workspace: Workspace, play: Play, parameters: Mapping[str, Any], language: Language, now: datetime
) -> Drawn:
    """The graph that a draft would have; its segments are named, not made. Raises InvalidParameter."""
    return _drawn(workspace, play, parameters, language, now, lambda name, rule: _known(workspace, rule) or name)


def make_draft(
    workspace: Workspace,
    play: Play,
    parameters: Mapping[str, Any],
    language: Language,
    now: datetime,
    *,
    name: str = "",
    folder: JourneyFolder | None = None,
    user: User | None = None,
) -> Made:
    """Make a journey from a play, and the segments it lets in, unless there are such. Raises InvalidParameter."""
    with transaction.atomic():
        segments: _Segments = lambda title, rule: _known(workspace, rule) or _made(workspace, title, rule)  # noqa: E731
        drawn = _drawn(workspace, play, parameters, language, now, segments)
        title = name or play.name[language]
        journey = create_draft(workspace, title, play.summary[language], drawn.graph, user, folder)
    return Made(journey, drawn.unfilled)


def _drawn(
    workspace: Workspace,
    play: Play,
    parameters: Mapping[str, Any],
    language: Language,
    now: datetime,
    segments: _Segments,
) -> Drawn:
    values = read_parameters(play.parameters, parameters, now, workspace.timezone)
    named = {f"segment.{key}": segments(*_segment(segment, values, language)) for key, segment in play.segments.items()}
    graph = draw(play, values | named, language)
    routes = Routes(workspace)
    unfilled: list[Unfilled] = []
    for node in graph["nodes"]:
        if node["type"] == "send":
            source = play.nodes[node["id"]]
            unfilled += routes.fill(node, source.about, text_of(source, values, language))
    return Drawn(graph, unfilled)


def _segment(segment: PlaySegment, values: Mapping[str, Any], language: Language) -> tuple[str, Any]:
    return str(say(fill(segment.name, values), language)), fill(segment.rule, values)


def _known(workspace: Workspace, rule: Any) -> str | None:
    """The segment that has this rule already: a play used twice asks for the same people."""
    found = Segment.objects.filter(workspace=workspace, rule=rule).order_by("created_at").values_list("pk", flat=True)
    first = found.first()
    return None if first is None else str(first)


def _made(workspace: Workspace, name: str, rule: Any) -> str:
    return str(create_segment(workspace, name[:LONGEST_NAME], "", rule).pk)
