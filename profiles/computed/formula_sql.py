"""A formula compiled to one statement: what it gives for many people, and when time alone changes it.

The statement answers (profile, value, is different from what the person has, due) for every person asked. Its reading of
numbers, texts and filters is that of rules. `tests/property/profiles/test_formulas.py` compares it with a slow reading.
"""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, Final

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
    Selected,
)
from profiles.computed.filter_sql import filters, value_at
from profiles.rule_sql import Sql

# A compiled value: the columns `value` (of some type) and `due`, from one row for each person `p`.
DAY: Final = 86_400
DECIMALS: Final = 6


def compile_formula(formula: Formula, now: datetime, zone: str) -> Sql:
    """A lateral subquery over `p` (a row of profiles_profile) that gives one row (value, due).

    `value` is null for no value. `due` is the first instant after `now` at which the value may be another although
    nothing has happened: an event leaves the window, a future one has come, or a day is full.
    """
    return _COMPILERS[type(formula)](formula, now, zone)


def _seen(formula: Selected, now: datetime) -> Sql:
    """The person's events that pass the filters, future ones too, with whether each is in the window."""
    inside, params = _inside(formula, now)
    name, name_params = _name(formula.event)
    passing = filters(formula.where)
    return Sql(
        f"(select e.id, e.occurred_at, e.properties, {inside} as inside from profiles_event e"
        f" where e.profile_id = p.id and {name} and {passing.text})",
        (*params, *name_params, *passing.params),
    )


def _name(event: str) -> tuple[str, tuple[Any, ...]]:
    if event.endswith("*"):
        return "starts_with(e.name, %s)", (event[:-1],)
    return "e.name = %s", (event,)


def _inside(formula: Selected, now: datetime) -> tuple[str, tuple[Any, ...]]:
    if formula.window is not None:
        return "(e.occurred_at <= %s and e.occurred_at > %s)", (now, now - formula.window.fixed)
    if formula.between is not None:
        begins, ends = formula.span
        return "(e.occurred_at <= %s and e.occurred_at >= %s and e.occurred_at < %s)", (now, begins, ends)
    return "(e.occurred_at <= %s)", (now,)


def _due(formula: Selected, now: datetime) -> Sql:
    """When the next event comes or goes. `least` passes over nulls."""
    coming = "min(s.occurred_at) filter (where s.occurred_at > %s)"
    if formula.window is None:
        return Sql(coming, (now,))
    return Sql(f"least({coming}, min(s.occurred_at) filter (where s.inside) + %s)", (now, formula.window.fixed))


def _aggregate(formula: Selected, now: datetime, value: Sql) -> Sql:
    """One aggregate over the person's events `s`."""
    due, seen = _due(formula, now), _seen(formula, now)
    return Sql(
        f"(select {value.text} as value, {due.text} as due from {seen.text} s)",
        (*value.params, *due.params, *seen.params),
    )


def _had_any(now: datetime) -> Sql:
    return Sql("count(*) filter (where s.occurred_at <= %s) > 0", (now,))


def _count(formula: Count, now: datetime, zone: str) -> Sql:
    any_ = _had_any(now)
    value = Sql(f"case when {any_.text} then (count(*) filter (where s.inside))::numeric end", any_.params)
    return _aggregate(formula, now, value)


def _distinct(formula: Distinct, now: datetime, zone: str) -> Sql:
    any_, item = _had_any(now), value_at("s.properties", formula.property)
    value = f"(count(distinct zhitu_text({item.text})) filter (where s.inside))::numeric"
    return _aggregate(formula, now, Sql(f"case when {any_.text} then {value} end", (*any_.params, *item.params)))


def _number(formula: Number, now: datetime, zone: str) -> Sql:
    item = value_at("s.properties", formula.property)
    found = f"{formula.kind}(zhitu_number({item.text})) filter (where s.inside)"
    if formula.kind == "sum":
        any_ = _had_any(now)
        value = Sql(f"case when {any_.text} then coalesce({found}, 0) end", (*any_.params, *item.params))
    elif formula.kind == "avg":
        value = Sql(f"round({found}, {DECIMALS})", item.params)
    else:
        value = Sql(found, item.params)
    return _aggregate(formula, now, value)


