"""Plays of the workspace's own: kept from a journey, used as the others are."""

from collections.abc import Collection
from copy import deepcopy
from datetime import datetime
from typing import Any, Final

from django.contrib.auth.models import User

from journeys.models import Journey, JourneyFolder, SavedPlay
from journeys.plays.drafting import Made
from journeys.plays.evidence import evidence_of
from journeys.plays.routes import Routes, Unfilled, inline
from journeys.plays.sends import sends_of
from journeys.runtime.drafts import create_draft
from workspaces.errors import DomainError
from workspaces.models import Workspace

MOST_PLAYS: Final = 500


def save_as_play(
    journey: Journey,
    name: str,
    description: str,
    category: str,
    user: User | None,
    *,
    results_at: datetime | None = None,
) -> SavedPlay:
    """Keep a journey as a play: the graph that runs, else the draft; with `results_at` (aware) what it has come to by then.

    Raises DomainError for an empty one or one too many.
    """
    graph = journey.live_version.graph if journey.live_version else journey.draft
    if not isinstance(graph.get("nodes"), list) or not graph["nodes"]:
        raise DomainError("empty_journey", "A journey without any node is no play.", status=409)
    if SavedPlay.objects.filter(workspace_id=journey.workspace_id).count() >= MOST_PLAYS:
        raise DomainError("too_many_plays", f"A workspace keeps at most {MOST_PLAYS} plays.", status=409)
    return SavedPlay.objects.create(
        workspace_id=journey.workspace_id,
        name=name,
        description=description,
        category=category,
        graph=graph,
        evidence={} if results_at is None else evidence_of(journey, graph, results_at),
        journey=journey,
        created_by=user,
    )


def draft_of_saved(
    play: SavedPlay,
    workspace: Workspace,
    *,
    name: str = "",
    folder: JourneyFolder | None = None,
    user: User | None = None,
) -> Made:
    """Make a journey from it. What its sends name and the workspace no longer has is said; a text that was kept stands for
    a template that is gone.
    """
    missing = missing_routes(workspace, play.graph)
    graph = _with_texts(play, {lack.node for lack in missing if lack.code == "no_template"})
    journey = create_draft(workspace, name or play.name, play.description, graph, user, folder)
    return Made(journey, missing)


def _with_texts(play: SavedPlay, lacking: Collection[str]) -> dict[str, Any]:
    texts = {one["node"]: one["body"] for one in play.evidence.get("texts", ()) if one["node"] in lacking}
    if not texts:
        return play.graph  # type: ignore[no-any-return]  # a JSON field
    graph: dict[str, Any] = deepcopy(play.graph)
    for node in sends_of(graph):
        if node.get("id") in texts:
            node["config"]["template"] = {"text": inline(texts[node["id"]], node["config"].get("params") or {})}
    return graph


def missing_routes(workspace: Workspace, graph: dict[str, Any]) -> list[Unfilled]:
    """The accounts and templates that a graph names and that are not there, or no longer enabled."""
    routes = Routes(workspace)
    return [lack for node in sends_of(graph) for lack in routes.lacks(node)]
