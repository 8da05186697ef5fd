"""The review of a journey in short, from the paths that its runs took."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from journeys.engine.graph import Goal
from journeys.engine.nodes.ab import AbConfig
from journeys.models import Journey
from journeys.projections.conversions import COUNTS_ONCE
from journeys.review.counts import counts
from journeys.review.funnel.sources import figure, source
from journeys.review.paths.filters import ALL
from journeys.review.paths.freshness import Freshness
from journeys.review.paths.reading import Trajectory
from journeys.runtime.plans import plan_of
from journeys.store.postgres import query

GOALS = f"""
select goal, count(distinct profile_id) as people, count(*) as conversions, coalesce(sum(value), 0) as value
from journeys_conversion c where journey_id = %(journey)s and {COUNTS_ONCE} group by goal
"""


def review(journey: Journey, fresh: Freshness) -> dict[str, Any]:
    """Return people by state, counts by node, variants with their conversion rate, goals with their value, messages.

    A variant's conversions are those of the primary goal (the first, if none is marked), as the engine met them. Values
    are decimal texts. `nodes` are counted as it happens; all else is as of `fresh`.
    """
    plan = plan_of(str(journey.live_version_id)) if journey.live_version_id else None
    goals = plan.settings.goals if plan else []
    primary = next((goal for goal in goals if goal.primary), goals[0] if goals else None)

    def made() -> dict[str, Any]:
        paths = source(journey, fresh, ALL).paths
        states: Counter[str] = Counter()
        messages: Counter[str] = Counter()
        for path in paths:
            states[path.body["end"]] += path.runs
            for sent in path.body["sends"]:
                messages[sent[2]] += path.runs
        return {
            "enrolled": sum(states.values()),
            "states": dict(states),
            "variants": _variants(paths, plan, primary),
            "goals": _goals(journey, goals),
            "messages": dict(messages),
        }

    found = figure(journey, fresh, (f"summary {journey.live_version_id}", ALL, ""), made)
    return {**found, "nodes": counts(journey)["nodes"]}


def _variants(paths: Sequence[Trajectory], plan: Any, primary: Goal | None) -> list[dict[str, Any]]:
    if plan is None:
        return []
    people: Counter[tuple[str, str]] = Counter()
    converted: Counter[tuple[str, str]] = Counter()
    for path in paths:
        for assigned in path.body["variants"].items():
            people[assigned] += path.runs
            if primary is not None and primary.id in path.body["goals"]:
                converted[assigned] += path.runs
    names = {spec.id: spec.name for spec in plan.graph.nodes}
    result = []
    for node in plan.nodes.values():
        if not isinstance(node.config, AbConfig):
            continue
        for variant in node.config.variants:
            runs, met = people[node.id, variant.id], converted[node.id, variant.id]
            result.append(
                {
                    "node": node.id,
                    "node_name": names[node.id],
                    "variant": variant.id,
                    "name": variant.name,
                    "people": runs,
                    "converted": met,
                    "rate": met / runs if runs else None,
                }
            )
    return result


def _goals(journey: Journey, goals: list[Goal]) -> list[dict[str, Any]]:
    found = {row["goal"]: row for row in query(GOALS, {"journey": journey.pk})}
    none = {"people": 0, "conversions": 0, "value": Decimal(0)}
    return [
        {
            "id": goal.id,
            "name": goal.name,
            "primary": goal.primary,
            "people": found.get(goal.id, none)["people"],
            "conversions": found.get(goal.id, none)["conversions"],
            "value": str(found.get(goal.id, none)["value"]),
        }
        for goal in goals
    ]
