"""Plays as the gallery lists them."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from journeys.models import SavedPlay
from journeys.plays.parameters import default_of
from journeys.plays.play import Language, Parameter, Play, say
from journeys.plays.sends import sends_of


def row_of(play: Play, language: Language) -> dict[str, Any]:
    sends = [node.config["channel"] for node in play.nodes.values() if node.type == "send"]
    return {
        "id": play.key,
        "own": False,
        "name": play.name[language],
        "summary": play.summary[language],
        "category": play.category,
        "figure": play.figure[language],
        "channels": list(dict.fromkeys(sends)),
        "events": play.events,
        "attributes": play.attributes,
        "steps": len(play.nodes),
        "created_by": None,
        "updated_at": None,
    }


def row_of_saved(play: SavedPlay) -> dict[str, Any]:
    """The same of a play of the workspace's own, whose needs are read from its graph."""
    sends = [str(node["config"].get("channel", "")) for node in sends_of(play.graph)]
    return {
        "id": str(play.pk),
        "own": True,
        "name": play.name,
        "summary": play.description,
        "category": play.category,
        "figure": "",
        "channels": list(dict.fromkeys(channel for channel in sends if channel)),
        "events": list(dict.fromkeys(_events(play.graph.get("nodes")))),
        "attributes": [],
        "steps": len(play.graph.get("nodes", ())),
        "created_by": play.created_by.username if play.created_by else None,
        "updated_at": play.updated_at,
    }


def matching(rows: Sequence[dict[str, Any]], search: str, category: str) -> list[dict[str, Any]]:
    """The rows of a category that hold the searched text, in whichever case."""
    wanted = search.strip().lower()
    return [row for row in rows if (not category or row["category"] == category) and wanted in _text(row)]


def shown_parameter(parameter: Parameter, language: Language, now: datetime, zone: str) -> dict[str, Any]:
    shown: dict[str, Any] = say(parameter.model_dump(), language)
    return shown | {"default": default_of(parameter, now, zone)}


def _text(row: dict[str, Any]) -> str:
    return " ".join([row["name"], row["summary"], row["figure"], *row["events"]]).lower()


def _events(part: Any) -> list[str]:
    """Every event that a graph names, wherever it does; a draft may hold anything."""
    if isinstance(part, list):
        return [name for each in part for name in _events(each)]
    if not isinstance(part, dict):
        return []
    own = [part["event"]] if isinstance(part.get("event"), str) and part["event"] else []
    return own + [name for each in part.values() for name in _events(each)]
