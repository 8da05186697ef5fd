"""A counterfactual's result as JSON, from what its parts have counted. Everything in it is simulated."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from journeys.models import Journey, JourneyVersion
from journeys.review.counterfactual.notes import notes
from journeys.review.counterfactual.path import NOT_GONE
from journeys.review.counterfactual.run import Setup
from journeys.review.counterfactual.tally import Side, Tally


def result(setup: Setup, tally: Tally) -> dict[str, Any]:
    """Figures are of the people looked at; `scale` times as many are to be expected of all who entered."""
    ready, plan = setup.ready, setup.plan
    looked_at = min(ready.most, tally.total)
    return {
        "simulated": True,
        "since": ready.since.isoformat(),
        "until": ready.until.isoformat(),
        "as_of": ready.as_of.isoformat(),
        "from_entry": ready.from_entry,
        "people": tally.people,
        "runs": tally.runs,
        "looked_at": looked_at,
        "sampled_from": tally.total,
        "scale": tally.total / looked_at if looked_at else 1.0,
        "untouched": tally.followed,
        "same": tally.like,
        "changed": {
            "people": tally.changed_people,
            "gained": {"people": tally.gained_people, "messages": tally.gained.total()},
            "lost": {"people": tally.lost_people, "messages": tally.lost.total()},
        },
        "parted": [
            {"node": node, "runs": count}
            for node, count in sorted(tally.parted.items(), key=lambda one: (-one[1], one[0]))
        ],
        "nodes": _nodes(plan.nodes, tally),
        "messages": _messages(tally),
        "blocked": _blocked(tally),
        "ended": {"recorded": _plain(tally.recorded.ended), "simulated": _plain(tally.simulated.ended)},
        "refused": _plain(tally.refused),
        "conversions": _conversions(tally),
        "cost": _cost(tally),
        "handed": _handed(setup, tally),
        "failures": [
            {"node": node, "error": error, "count": count} for (node, error), count in sorted(tally.failures.items())
        ],
        "exceptions": [{"code": code, "runs": count} for code, count in sorted(tally.exceptions.items())],
        "notes": notes(setup, tally, _versions(setup)),
    }


def _versions(setup: Setup) -> list[str]:
    """The versions that people may have entered by."""
    rows = JourneyVersion.objects.filter(journey_id=setup.plan.journey, published_at__lt=setup.ready.until)
    return [str(id_) for id_ in rows.order_by("-id").values_list("pk", flat=True)[:20]]


def _nodes(known: Iterable[str], tally: Tally) -> list[dict[str, Any]]:
    """By node: those of the edited graph in its order, then those that only the recorded versions have."""
    sides = {"recorded": _by_node(tally.recorded), "simulated": _by_node(tally.simulated)}
    names = list(dict.fromkeys([*known, *sorted({node for side in sides.values() for node in side})]))
    blank: dict[str, Any] = {"entered": 0, "left": {}, "ended": 0, "waiting": 0}
    return [{"node": node, **{name: side.get(node, blank) for name, side in sides.items()}} for node in names]


def _by_node(side: Side) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = defaultdict(lambda: {"entered": 0, "left": {}, "ended": 0, "waiting": 0})
    for (_, node, metric), count in side.counts.items():
        if metric in {"entered", "ended"}:
            found[node][metric] += count
        elif metric.startswith("left:"):
            left = found[node]["left"]
            outcome = metric.removeprefix("left:")
            left[outcome] = left.get(outcome, 0) + count
    for node, count in side.waiting.items():
        found[node]["waiting"] = count
    return dict(found)


def _messages(tally: Tally) -> list[dict[str, Any]]:
    """By what people get: how many went out in each, and who got one only in one of them."""
    sent = {name: _gone(side) for name, side in (("recorded", tally.recorded), ("simulated", tally.simulated))}
    what = sorted(sent["recorded"].keys() | sent["simulated"].keys() | tally.gained.keys() | tally.lost.keys())
    return [
        {
            "channel": channel,
            "template": template,
            "recorded": sent["recorded"][channel, template],
            "simulated": sent["simulated"][channel, template],
            "gained": tally.gained[channel, template],
            "lost": tally.lost[channel, template],
        }
        for channel, template in what
    ]


def _gone(side: Side) -> Counter[tuple[str, str]]:
    found: Counter[tuple[str, str]] = Counter()
    for (channel, template, state), count in side.sends.items():
        if state not in NOT_GONE:
            found[channel, template] += count
    return found


def _blocked(tally: Tally) -> list[dict[str, Any]]:
    before, after = tally.recorded.blocked, tally.simulated.blocked
    rows = [
        {"rule": key[0], "reason": key[1], "channel": key[2], "recorded": before[key], "simulated": after[key]}
        for key in sorted(before.keys() | after.keys())
    ]
    return sorted(rows, key=lambda row: -max(row["recorded"], row["simulated"]))


def _conversions(tally: Tally) -> list[dict[str, Any]]:
    before, after = tally.recorded, tally.simulated
    return [
        {
            "goal": goal,
            "recorded": before.goals[goal],
            "simulated": after.goals[goal],
            "recorded_value": _text(before.values.get(goal)),
            "simulated_value": _text(after.values.get(goal)),
        }
        for goal in sorted(before.goals.keys() | after.goals.keys())
    ]


def _cost(tally: Tally) -> list[dict[str, Any]]:
    before, after = tally.recorded.cost, tally.simulated.cost
    return [
        {
            "currency": currency,
            "recorded": _text(before.get(currency)),
            "simulated": _text(after.get(currency)),
            "difference": _text(after.get(currency, Decimal(0)) - before.get(currency, Decimal(0))),
        }
        for currency in sorted(before.keys() | after.keys())
    ]


def _handed(setup: Setup, tally: Tally) -> list[dict[str, Any]]:
    rows = Journey.objects.filter(workspace=setup.workspace).values_list("id", "name")
    names = {str(id_): name for id_, name in rows} if tally.handed else {}
    return [
        {"node": node, "journey": journey, "name": names.get(journey, ""), "people": count}
        for (node, journey), count in sorted(tally.handed.items())
    ]


def _plain(counts: Mapping[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items()))


def _text(value: Decimal | None) -> str:
    return f"{value or Decimal(0):f}"
