"""Formulas read slowly and obviously, one person and one event after another: what the SQL is compared with."""

from collections import Counter
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from profiles.computed.definitions import (
    ActiveHour,
    Count,
    DaysSince,
    Distinct,
    Edge,
    Favourite,
    Formula,
    Number,
    PurchaseCycle,
    watches,
)
from profiles.rules.compare import get, number, text
from profiles.rules.filters import all_hold

DAY = Decimal(86_400)
PLACES = Decimal("0.000001")


class Happened(NamedTuple):
    name: str
    at: datetime
    properties: dict[str, Any]


def value_of(formula: Formula, events: list[Happened], now: datetime, zone: str) -> Any:
    """What the formula gives for somebody with these events, in the order in which they were stored."""
    passing = [e for e in events if watches(formula.event, e.name) and all_hold(formula.where, e.properties, now)]
    passing = sorted((e for e in passing if e.at <= now), key=lambda e: e.at)
    inside = [e for e in passing if is_inside(formula, e.at, now)]
    match formula:
        case Count():
            return len(inside) if passing else None
        case Distinct(property=key):
            return len({text(get(e.properties, key)) for e in inside} - {None}) if passing else None
        case Number(kind=kind, property=key):
            numbers = [n for e in inside if (n := number(get(e.properties, key))) is not None]
            return numeric(kind, numbers, bool(passing))
        case Edge(kind=kind, property=None):
            ends = {"first": inside[:1], "last": inside[-1:]}[kind]
            return ends[0].at if ends else None
        case Edge(kind=kind, property=str(key)):
            known = [v for e in inside if text(v := get(e.properties, key)) is not None]
            ends = {"first": known[:1], "last": known[-1:]}[kind]
            return ends[0] if ends else None
        case DaysSince():
            return (now - inside[-1].at) // timedelta(days=1) if inside else None
        case Favourite(property=key):
            return favourite(inside, key)
        case ActiveHour():
            hours = Counter(e.at.astimezone(ZoneInfo(zone)).hour for e in inside)
            return min(hours, key=lambda hour: (-hours[hour], hour)) if hours else None
        case PurchaseCycle():
            return median_gap([e.at for e in inside])
    raise AssertionError(formula)


def is_inside(formula: Formula, at: datetime, now: datetime) -> bool:
    if formula.window is not None:
        return at > now - formula.window.fixed
    if formula.between is not None:
        return formula.span[0] <= at < formula.span[1]
    return True


def numeric(kind: str, numbers: list[Decimal], had_any: bool) -> Decimal | None:
    if kind == "sum":
        return sum(numbers, Decimal()) if had_any else None
    if not numbers:
        return None
    if kind == "avg":
        return (sum(numbers, Decimal()) / len(numbers)).quantize(PLACES, "ROUND_HALF_UP")
    return min(numbers) if kind == "min" else max(numbers)


def favourite(inside: list[Happened], key: str) -> str | None:
    times: Counter[str] = Counter()
    latest: dict[str, datetime] = {}
    for event in inside:
        value = get(event.properties, key)
        for item in value if isinstance(value, list) else [value]:
            if (name := text(item)) is not None:
                times[name] += 1
                latest[name] = event.at
    # Instants in reverse, and texts by code point as they are.
    return min(times, key=lambda one: (-times[one], -latest[one].timestamp(), one)) if times else None


def median_gap(instants: list[datetime]) -> Decimal | None:
    gaps = sorted(seconds(later - earlier) for earlier, later in pairwise(instants))
    if not gaps:
        return None
    middle = (gaps[(len(gaps) - 1) // 2] + gaps[len(gaps) // 2]) / 2
    return (middle / DAY).quantize(PLACES, "ROUND_HALF_UP")


def seconds(gap: timedelta) -> Decimal:
    return Decimal(gap // timedelta(microseconds=1)) / 1_000_000
