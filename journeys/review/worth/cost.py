"""What a journey has cost and what it was worth, by currency: nothing is converted."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from journeys.explain.noted import Note
from journeys.models import Journey
from journeys.review.credits.definition import primary_goal
from journeys.review.paths.filters import Filters
from journeys.review.worth import cost_sql as sql
from journeys.review.worth.costs import Costs, costs_of
from journeys.review.worth.messages import Fates, rows_of
from journeys.review.worth.notes import note
from journeys.store.postgres import query

_CENT: Final = Decimal("0.0001")
PARTS: Final = ("messages", "coupons", "staff")


def cost_review(journey: Journey, chosen: Filters) -> dict[str, Any]:
    """Return `{"goal", "currencies", "messages", "coupons", "staff", "notes"}`.

    The value is that of the primary goal's counted conversions, refunds taken off, by runs that were not held out: all
    of it, and not only what the journey has added. A conversion's cost is a currency's whole cost divided by the people
    who converted, in whatever currency. ROI = (value - cost) / cost, where there is a cost.
    """
    costs = costs_of(journey.workspace_id)
    goal = primary_goal(journey)
    values: dict[str, Any] = {"journey": journey.pk, **chosen.values(), **chosen.instants(journey.workspace.timezone)}
    earned = query(sql.VALUE, values)
    messages = _messages(journey, chosen)
    coupons = _coupons(costs, earned, values)
    staff = _staff(costs, values)
    spent: dict[str, dict[str, Decimal]] = defaultdict(lambda: dict.fromkeys(PARTS, Decimal(0)))
    for part, rows in (("messages", messages), ("coupons", coupons), ("staff", [staff] if staff["amount"] else [])):
        for row in rows:
            spent[row["currency"]][part] += row["amount"]
    met = [row for row in earned if goal is not None and row["goal"] == goal.id]
    people = query(sql.CONVERTED, {**values, "goal": goal.id if goal else ""})[0]["people"]
    return {
        "goal": None if goal is None else {"id": goal.id, "name": goal.name},
        "people": people,
        "currencies": _currencies(spent, met, people),
        "messages": messages,
        "coupons": coupons,
        "staff": staff,
        "notes": list(_notes(goal is None, messages, staff, met, spent)),
    }


def _messages(journey: Journey, chosen: Filters) -> list[dict[str, Any]]:
    """By channel and currency. Messages without a cost are counted with them, and `unpriced`."""
    found: dict[tuple[str, str], Fates] = {}
    for row in rows_of(journey, chosen):
        found.setdefault((row["channel"], row["currency"]), Fates()).add(row)
    return [
        {
            "channel": channel,
            "currency": currency,
            "messages": fates.counts["sent"],
            "unpriced": fates.unpriced,
            "amount": fates.costs.get(currency, Decimal(0)),
        }
        for (channel, currency), fates in sorted(found.items())
    ]


def _coupons(costs: Costs, earned: Iterable[Mapping[str, Any]], values: Mapping[str, Any]) -> list[dict[str, Any]]:
    if not costs.coupons:
        return []
    codes = [one.code for one in costs.coupons if one.code is not None]
    asked = {**values, "path": costs.coupon_property.split("."), "codes": codes}
    uses: dict[Any, int] = {("code", row["code"]): row["uses"] for row in query(sql.CODES, asked)} if codes else {}
    for row in earned:
        uses["goal", row["goal"]] = uses.get(("goal", row["goal"]), 0) + row["conversions"]
    rows = []
    for one in costs.coupons:
        kind, key = ("code", one.code) if one.code is not None else ("goal", one.goal)
        used = uses.get((kind, key), 0)
        amount = _exactly(one.cost * used)
        rows.append(
            {"kind": kind, "key": key, "uses": used, "cost": one.cost, "currency": one.currency, "amount": amount}
        )
    return rows


def _staff(costs: Costs, values: Mapping[str, Any]) -> dict[str, Any]:
    tasks = query(sql.TASKS, dict(values))[0]["tasks"]
    minutes = costs.task_minutes * tasks
    return {
        "tasks": tasks,
        "minutes": minutes,
        "hour": costs.staff_hour,
        "currency": costs.currency,
        "amount": None if costs.staff_hour is None else _exactly(minutes * costs.staff_hour / 60),
    }


def _currencies(
    spent: Mapping[str, Mapping[str, Decimal]], met: Iterable[Mapping[str, Any]], people: int
) -> list[dict[str, Any]]:
    earned = {row["currency"]: row for row in met}
    rows = []
    for currency in sorted({*spent, *earned}):
        parts = spent.get(currency, dict.fromkeys(PARTS, Decimal(0)))
        total = sum(parts.values(), Decimal(0))
        value = earned[currency]["value"] if currency in earned else Decimal(0)
        rows.append(
            {
                "currency": currency,
                **parts,
                "cost": total,
                "value": value,
                "profit": value - total,
                "roi": float((value - total) / total) if total else None,
                "conversions": earned[currency]["conversions"] if currency in earned else 0,
                "cost_per_conversion": _exactly(total / people) if people and total else None,
            }
        )
    return rows


def _notes(
    no_goal: bool,
    messages: Iterable[Mapping[str, Any]],
    staff: Mapping[str, Any],
    met: Iterable[Mapping[str, Any]],
    spent: Mapping[str, Any],
) -> Iterable[Note]:
    if no_goal:
        yield note("no_goal")
    if unpriced := sum(row["unpriced"] for row in messages):
        yield note("messages_without_price", messages=unpriced)
    if staff["tasks"] and staff["amount"] is None:
        yield note("staff_hour_unknown", tasks=staff["tasks"])
    if without := sum(row["without_value"] for row in met):
        yield note("conversions_without_value", conversions=without)
    currencies = sorted({*spent, *(row["currency"] for row in met)})
    if len(currencies) > 1:
        yield note("several_currencies", currencies=", ".join(currencies))


def _exactly(amount: Decimal) -> Decimal:
    return amount.quantize(_CENT, ROUND_HALF_EVEN)
