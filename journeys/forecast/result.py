"""A forecast's result as JSON, from what its parts have counted."""

from typing import Any

from journeys.engine.plan import Plan
from journeys.forecast.notes import notes
from journeys.forecast.quotas import quotas
from journeys.forecast.request import MOST_PEOPLE, ForecastRequest
from journeys.forecast.tally import Tally
from journeys.models import Journey
from workspaces.models import Workspace

VERDICTS = ("allowed", "held", "blocked")


def result(workspace: Workspace, plan: Plan, request: ForecastRequest, tally: Tally) -> dict[str, Any]:
    """Figures are of the people looked at; `scale` times as many are to be expected of the whole audience."""
    looked_at = min(request.audience.sample or MOST_PEOPLE, MOST_PEOPLE, tally.total)
    scale = tally.total / looked_at if looked_at else 1.0
    return {
        "start": request.began.isoformat(),
        "end": request.end.isoformat(),
        "people": tally.people,
        "runs": tally.runs,
        "looked_at": looked_at,
        "sampled_from": tally.total,
        "scale": scale,
        "sends": _sends(tally),
        "blocked": _why(tally.blocked),
        "held": _why(tally.held),
        "nodes": [
            {"at": at.isoformat(), "node": node, "people": count} for (at, node), count in sorted(tally.at_node.items())
        ],
        "flow": _flow(plan, tally),
        "ended": dict(sorted(tally.ended.items())),
        "refused": dict(sorted(tally.refused.items())),
        "conversions": dict(sorted(tally.conversions.items())),
        "failures": [
            {"node": node, "error": error, "count": count} for (node, error), count in sorted(tally.failures.items())
        ],
        "handed": _handed(workspace, tally),
        "quotas": quotas(workspace, plan, tally.accounts, scale),
        "assumptions": request.assumptions.model_dump(mode="json"),
        "notes": notes(plan, request, tally.people, looked_at, tally.total),
    }


def _handed(workspace: Workspace, tally: Tally) -> list[dict[str, Any]]:
    names = {str(id_): name for id_, name in Journey.objects.filter(workspace=workspace).values_list("id", "name")}
    return [
        {"node": node, "journey": journey, "name": names.get(journey, ""), "people": count}
        for (node, journey), count in sorted(tally.handed.items())
    ]


def _sends(tally: Tally) -> list[dict[str, Any]]:
    hours = sorted({(at, channel) for at, channel, _ in tally.sends})
    return [
        {
            "at": at.isoformat(),
            "channel": channel,
            **{verdict: tally.sends[at, channel, verdict] for verdict in VERDICTS},
        }
        for at, channel in hours
    ]


def _why(counts: dict[tuple[str, str, str], int]) -> list[dict[str, Any]]:
    rows = [
        {"rule": rule, "reason": reason, "channel": channel, "count": count}
        for (rule, reason, channel), count in sorted(counts.items())
    ]
    return sorted(rows, key=lambda row: -row["count"])


def _flow(plan: Plan, tally: Tally) -> dict[str, Any]:
    """How many came to each node, and by which outcome they left it."""
    flow: dict[str, Any] = {node: {"entered": 0, "left": {}} for node in plan.nodes}
    for (_, node, metric), count in tally.counts.items():
        if metric == "entered":
            flow[node]["entered"] += count
        elif metric.startswith("left:"):
            flow[node]["left"][metric.removeprefix("left:")] = count
    return flow
