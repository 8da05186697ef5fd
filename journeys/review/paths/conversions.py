"""Which people, by the paths of their runs, met the journey's primary goal, and what that is worth: from the credits."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Final, NamedTuple

from django.db import connection

from journeys.models import Journey
from journeys.review.paths.filters import ALL, Filters, runs_sql
from journeys.review.paths.reading import Crowd

# The join is what costs, so it is made once: sums by currency, then people with one run, then those with several.
_CONVERSIONS: Final = """
with met as materialized (
    select r.path_id, {day} as day, r.profile_id, r.several, c.enrollment_id, c.currency, c.value - c.refunded as value
    from journeys_credit c join journeys_reviewrun r on r.enrollment_id = c.enrollment_id
    where c.journey_id = %s and c.goal = %s and c.counted and r.journey_id = %s and {runs})
select array[path_id], day, currency, count(*), coalesce(sum(value), 0) from met group by path_id, day, currency
union all
select array[path_id], day, null, count(distinct enrollment_id), null from met where not several group by path_id, day
union all
select paths, day, null, count(*), null
from (select array_agg(distinct path_id) as paths, day from met where several group by profile_id, day) of_person
group by paths, day
"""


class Worth(NamedTuple):
    """What the conversions of runs on a path come to, less refunds, in one currency."""

    path_id: int
    day: date | None
    currency: str
    times: int
    value: Decimal


class Conversions(NamedTuple):
    """What they are worth by path, and the people who converted, by the paths of those of their runs that did."""

    worths: Sequence[Worth]
    people: Sequence[Crowd]


def conversions(journey: Journey, goal: str, filters: Filters = ALL) -> Conversions:
    """What counts of the credits for a goal, on the days and for the people of `filters`, whose `takes` is not asked."""
    runs, params = runs_sql(filters, journey.workspace_id)
    statement = _CONVERSIONS.format(day="r.day" if filters.by_day else "null::date", runs=runs)
    with connection.cursor() as cursor:
        cursor.execute(statement, [journey.pk, goal, journey.pk, *params])
        rows = cursor.fetchall()
    return Conversions(
        [Worth(paths[0], day, currency, count, value) for paths, day, currency, count, value in rows if currency],
        [Crowd(tuple(paths), count, day) for paths, day, currency, count, _ in rows if currency is None],
    )


def money(sums: dict[str, Decimal]) -> list[dict[str, str]]:
    """Values by currency as an answer gives them."""
    return [{"currency": currency, "value": str(value)} for currency, value in sorted(sums.items())]
