"""Conversions and the messages that came to people before them, out of PostgreSQL into arrays by COPY.

Rows of numbers without a null are all of one length in COPY's binary format, so numpy reads them as they are.
"""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

import numpy as np
from django.db import connection
from numpy.typing import NDArray

from journeys.review.arrival import ARRIVED, SILENT
from journeys.review.attribution.touches import Touches, Whole
from journeys.review.rows import by_name, rows

KEYS: Final[Mapping[str, str]] = {
    "channel": "m.channel",
    "journey": "m.journey_id::text",
    "node": "m.journey_id::text || ':' || m.node",
    "template": "m.template_id::text",
}

# Of an order that several journeys count (each), the first row stands for it where all journeys are asked about.
CONVERSIONS: Final = """
conversions as (
    select row_number() over (order by c.occurred_at, c.id) - 1 as n, c.id, c.workspace_id, c.profile_id, c.occurred_at,
        c.currency, coalesce(c.value, 0) - c.refunded as net
    from ({chosen}) c where c.currency = any(%(currencies)s)
)
"""
OF_JOURNEY: Final = """
select c.* from journeys_credit c {joined}
join journeys_enrollment e on e.id = c.enrollment_id and e.state <> 'held_out'
where c.workspace_id = %(workspace)s and c.journey_id = %(journey)s and c.goal = %(goal)s and c.counted and {which}
"""
OF_ALL: Final = """
select distinct on (case when c."order" = '' then c.id::text else c."order" end) c.* from journeys_credit c
join unnest(%(journeys)s::uuid[], %(goals)s::text[]) as g(journey_id, goal)
    on g.journey_id = c.journey_id and g.goal = c.goal
join journeys_enrollment e on e.id = c.enrollment_id and e.state <> 'held_out'
where c.workspace_id = %(workspace)s and c.counted
    and (%(since)s::timestamptz is null or c.occurred_at >= %(since)s)
    and (%(until)s::timestamptz is null or c.occurred_at < %(until)s)
order by case when c."order" = '' then c.id::text else c."order" end, c.occurred_at, c.id
"""
CURRENCIES: Final = "select distinct c.currency from ({chosen}) c order by 1"
# A conversion has its currency's place, negative and from 1, where a touch has its key; in one statement, so that both are
# of one moment.
AMOUNTS: Final = """
select n::int8, -array_position(%(currencies)s::text[], currency::text)::int8, (net * 10000)::int8 from conversions
union all
"""
TOUCHES: Final = """
copy (with {owners} {amounts}
select o.n::int8, k.n::int8, (extract(epoch from (o.until - coalesce(m.delivered_at, m.accepted_at))) * 1000000)::int8
from owners o
join channels_app_message m on m.workspace_id = o.workspace_id and m.profile_id = o.profile_id
    and m.requested_at <= o.until
join unnest(%(keys)s::text[], %(places)s::int8[]) as k(key, n) on k.key = {key}
where m.journey_id is not null and not m.test
    and (m.state = any(%(arrived)s) or (m.state = 'accepted' and m.channel = any(%(without)s)))
    and coalesce(m.delivered_at, m.accepted_at) <= o.until
    and coalesce(m.delivered_at, m.accepted_at) > o.since
) to stdout (format binary)
"""
BEFORE_CONVERSIONS: Final = """
{conversions}, owners as (
    select n, workspace_id, profile_id, occurred_at as until, occurred_at - %(window)s::interval as since
    from conversions
)
"""
# Who did not convert: their touches in a window from their entry, as a path that led nowhere.
OF_THE_OTHERS: Final = """
owners as (
    select row_number() over (order by e.id) - 1 as n, e.workspace_id, e.profile_id,
        e.enrolled_at + %(window)s::interval as until, e.enrolled_at as since
    from journeys_enrollment e {joined}
    where e.journey_id = any(%(journeys)s::uuid[]) and e.workspace_id = %(workspace)s and e.state <> 'held_out'
        and (%(since)s::timestamptz is null or e.enrolled_at >= %(since)s)
        and (%(until)s::timestamptz is null or e.enrolled_at < %(until)s)
        and {which}
        and not exists (select 1 from journeys_credit c where c.enrollment_id = e.id and c.counted)
)
"""


class Loaded(NamedTuple):
    """`amounts` are of each conversion in ten-thousandths of its currency, whose place among `currencies` is beside it."""

    conversions: int
    currency: Whole
    amounts: Whole
    converted: Touches
    lost: Touches
    currencies: Sequence[str]


class Source(NamedTuple):
    """The statement of conversions, that of the other runs, and the values of both."""

    conversions: str
    others: str
    values: Mapping[str, Any]


def load(source: Source, by: str, keys: Sequence[str], window: timedelta) -> Loaded:
    """Load conversions and touches, credited to what `by` says: a key of `KEYS`. `keys`: every one that there may be."""
    values = {
        **source.values,
        "keys": list(keys),
        "places": list(range(len(keys))),
        "window": window,
        "arrived": list(ARRIVED),
        "without": sorted(SILENT),
    }
    values["currencies"] = currencies = [row[0] for row in rows(CURRENCIES.format(chosen=source.conversions), values)]
    before = BEFORE_CONVERSIONS.format(conversions=CONVERSIONS.format(chosen=source.conversions))
    found = _copied(TOUCHES.format(owners=before, amounts=AMOUNTS, key=KEYS[by]), values)
    others = _copied(TOUCHES.format(owners=source.others, amounts="", key=KEYS[by]), values)
    is_conversion = found["key"] < 0
    conversions = found[is_conversion]
    conversions = conversions[np.argsort(conversions["n"])]
    return Loaded(
        len(conversions),
        -conversions["key"].astype(np.int64) - 1,
        conversions["value"].astype(np.int64),
        _touches(found[~is_conversion]),
        _touches(others),
        currencies,
    )


def _touches(found: NDArray[Any]) -> Touches:
    owner, key = found["n"].astype(np.int64), found["key"].astype(np.int64)
    return Touches.sorted(owner, key, found["value"] / 1e6)


# https://www.postgresql.org/docs/current/sql-copy.html, "Binary Format": a head of 19 bytes without an extension; of a row
# the number of its fields, and each field after its length; at the end -1.
HEAD: Final = 19
ROW: Final = np.dtype(
    [("fields", ">i2"), ("l1", ">i4"), ("n", ">i8"), ("l2", ">i4"), ("key", ">i8"), ("l3", ">i4"), ("value", ">i8")]
)


def _copied(statement: str, values: Mapping[str, Any]) -> NDArray[Any]:
    connection.ensure_connection()
    with (
        connection.wrap_database_errors,
        connection.connection.cursor() as cursor,
        cursor.copy(statement, values) as stream,
    ):
        body = b"".join(stream)
    return np.frombuffer(body, dtype=ROW, offset=HEAD, count=(len(body) - HEAD - 2) // ROW.itemsize)


def source_of_journey(
    workspace: UUID, journey: UUID, goal: str, text: str, joined: str, params: Sequence[Any]
) -> Source:
    """Conversions of one goal of a journey. `text` is a condition over `r`, with a place for each of `params`."""
    which, named = by_name(text, params)
    values = {
        "workspace": workspace,
        "journey": journey,
        "journeys": [journey],
        "goal": goal,
        "since": None,
        "until": None,
        **named,
    }
    others = OF_THE_OTHERS.format(joined=joined.replace("c.enrollment_id", "e.id"), which=which)
    return Source(OF_JOURNEY.format(joined=joined, which=which), others, values)
