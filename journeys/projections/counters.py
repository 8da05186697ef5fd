"""How a stream's events count at the nodes of a journey."""

from collections import Counter
from collections.abc import Iterable

from journeys.engine.enrollment import Event

# An event that met a goal, and a goal node that was passed: both are conversions.
CONVERSIONS = frozenset({"converted", "goal_reached"})

Counts = Counter[tuple[str, str, str]]  # (version, node, metric)


def count_events(counts: Counts, version: str, events: Iterable[Event]) -> None:
    """Add what these events change. People at a node now = entered - left - ended."""
    for event in events:
        match event.kind:
            case "enrolled":
                counts[version, event.node, "entered"] += 1
            case "held_out":
                counts[version, event.node, "held_out"] += 1
            case "node_entered":
                counts[version, event.node, "entered"] += 1
                counts[version, event.data["from"], f"left:{event.data['outcome']}"] += 1
            case "completed":
                counts[version, event.node, f"left:{event.data['outcome']}"] += 1
            case "exited":
                counts[version, event.node, "ended"] += 1
                if event.data.get("was") == "failed":
                    counts[version, event.node, "stuck"] -= 1
            case "message_blocked":
                counts[version, event.node, "blocked"] += 1
            case "converted" | "goal_reached":
                counts[version, event.node, "converted"] += 1
            case "step_failed" if event.data["retry_at"] is None:
                counts[version, event.node, "stuck"] += 1
            case "step_retried" if event.data["was"] == "failed":
                counts[version, event.node, "stuck"] -= 1
