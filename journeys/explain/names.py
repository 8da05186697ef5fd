"""What the operator called things: nodes, branches, variants and goals of one version's graph."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

# Where a node's configuration lists what people leave it by, and what of it is its name.
_OUTCOMES = {"split": ("branches", "name"), "ab": ("variants", "name"), "wait_event": ("any", "event")}


class Names(NamedTuple):
    """Names by id; what has none is not in here. `types` says what kind of node each is."""

    types: Mapping[str, str]
    nodes: Mapping[str, str]
    outcomes: Mapping[tuple[str, str], str]  # (node, outcome)
    goals: Mapping[str, str]
    # A graph holds the ids of segments only, and a segment may be renamed: whoever tells looks these up.
    segments: Mapping[str, str] = MappingProxyType({})


NO_NAMES = Names({}, {}, {}, {})


def names_of(graph: Mapping[str, Any]) -> Names:
    """Read the names from a published graph, as JSON."""
    nodes = graph.get("nodes", ())
    outcomes = {}
    for node in nodes:
        where, what = _OUTCOMES.get(node["type"], ("", ""))
        for item in node.get("config", {}).get(where, ()):
            if item.get(what):
                outcomes[node["id"], item["id"]] = item[what]
    return Names(
        types={node["id"]: node["type"] for node in nodes},
        nodes={node["id"]: node["name"] for node in nodes if node.get("name")},
        outcomes=outcomes,
        goals={goal["id"]: goal["name"] for goal in graph.get("settings", {}).get("goals", ()) if goal.get("name")},
    )
