"""The review of a journey, computed from its log and its messages."""

from decimal import Decimal
from typing import Any

from journeys.engine.graph import Goal
from journeys.engine.nodes.ab import AbConfig
from journeys.models import Journey
from journeys.review.counts import counts
from journeys.runtime.plans import plan_of
from journeys.store.postgres import query

STATES = "select state, count(*) as people from journeys_enrollment where journey_id = %(journey)s group by state"
MESSAGES = "select state, count(*) as messages from channels_app_message where journey_id = %(journey)s group by state"

# A person counts once for a variant and once for a goal, however often they came or bought.
VARIANTS = """
select v.node, v.variant, count(distinct v.enrollment_id) as people,
    count(distinct v.enrollment_id) filter (where exists (
        select 1 from journeys_conversion c where c.enrollment_id = v.enrollment_id and c.goal = %(goal)s
    )) as converted
from (
    select e.node, e.data ->> 'variant' as variant, e.enrollment_id
    from journeys_enrollmentevent e join journeys_enrollment n on n.id = e.enrollment_id
    where n.journey_id = %(journey)s and e.kind = 'variant_assigned'
) v
group by v.node, v.variant
"""
GOALS = """
select goal, count(distinct profile_id) as people, count(*) as conversions, coalesce(sum(value), 0) as value
from journeys_conversion where journey_id = %(journey)s group by goal
"""


def review(journey: Journey) -> dict[str, Any]:
    """Return people by state, counts by node, variants with their conversion rate, goals with their value, messages.

    A variant's conversions are those of the primary goal (the first, if none is marked). Values are decimal texts.
    """
    values = {"journey": journey.pk}
    states = {row["state"]: row["people"] for row in query(STATES, values)}
    plan = plan_of(str(journey.live_version_id)) if journey.live_version_id else None
    goals = plan.settings.goals if plan else []
    primary = next((goal for goal in goals if goal.primary), goals[0] if goals else None)
    return {
        "enrolled": sum(states.values()),
        "states": states,
        "nodes": counts(journey)["nodes"],
        "variants": _variants(journey, plan, primary),
        "goals": _goals(journey, goals),
        "messages": {row["state"]: row["messages"] for row in query(MESSAGES, values)},
    }


def _variants(journey: Journey, plan: Any, primary: Goal | None) -> list[dict[str, Any]]:
    if plan is None:
        return []
    rows = query(VARIANTS, {"journey": journey.pk, "goal": primary.id if primary else ""})
    found = {(row["node"], row["variant"]): row for row in rows}
    names = {spec.id: spec.name for spec in plan.graph.nodes}
    result = []
    for node in plan.nodes.values():
        if not isinstance(node.config, AbConfig):
            continue
        for variant in node.config.variants:
            row = found.get((node.id, variant.id), {"people": 0, "converted": 0})
            result.append(
                {
                    "node": node.id,
                    "node_name": names[node.id],
                    "variant": variant.id,
                    "name": variant.name,
                    "people": row["people"],
                    "converted": row["converted"],
                    "rate": row["converted"] / row["people"] if row["people"] else None,
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
