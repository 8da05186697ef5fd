"""What converted this week: conversions, people and value, by day and by journey."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from journeys.dashboard.period import Period
from journeys.projections.conversions import COUNTS_ONCE
from journeys.store.postgres import query

# `part`: 0 a day, 1 a journey, 2 all. A person counts once in each, however often they bought.
CONVERTED = f"""
select d.part, d.day, d.journey_id, j.name, d.conversions, d.people, d.value from (
    select c.day, c.journey_id,
        case grouping(c.day, c.journey_id) when 1 then 0 when 2 then 1 else 2 end as part,
        count(*) as conversions, count(distinct c.profile_id) as people, coalesce(sum(c.value), 0) as value
    from (
        select c.journey_id, c.profile_id, c.value, (c.occurred_at at time zone %(zone)s)::date as day
        from journeys_conversion c join journeys_journey j on j.id = c.journey_id
        where j.workspace_id = %(workspace)s and c.occurred_at >= %(since)s and c.occurred_at <= %(until)s
            and {COUNTS_ONCE}
    ) c
    group by grouping sets ((c.day), (c.journey_id), ())
) d left join journeys_journey j on j.id = d.journey_id
order by d.part, d.day, d.value desc, d.conversions desc, j.name
"""
BEFORE = f"""
select count(*) as conversions, count(distinct c.profile_id) as people, coalesce(sum(c.value), 0) as value
from journeys_conversion c join journeys_journey j on j.id = c.journey_id
where j.workspace_id = %(workspace)s and c.occurred_at >= %(since)s and c.occurred_at <= %(until)s and {COUNTS_ONCE}
"""
MOST_JOURNEYS = 10


@dataclass(frozen=True, slots=True)
class Sum:
    """`value` adds what the goals name, whatever its currency."""

    conversions: int
    people: int
    value: Decimal


NONE = Sum(0, 0, Decimal(0))


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
    """`days` has every day of the week, those to come with nothing; `before` is last week until the same clock time."""

    total: Sum
    before: Sum
    days: Sequence[DaySum]
    journeys: Sequence[JourneySum]


def converted(workspace: UUID, period: Period, zone: str) -> Converted:
    """Return what converted from Monday 0:00 on the workspace's clock until now."""
    values = {"workspace": workspace, "zone": zone, "since": period.week, "until": period.now}
    total, days, journeys = NONE, dict.fromkeys(period.days, NONE), list[JourneySum]()
    for row in query(CONVERTED, values):
        found = Sum(row["conversions"], row["people"], row["value"])
        match row["part"]:
            case 0:
                days[row["day"]] = found
            case 1:
                journeys.append(JourneySum(row["journey_id"], row["name"], found))
            case _:
                total = found
    [before] = query(BEFORE, {"workspace": workspace, "since": period.week_before, "until": period.now_before})
    return Converted(total, Sum(**before), [DaySum(*one) for one in days.items()], journeys[:MOST_JOURNEYS])
