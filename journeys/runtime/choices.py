"""Ending an A/B test: asked when somebody comes to its node, answered from the counters, the log and the conversions."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson

from journeys.engine.decision import Choice
from journeys.engine.nodes.ab import AbConfig, Winner
from journeys.engine.proportions import Group
from journeys.engine.winner import compare
from journeys.realtime.notify import announce
from journeys.store.postgres import query
from profiles.rules.durations import parse
from workspaces.models.base import new_id

STORED = """
select variant, reason, chosen_at, statistics::text as statistics from journeys_variantchoice
where journey_id = %(journey)s and node = %(node)s
"""
# People by variant: those who left the node by it, in every version.
PEOPLE = """
select substr(c.metric, 6) as variant, sum(c.value)::bigint as people
from journeys_nodecounter c join journeys_journeyversion v on v.id = c.version_id
where v.journey_id = %(journey)s and c.node = %(node)s and c.metric like 'left:%%' group by 1
"""
BEGAN = "select min(published_at) as began from journeys_journeyversion where journey_id = %(journey)s and graph @> %(has_node)s::jsonb"
# Each run counts once for the variant that it was given last.
CONVERTED = """
select a.variant, count(*)::bigint as converted
from (select distinct enrollment_id from journeys_conversion where journey_id = %(journey)s and goal = %(goal)s) c
cross join lateral (
    select v.data ->> 'variant' as variant from journeys_enrollmentevent v
    where v.enrollment_id = c.enrollment_id and v.kind = 'variant_assigned' and v.node = %(node)s
    order by v.seq desc limit 1
) a group by 1
"""
INSERT = """
insert into journeys_variantchoice (id, workspace_id, journey_id, node, variant, reason, statistics, chosen_at)
values (%(id)s, %(workspace)s, %(journey)s, %(node)s, %(variant)s, %(reason)s, %(statistics)s::jsonb, %(now)s)
on conflict (journey_id, node) do nothing
"""


def choice_of(workspace: UUID, journey: str, node: str, config: AbConfig, now: datetime) -> Choice | None:
    """Return how the node's test ended, ending it if its time and its people have come; None while it goes on."""
    assert config.winner is not None
    names: dict[str, Any] = {"workspace": workspace, "journey": journey, "node": node}
    found = query(STORED, names)
    if not found:
        made = _end(names, config, config.winner, now)
        if made is None:
            return None
        query(f"{INSERT} returning id", {**names, **made, "id": new_id(), "now": now})
        announce({journey})
        # Another lane may have been first; its choice is everybody's.
        found = query(STORED, names)
    return _choice(found[0])


def stored_choice(journey: str, node: str) -> Choice | None:
    """Return how the node's test has ended; None while it goes on, or if it has no end."""
    found = query(STORED, {"journey": journey, "node": node})
    return _choice(found[0]) if found else None


def _choice(row: Mapping[str, Any]) -> Choice:
    return Choice(row["variant"], row["reason"], row["chosen_at"], orjson.loads(row["statistics"]))


def _end(names: dict[str, Any], config: AbConfig, winner: Winner, now: datetime) -> dict[str, Any] | None:
    has_node = orjson.dumps({"nodes": [{"id": names["node"]}]}).decode()
    began = query(BEGAN, {**names, "has_node": has_node})[0]["began"]
    if began is None or now < began + parse(winner.after).fixed:
        return None
    people = {row["variant"]: row["people"] for row in query(PEOPLE, names)}
    if sum(people.values()) < winner.min_people:
        return None
    converted = {row["variant"]: row["converted"] for row in query(CONVERTED, {**names, "goal": winner.goal})}
    groups = {variant.id: Group(people.get(variant.id, 0), converted.get(variant.id, 0)) for variant in config.variants}
    verdict = compare(groups)
    won = verdict.confidence >= winner.confidence
    statistics = {
        "goal": winner.goal,
        "variants": {name: {"people": group.people, "converted": group.converted} for name, group in groups.items()},
        "best": verdict.best,
        "confidence": round(verdict.confidence, 6),
        "wanted": winner.confidence,
    }
    return {
        "variant": verdict.best if won else winner.fallback,
        "reason": "winner" if won else "fallback",
        "statistics": orjson.dumps(statistics).decode(),
    }
