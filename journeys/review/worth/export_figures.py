"""Tables to export of the funnel, the flows, conversions, losses, experiments, the holdout and attribution."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from journeys.models import Journey
from journeys.review.attribution.report import BY as CREDITED_TO
from journeys.review.attribution.report import DEFAULT_WINDOW, of_journey
from journeys.review.credits.choosing import chosen as conversions_of
from journeys.review.credits.definition import goal_named
from journeys.review.credits.report import conversions
from journeys.review.experiments.arms import Arm, Worth
from journeys.review.experiments.experiments import experiments
from journeys.review.experiments.holdout import holdout
from journeys.review.funnel.facts import MESSAGES
from journeys.review.funnel.flow import flow
from journeys.review.funnel.funnel import BY, STAGES, funnel
from journeys.review.losses.waterfall import losses
from journeys.review.paths.filters import Filters
from journeys.review.paths.freshness import freshness
from journeys.review.worth.export_tables import Table, columns, register
from profiles.exports.sources import CellKind, Request

Rows = Sequence[Mapping[str, Any]]
ALL_STAGES: Final = (*STAGES, "converted")
ARM: Final = (
    *("people", "converted", "rate", "rate_low", "rate_high"),
    *("difference", "difference_low", "difference_high", "p", "p_adjusted", "p_at_any_time", "people_needed"),
)
WORTH: Final = ("total", "per_person", "low", "high", "difference", "difference_low", "difference_high")
SUMS: Final = ("people", "conversions", "value", "refunded", "net")


def _stages(journey: Journey, chosen: Filters, request: Request) -> Rows:
    stages: Rows = funnel(journey, freshness(journey.pk), chosen)["stages"]
    return stages


def _nodes(journey: Journey, chosen: Filters, request: Request) -> Rows:
    return [
        {
            **{name: row[name] for name in ("node", "people", "times", "waiting")},
            "left": "; ".join(f"{outcome}={count['people']}" for outcome, count in row["left"].items()),
            "ended": row["ended"]["people"],
            **(row["stay"] or {}),
            **{metric: count["people"] for metric, count in row["messages"].items()},
            "converted": row["converted"]["people"],
            "value": _money(row["converted"]["value"]),
        }
        for row in funnel(journey, freshness(journey.pk), chosen)["nodes"]
    ]


def _funnel_by(by: str) -> Callable[[Journey, Filters, Request], Rows]:
    def rows(journey: Journey, chosen: Filters, request: Request) -> Rows:
        numbers = dict(journey.versions.values_list("pk", "number")) if by == "version" else {}
        names = {str(pk): number for pk, number in numbers.items()}
        return [
            {
                by: names.get(row["key"], row["key"]),
                **{stage["key"]: stage["people"] for stage in row["stages"]},
                "value": _money(row["value"]),
            }
            for row in funnel(journey, freshness(journey.pk), chosen, by)["rows"]
        ]

    return rows


def _links(journey: Journey, chosen: Filters, request: Request) -> Rows:
    links: Rows = flow(journey, freshness(journey.pk), chosen)["links"]
    return links


def _conversions(journey: Journey, chosen: Filters, request: Request) -> Rows:
    """By goal and currency; people are those of the goal, in whatever currency."""
    found = conversions(journey, conversions_of(journey.workspace_id, chosen))
    return [
        {"goal": goal["id"], "name": goal["name"], "people": goal["people"], **one}
        for goal in found["goals"]
        for one in goal["value"] or [{}]
    ]


def _conversions_by_day(journey: Journey, chosen: Filters, request: Request) -> Rows:
    found = conversions(journey, conversions_of(journey.workspace_id, chosen))
    return [{**row["value"], **{name: row[name] for name in ("day", "goal", "people")}} for row in found["days"]]


def _losses(journey: Journey, chosen: Filters, request: Request) -> Rows:
    """A row for each bar, and one for each reason of its losses."""
    rows: list[Mapping[str, Any]] = []
    for bar in losses(journey, chosen, _goal(journey, request)).bars:
        rows.append({"bar": bar.key, "people": bar.people, "lost": bar.lost})
        rows += [
            {
                "bar": bar.key,
                "reason": loss.code,
                "detail": loss.detail,
                "lost": loss.people,
                "converted": loss.converted,
                "avoidable": loss.avoidable,
                "rule": loss.rules[0].rule if loss.rules else "",
                "figures": loss.rules[0].figures if loss.rules else None,
            }
            for loss in bar.reasons
            if loss.code
        ]
    return rows


def _experiments(journey: Journey, chosen: Filters, request: Request) -> Rows:
    return [
        {
            "node": test.node,
            "name": test.name,
            "goal": test.goal,
            "unit": test.unit,
            "variant": variant,
            "variant_name": test.names[variant],
            "control": variant == test.control,
            "verdict": test.verdict.code,
            "sample_ratio": test.sample_ratio.verdict,
            "weight": test.weights.get(variant),
            **_arm(arm),
        }
        for test in experiments(journey, chosen, _goal(journey, request))
        for variant, arm in test.arms.items()
    ]


def _experiment_values(journey: Journey, chosen: Filters, request: Request) -> Rows:
    return [
        {"node": test.node, "variant": variant, **_worth(worth)}
        for test in experiments(journey, chosen, _goal(journey, request))
        for variant, arm in test.arms.items()
        for worth in arm.values
    ]


def _holdout(journey: Journey, chosen: Filters, request: Request) -> Rows:
    """Both groups over all time, and in each period of a share where it was changed."""
    found = holdout(journey, chosen, _goal(journey, request))
    whole = {"since": None, "until": None, "percent": None, "verdict": found.verdict.code}
    if len(found.spans) == 1:
        return [
            {**whole, "percent": found.spans[0].percent, "group": key, **_arm(arm)} for key, arm in found.arms.items()
        ]
    return [
        *({**whole, "group": group, **_arm(arm)} for group, arm in found.arms.items()),
        *(
            {"since": span.since, "until": span.until, "percent": span.percent, "group": group, **_arm(arm)}
            for span in found.spans
            for group, arm in span.arms.items()
        ),
    ]


def _attributed(by: str) -> Callable[[Journey, Filters, Request], Rows]:
    """A row for each key, model and currency; one without a currency has the conversions."""

    def rows(journey: Journey, chosen: Filters, request: Request) -> Rows:
        goal = _goal(journey, request)
        which = conversions_of(journey.workspace_id, chosen)
        found = of_journey(journey, by, DEFAULT_WINDOW, which, goal.id if goal else None)
        return list(_credited(found["rows"]))

    return rows


def _credited(rows: Rows) -> Iterator[Mapping[str, Any]]:
    for row in rows:
        for model, credit in row["credits"].items():
            named = {"key": row["key"], "name": row["name"], "model": model}
            yield {**named, "conversions": credit["people"]}
            yield from ({**named, **value} for value in credit["value"])


def _goal(journey: Journey, request: Request) -> Any:
    return goal_named(journey, request.filters.get("goal"))


def _arm(arm: Arm) -> dict[str, Any]:
    row: dict[str, Any] = {"people": arm.people, "converted": arm.converted, "rate": arm.rate}
    row |= {"rate_low": arm.interval.low, "rate_high": arm.interval.high}
    if (against := arm.against) is not None:
        compared = against.comparison
        row |= {
            "difference": compared.difference,
            "difference_low": compared.interval.low,
            "difference_high": compared.interval.high,
            "p": compared.p,
            "p_adjusted": against.p_adjusted,
            "p_at_any_time": against.at_any_time.p,
            "people_needed": against.people_needed,
        }
    return row


def _worth(worth: Worth) -> dict[str, Any]:
    between = worth.difference_interval
    return {
        "currency": worth.currency,
        "total": worth.total,
        "per_person": worth.per_person,
        "low": worth.interval.low,
        "high": worth.interval.high,
        "difference": worth.difference,
        "difference_low": between.low if between else None,
        "difference_high": between.high if between else None,
    }


def _money(sums: Sequence[Mapping[str, str]]) -> str:
    return "; ".join(f"{one['currency']} {one['value']}" for one in sums)


_NODE: Final = {
    **columns("node", numbers=["people", "times", "waiting", "ended"]),
    **columns("left", numbers=["p50_s", "p90_s", *MESSAGES, "converted"]),
    **columns("value"),
}
_KEYS: Final[Mapping[str, CellKind]] = {"day": "day", "version": "number"}
_LOSS: Final = {**columns("bar", "reason", "detail", numbers=["people", "lost", "converted"])}
_TEST: Final = ("node", "name", "goal", "unit", "variant", "variant_name", "control", "verdict", "sample_ratio")
_PERIOD: Final = columns("group", "verdict", days=["since", "until"], numbers=["percent", *ARM])

register("funnel", Table(columns("key", numbers=["people", "times"]), _stages))
register("funnel_by_nodes", Table(_NODE, _nodes))
for _by in BY:
    _key: Mapping[str, CellKind] = {_by: _KEYS.get(_by, "text")}
    register(f"funnel_by_{_by}s", Table({**_key, **columns(numbers=ALL_STAGES), **columns("value")}, _funnel_by(_by)))
register("paths", Table(columns("source", "outcome", "target", numbers=["people", "times"]), _links))
register("conversions", Table(columns("goal", "name", "currency", numbers=SUMS), _conversions))
register(
    "conversions_by_days",
    Table({**columns(days=["day"]), **columns("goal", "currency", numbers=SUMS)}, _conversions_by_day),
)
register("losses", Table({**_LOSS, **columns("avoidable", "rule", "figures")}, _losses))
register("experiments", Table(columns(*_TEST, numbers=["weight", *ARM]), _experiments))
register("experiment_values", Table(columns("node", "variant", "currency", numbers=WORTH), _experiment_values))
register("holdout", Table(_PERIOD, _holdout))
for _by in CREDITED_TO:
    _keyed = columns("key", "name", "model", numbers=["conversions"])
    register(f"attribution_by_{_by}s", Table({**_keyed, **columns("currency", numbers=["value"])}, _attributed(_by)))
