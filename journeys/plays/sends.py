"""The sends of a play's graph."""

from typing import Any


def sends_of(graph: dict[str, Any]) -> list[dict[str, Any]]:
    """The send nodes of a graph, which may be saved with errors."""
    nodes = graph.get("nodes")
    found = [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []
    return [node for node in found if node.get("type") == "send" and isinstance(node.get("config"), dict)]