def _days_since(formula: DaysSince, now: datetime, zone: str) -> Sql:
    last = "max(s.occurred_at) filter (where s.inside)"
    days = f"floor(extract(epoch from %s - {last}) / {DAY})"
    due, seen = _due(formula, now), _seen(formula, now)
    return Sql(
        f"(select {days} as value, least({due.text}, {last} + make_interval(secs => (({days} + 1) * {DAY})::float8)) as due"
        f" from {seen.text} s)",
        (now, *due.params, now, *seen.params),
    )


def _edge(formula: Edge, now: datetime, zone: str) -> Sql:
    order = "desc" if formula.kind == "last" else "asc"
    by = f"order by s.occurred_at {order}, s.id {order}"
    if formula.property is None:
        found = Sql(f"(array_agg(s.occurred_at {by}) filter (where s.inside))[1]")
    else:
        item = value_at("s.properties", formula.property)
        # Of the events that have the property: an event without it does not hide what is known from another.
        known = f"zhitu_text({item.text}) is not null"
        found = Sql(
            f"(array_agg({item.text} {by}) filter (where s.inside and {known}))[1]", (*item.params, *item.params)
        )
    return _aggregate(formula, now, found)


def _favourite(formula: Favourite, now: datetime, zone: str) -> Sql:
    item = value_at("s.properties", formula.property)
    due, seen = _due(formula, now), _seen(formula, now)
    elements = (
        f"select s.inside, s.occurred_at, zhitu_text(one.item) as item from {seen.text} s cross join lateral"
        f" jsonb_array_elements(case when jsonb_typeof({item.text}) = 'array' then {item.text}"
        f" else jsonb_build_array({item.text}) end) as one(item)"
    )
    best = (
        f"(select x.item from ({elements}) x where x.inside and x.item is not null group by x.item"
        ' order by count(*) desc, max(x.occurred_at) desc, x.item collate "C" limit 1)'
    )
    return Sql(
        f"(select {best} as value, {due.text} as due from {seen.text} s)",
        (*seen.params, *item.params * 3, *due.params, *seen.params),
    )


def _active_hour(formula: ActiveHour, now: datetime, zone: str) -> Sql:
    due, seen = _due(formula, now), _seen(formula, now)
    best = (
        "(select extract(hour from s.occurred_at at time zone z.zone) as hour"
        f" from {seen.text} s where s.inside group by 1 order by count(*) desc, 1 limit 1)"
    )
    return Sql(
        f"(select {best} as value, {due.text} as due from {seen.text} s"
        " cross join (select zhitu_zone(p.attributes ->> 'timezone', %s) as zone) z group by z.zone)",
        (*seen.params, *due.params, *seen.params, zone),
    )


def _purchase_cycle(formula: PurchaseCycle, now: datetime, zone: str) -> Sql:
    due, seen = _due(formula, now), _seen(formula, now)
    gaps = (
        "select extract(epoch from s.occurred_at - lag(s.occurred_at) over (order by s.occurred_at)) as gap"
        f" from {seen.text} s where s.inside"
    )
    middle = (
        f"(select round((o.all_[(o.n + 1) / 2] + o.all_[(o.n + 2) / 2]) / 2 / {DAY}, {DECIMALS}) from"
        f" (select array_agg(g.gap order by g.gap) as all_, count(*)::int as n from ({gaps}) g where g.gap is not null) o)"
    )
    return Sql(
        f"(select {middle} as value, {due.text} as due from {seen.text} s)", (*seen.params, *due.params, *seen.params)
    )


_COMPILERS: Final[Mapping[type[Any], Callable[[Any, datetime, str], Sql]]] = {
    Edge: _edge,
    Count: _count,
    Number: _number,
    Distinct: _distinct,
    DaysSince: _days_since,
    Favourite: _favourite,
    ActiveHour: _active_hour,
    PurchaseCycle: _purchase_cycle,
}
