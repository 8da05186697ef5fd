"""What converted this week: conversions, people and value, by day and by journey."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from journeys.dashboard.period import Period
from journeys.projections.conversions import COUNTS_ONCE
from journeys.review.credits.amounts import CURRENCY, MONEY, VALUE, rule_values
from journeys.review.credits.rules import rules_of
from journeys.store.postgres import query

FOUND = f"""
journeys_conversion c join journeys_journey j on j.id = c.journey_id
cross join lateral (select (c.occurred_at at time zone %(zone)s)::date as day) d
{{more}} where j.workspace_id = %(workspace)s and c.occurred_at >= %(since)s and c.occurred_at <= %(until)s and {COUNTS_ONCE}
"""
# By day, by journey, and all. A person counts once in each, however often they bought.
COUNTED = f"""
select f.day, f.journey_id, j.name, f.conversions, f.people from (
    select d.day, c.journey_id, count(*) as conversions, count(distinct c.profile_id) as people
    from {FOUND.format(more="")} group by grouping sets ((d.day), (c.journey_id), ())
) f left join journeys_journey j on j.id = f.journey_id
"""
# What an event says of its currency is read as reviews read it. Events are looked for one by one, and not before their time.
NAMED = f"""
left join lateral (
    select {MONEY.format(properties="ev.properties")} as money from profiles_event ev
    where c.value is not null and ev.id = c.event_id and ev.occurred_at >= c.occurred_at limit 1
) m on true
"""
VALUED = f"""
select day, journey_id, currency, sum(value) as value from (
    select d.day, c.journey_id, {VALUE.format(said="c.value")} as value, {CURRENCY.format(money="m.money")} as currency
    from {FOUND.format(more=NAMED)}
) f where value is not null
group by grouping sets ((day, currency), (journey_id, currency), (currency)) order by currency
"""
MOST_JOURNEYS = 10


@dataclass(frozen=True, slots=True)
class Sum:
    """`value`: by currency, before refunds; amounts of different ones are never added."""

    conversions: int
    people: int
    value: Mapping[str, Decimal]


NONE = Sum(0, 0, {})


@dataclass(frozen=True, slots=True)
class DaySum:
    day: date
    sum: Sum


@dataclass(frozen=True, slots=True)
class JourneySum:
    id: UUID
    name: str
    sum: Sum


@dataclass(frozen=True, slots=True)
class Converted:
    """`days` has every day of the week, those to come with nothing; `before` is last week until the same clock time.

    An order that met goals of several journeys counts in each of them, as it happens; a review credits it once.
    """

    total: Sum
    before: Sum
    days: Sequence[DaySum]
    journeys: Sequence[JourneySum]


def converted(workspace: UUID, period: Period, zone: str) -> Converted:
    """Return what converted from Monday 0:00 on the workspace's clock until now; first what brought most in its currency."""
    rules = rules_of(workspace).rules
    values = {"workspace": workspace, "zone": zone, **rule_values(rules)}
    week = _sums(values | {"since": period.week, "until": period.now})
    before = _sums(values | {"since": period.week_before, "until": period.now_before})
    journeys = [JourneySum(part, name, one) for part, (name, one) in week.items() if isinstance(part, UUID)]
    journeys.sort(key=lambda one: (-one.sum.value.get(rules.currency, 0), -one.sum.conversions, one.name))
    return Converted(
        week.get(None, ("", NONE))[1],
        before.get(None, ("", NONE))[1],
        [DaySum(day, week.get(day, ("", NONE))[1]) for day in period.days],
        journeys[:MOST_JOURNEYS],
    )


def _sums(values: Mapping[str, Any]) -> dict[date | UUID | None, tuple[str, Sum]]:
    """A day, a journey, or None for all → its name and sum."""
    money = defaultdict[date | UUID | None, dict[str, Decimal]](dict)
    for row in query(VALUED, values):
        money[row["day"] or row["journey_id"]][row["currency"]] = row["value"]
    found = {}
    for row in query(COUNTED, values):
        part = row["day"] or row["journey_id"]
        found[part] = (row["name"] or "", Sum(row["conversions"], row["people"], money[part]))
    return found
