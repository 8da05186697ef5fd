"""How a stream's events count at the nodes of a journey."""

from collections import Counter
from collections.abc import Iterable, Iterator

from journeys.engine.enrollment import Event

# An event that met a goal, and a goal node that was passed: both are conversions.
CONVERSIONS = frozenset({"converted", "goal_reached"})

Counts = Counter[tuple[str, str, str]]  # (version, node, metric)


def first_version(last: str, events: Iterable[Event]) -> str:
    """Return the version in which a stream began, given the one that its run is in now."""
    return next((event.data["from_version"] for event in events if event.kind == "migrated"), last)


def first_profile(last: str, events: Iterable[Event]) -> str:
    """Return the person whose run a stream began as, given the one whose it is now."""
    moves = ("profile_merged", "profile_unmerged")
    return next((event.data["from_profile"] for event in events if event.kind in moves), last)


def with_versions(first: str, events: Iterable[Event]) -> Iterator[tuple[str, Event]]:
    """Yield each event of a stream with the version in which it happened; a `migrated` event with the one it leads to."""
    for event in events:
        first = event.data["to_version"] if event.kind == "migrated" else first
        yield first, event


def count_events(counts: Counts, version: str, events: Iterable[Event]) -> None:
    """Add what these events change. People at a node now = entered + moved_in - left - ended - moved_out.

    `version` is the one in which the events begin; a `migrated` event leads into another.
    """
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
            case "profile_unmerged" if "resume" in event.data:
                counts[version, event.node, "ended"] -= 1
                if event.data["resume"]["state"] == "failed":
                    counts[version, event.node, "stuck"] += 1
            case "migrated":
                counts[version, event.data["from_node"], "moved_out"] += 1
                counts[event.data["to_version"], event.node, "moved_in"] += 1
                if event.data.get("was") == "failed":
                    counts[version, event.data["from_node"], "stuck"] -= 1
                    counts[event.data["to_version"], event.node, "stuck"] += 1
                version = event.data["to_version"]
