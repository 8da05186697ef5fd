"""The numbers on the canvas: per node, over all versions of a journey."""

from collections import defaultdict
from typing import Any

from journeys.models import Journey
from journeys.projections.message_metrics import STATES
from journeys.store.postgres import query

NODES = """
select c.node, c.metric, sum(c.value)::bigint as value
from journeys_nodecounter c join journeys_journeyversion v on v.id = c.version_id
where v.journey_id = %(journey)s group by c.node, c.metric
"""

GONE = {"ended": 1, "moved_out": 1, "moved_in": -1}


def counts(journey: Journey) -> dict[str, Any]:
    """Return `{"type": "counts", "version", "nodes": {node: {entered, waiting, left, sent, delivered, ...}}}`.

    `waiting` is everyone who is at the node now; the numbers of messages are those of `STATES`.
    """
    nodes: dict[str, dict[str, Any]] = defaultdict(_blank)
    # Whoever was moved to another version did not come by the path: they are here, but are not among those who entered.
    gone: dict[str, int] = defaultdict(int)
    for row in query(NODES, {"journey": journey.pk}):
        node, metric, value = nodes[row["node"]], row["metric"], row["value"]
        if metric.startswith("left:"):
            node["left"][metric.removeprefix("left:")] = value
        elif metric in GONE:
            gone[row["node"]] += GONE[metric] * value
        else:
            node[metric] = value
    for name, node in nodes.items():
        node["waiting"] = node["entered"] - sum(node["left"].values()) - gone[name]
    return {"type": "counts", "version": _version(journey), "nodes": dict(nodes)}


def _version(journey: Journey) -> str | None:
    return str(journey.live_version_id) if journey.live_version_id else None


def _blank() -> dict[str, Any]:
    return {"entered": 0, "waiting": 0, "left": {}, **dict.fromkeys((*STATES, "converted"), 0)}
