"""Tables to export of messages, cost, retention and sales."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from journeys.models import Journey
from journeys.review.paths.filters import Filters
from journeys.review.worth.cost import cost_review
from journeys.review.worth.export_tables import Table, columns, register
from journeys.review.worth.messages import COUNTS, message_review
from journeys.review.worth.movement import movement_review, sales_review
from journeys.review.worth.retention import retention_review
from profiles.exports.sources import Request

# What nothing here goes by, and what else retention and sales do not: they are counted by days of entry.
PEOPLE: Final = ("variant", "segment", "attribute")
OF_DAYS: Final = (*PEOPLE, "channel", "version")
FATES: Final = ("asked", *COUNTS, "opted_out", "unpriced")


def _messages_by(part: str) -> Callable[[Journey, Filters, Request], Sequence[Mapping[str, Any]]]:
    return lambda journey, chosen, request: [
        {**row, "cost": _amounts(row["cost"])} for row in message_review(journey, chosen)[part]
    ]


def _amounts(amounts: Sequence[Mapping[str, Any]]) -> str:
    return "; ".join(f"{one['currency']} {one['amount']}" for one in amounts)


def _reasons(journey: Journey, chosen: Filters, request: Request) -> list[dict[str, Any]]:
    total = message_review(journey, chosen)["total"]
    return [{"fate": fate, **one} for fate in ("failed", "blocked") for one in total[f"{fate}_by"]]


def _retention(journey: Journey, chosen: Filters, request: Request) -> list[dict[str, Any]]:
    found = retention_review(journey, chosen, str(request.filters.get("event") or ""), request.at)
    return [
        {"day": row["day"].isoformat(), "group": row["group"], "people": row["people"], **cell}
        for row in found["days"]
        for cell in row["cells"]
    ]


def _moves(journey: Journey, chosen: Filters, request: Request) -> list[dict[str, Any]]:
    found = movement_review(journey, chosen, request.at)["rfm"]
    return [{"model": one["model"], "group": one["group"], **move} for one in found for move in one["moves"]]


def _sales(journey: Journey, chosen: Filters, request: Request) -> list[dict[str, Any]]:
    return [
        {
            "currency": row["currency"],
            "group": row["group"],
            "customers": row["customers"],
            "period": period,
            **row[period],
        }
        for row in sales_review(journey, chosen, request.at)["sales"]
        for period in ("before", "after")
    ]


_OF_FATES: Final = {**columns(numbers=FATES), **columns("cost")}
for _part in ("accounts", "templates", "nodes"):
    register(f"messages_by_{_part}", Table({**columns("key", "name"), **_OF_FATES}, _messages_by(_part), PEOPLE))
register("messages_by_hours", Table({**columns(numbers=["hour"]), **_OF_FATES}, _messages_by("hours"), PEOPLE))
register("message_reasons", Table(columns("fate", "reason", numbers=["messages"]), _reasons, PEOPLE))
_COST: Final = ("messages", "coupons", "staff", "cost", "value", "profit", "roi", "conversions", "cost_per_conversion")
register(
    "cost",
    Table(
        columns("currency", numbers=_COST),
        lambda journey, chosen, request: cost_review(journey, chosen)["currencies"],
        (*PEOPLE, "channel"),
    ),
)
_RETENTION: Final = {
    **columns(days=["day"]),
    **columns("group", numbers=["people", "after", "came", "rate"]),
    **columns("mature"),
}
register("retention", Table(_RETENTION, _retention, OF_DAYS))
register("rfm_movement", Table(columns("model", "group", "origin", "destination", numbers=["people"]), _moves, OF_DAYS))
_SALES: Final = {
    **columns("currency", "group", numbers=["customers"]),
    **columns("period", numbers=["buyers", "sales", "marketing", "value"]),
}
register("sales", Table(_SALES, _sales, OF_DAYS))
