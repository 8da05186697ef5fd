"""A play's nodes and edges as the graph that the canvas draws."""

from collections import defaultdict
from collections.abc import Mapping
from typing import Any, Final

from journeys.plays.parameters import fill
from journeys.plays.play import Language, Play, PlayNode, say

COLUMN: Final = 320
ROW: Final = 230


def draw(play: Play, values: Mapping[str, Any], language: Language) -> dict[str, Any]:
    """Return the graph, whose sends have neither account nor template yet. Raises InvalidParameter."""
    edges = [_edge(number, text) for number, text in enumerate(play.edges, start=1)]
    places = _places(list(play.nodes), edges)
    graph = {
        "schema_version": 1,
        "nodes": [_node(id_, node, places[id_]) for id_, node in play.nodes.items()],
        "edges": edges,
        "settings": play.settings,
    }
    return say(fill(graph, values), language)  # type: ignore[no-any-return]  # a graph stays one


def text_of(node: PlayNode, values: Mapping[str, Any], language: Language) -> str:
    """What a send of the play says, with `${variables}`."""
    return str(say(fill(node.text or {"zh-CN": "", "en": ""}, values), language))


def _node(id_: str, node: PlayNode, place: tuple[int, int]) -> dict[str, Any]:
    position = {"x": place[0], "y": place[1]}
    return {"id": id_, "type": node.type, "name": node.name, "config": node.config, "position": position}


def _edge(number: int, text: str) -> dict[str, Any]:
    source, _, target = text.partition(" -> ")
    node, _, outcome = source.partition(".")
    return {"id": f"e{number}", "source": node, "outcome": outcome or "next", "target": target}


def _places(ids: list[str], edges: list[dict[str, Any]]) -> dict[str, tuple[int, int]]:
    """A column for each step of the longest way there; who shares one stand below each other, about the middle."""
    column = dict.fromkeys(ids, 0)
    for _ in ids:
        for edge in edges:
            column[edge["target"]] = max(column[edge["target"]], column[edge["source"]] + 1)
    columns = defaultdict(list)
    for id_ in ids:
        columns[column[id_]].append(id_)
    return {
        id_: (number * COLUMN, round((row - (len(members) - 1) / 2) * ROW))
        for number, members in columns.items()
        for row, id_ in enumerate(members)
    }
