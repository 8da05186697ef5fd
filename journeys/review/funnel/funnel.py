"""The funnel of a journey and the numbers of its nodes, over all runs that the filters mean."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from journeys.models import Journey
from journeys.review.funnel.counting import Counted
from journeys.review.funnel.facts import MESSAGES, Facts, about_all, by_channel
from journeys.review.funnel.sources import Source, figure, nodes_of, source
from journeys.review.funnel.stays import Length, stays
from journeys.review.paths.conversions import Worth, money
from journeys.review.paths.filters import Filters
from journeys.review.paths.folding import Body
from journeys.review.paths.freshness import Freshness
from journeys.review.paths.reading import people_who

STAGES: Final = ("entered", "asked", "sent", "delivered", "read", "clicked", "replied")
FactsOf = Callable[[Body], Facts]
BY: Final = ("day", "version", "variant", "channel")


def funnel(journey: Journey, fresh: Freshness, filters: Filters, by: str = "") -> dict[str, Any]:
    """Return `{"stages", "nodes", "rows"}`; rows by one of BY, none without it. Raises as `trajectories` does."""

    def made() -> dict[str, Any]:
        found = source(journey, fresh, filters)
        lengths = stays(journey, filters)
        return {
            "stages": _stages(found, about_all),
            "nodes": _nodes(found, nodes_of(journey, fresh, filters, found), lengths),
            "rows": _rows(journey, fresh, filters, found, by),
        }

    found: dict[str, Any] = figure(journey, fresh, ("funnel", filters, by), made)
    return found


def _stages(found: Source, facts_of: FactsOf) -> list[dict[str, Any]]:
    counted = Counted(found.paths, found.crowds, facts_of)
    entered = {one.path_id for one in found.paths if not one.body["held_out"]}
    stages = [{"key": key, **counted[key,].shown()} for key in STAGES]
    converted = {
        "key": "converted",
        "people": people_who(found.converted, entered),
        "times": sum(one.times for one in found.worths if one.path_id in entered),
    }
    return [*stages, converted]


def _nodes(found: Source, counted: Counted, lengths: Mapping[str, Length]) -> list[dict[str, Any]]:
    met = counted.people_of(found.converted)
    came = counted.starting("came")
    values = _values_of_nodes(found)
    left: dict[str, dict[str, Any]] = defaultdict(dict)
    for (node, outcome), count in sorted(counted.starting("left").items()):
        left[str(node)][str(outcome)] = count.shown()
    return [
        {
            "node": node,
            **count.shown(),
            "left": left.get(str(node), {}),
            "ended": counted["ended", node].shown(),
            "waiting": counted["waiting", node].people,
            "stay": _shown(lengths.get(str(node))),
            "messages": {metric: counted[metric, node].shown() for metric in MESSAGES},
            "converted": {"people": met.get(("came", node), 0), "value": money(values.get(str(node), {}))},
        }
        for (node,), count in sorted(came.items())
    ]


def _shown(length: Length | None) -> dict[str, int] | None:
    return None if length is None else {"p50_s": length.p50_s, "p90_s": length.p90_s}


def _values_of_nodes(found: Source) -> dict[str, dict[str, Decimal]]:
    visited = {one.path_id: {node for node, _ in one.body["steps"]} for one in found.paths}
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    for one in found.worths:
        for node in visited.get(one.path_id, ()):
            sums[node][one.currency] += one.value
    return sums


def _rows(journey: Journey, fresh: Freshness, filters: Filters, found: Source, by: str) -> list[dict[str, Any]]:
    if by == "day":
        daily = source(journey, fresh, filters.daily())
        return [_row(day.isoformat(), part, about_all) for day, part in sorted(_by_day(daily).items())]
    groups: dict[str, set[int]] = defaultdict(set)
    for one in found.paths:
        for key in _keys(one.version_id, one.body, by):
            groups[key].add(one.path_id)
    return [
        _row(key, found.only(paths), by_channel(key) if by == "channel" else about_all)
        for key, paths in sorted(groups.items())
    ]


def _keys(version: UUID, body: Body, by: str) -> Iterable[str]:
    match by:
        case "version":
            return (str(version),)
        case "variant":
            return [f"{node}:{variant}" for node, variant in body["variants"].items()]
        case "channel":
            return {channel for _, channel, _, _ in body["sends"]}
        case _:
            return ()


def _row(key: str, part: Source, facts_of: FactsOf) -> dict[str, Any]:
    return {"key": key, "stages": _stages(part, facts_of), "value": money(_sums(part.worths))}


def _sums(worths: Iterable[Worth]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in worths:
        sums[one.currency] += one.value
    return sums


def _by_day(found: Source) -> dict[date, Source]:
    days = {one.day for one in found.paths if one.day is not None}
    paths, crowds, met, worths = (_grouped(rows) for rows in found)
    return {day: Source(paths[day], crowds[day], met[day], worths[day]) for day in days}


def _grouped(rows: Iterable[Any]) -> dict[date, list[Any]]:
    groups: dict[date, list[Any]] = defaultdict(list)
    for row in rows:
        groups[row.day].append(row)
    return groups
