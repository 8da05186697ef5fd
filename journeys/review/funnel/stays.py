"""How long people stayed at nodes."""

from collections.abc import Iterable
from itertools import groupby
from operator import itemgetter
from typing import Final, NamedTuple

from django.db import connection

from journeys.models import Journey
from journeys.review.paths.filters import Filters, days_sql

_STAYS: Final = """
select s.node, s.seconds, sum(s.times)::bigint from journeys_reviewstay s
where s.journey_id = %s and {days} and {version} group by 1, 2 order by 1, 2
"""


class Length(NamedTuple):
    """Of stays that are over, in seconds with three digits: the half, and nine tenths of them, were no longer."""

    p50_s: int
    p90_s: int
    times: int


def stays(journey: Journey, filters: Filters) -> dict[str, Length]:
    """By node, of runs that began on the days and in the version of `filters`; what else they ask, stays do not know."""
    days, params = days_sql(filters, "s")
    version = "true"
    if filters.version is not None:
        version = "s.version_id = %s"
        params.append(filters.version)
    with connection.cursor() as cursor:
        cursor.execute(_STAYS.format(days=days, version=version), [journey.pk, *params])
        rows = cursor.fetchall()
    return {
        node: length([(seconds, times) for _, seconds, times in found]) for node, found in groupby(rows, itemgetter(0))
    }


def length(stays: Iterable[tuple[int, int]]) -> Length:
    """Of stays as (seconds, times), shortest first: the nearest-rank percentiles."""
    known = list(stays)
    total = sum(times for _, times in known)
    return Length(_rank(known, (total + 1) // 2), _rank(known, (9 * total + 9) // 10), total)


def _rank(stays: list[tuple[int, int]], rank: int) -> int:
    for seconds, times in stays:
        rank -= times
        if rank <= 0:
            return seconds
    raise ValueError("no stays have no percentile")
