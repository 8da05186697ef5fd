"""Read what was taken back of orders, and write whose they are: `judging` over stored credits."""

import hashlib
from collections import defaultdict
from collections.abc import Collection, Sequence
from typing import Any, Final
from uuid import UUID

from journeys.choices import RepeatRule
from journeys.review.credits.definition import Definition
from journeys.review.credits.judging import Back, Row, Verdict, judge
from journeys.review.credits.meeting import ORDER
from journeys.review.rows import count, rows
from workspaces.models.base import first_id

# New refund and cancellation events, and the orders that they name. An amount has no sign: shops write 50 and -50.
READ_REFUNDS: Final = """
with events as (
    select ev.id, {order} as "order", t.cancels, t.path is not null as valued,
        abs(zhitu_number(ev.properties #> t.path)) as said,
        coalesce(upper(trim(zhitu_text(ev.properties #> %(currency_path)s::text[]))), '') as money
    from profiles_event ev
    join (select t.event, t.cancels, string_to_array(t.value, '.') as path
          from unnest(%(events)s::text[], %(cancels)s::bool[], %(values)s::text[]) as t(event, cancels, value)) t
        on t.event = ev.name
    cross join lateral (
        select nullif(trim(zhitu_text(ev.properties #> %(order_path)s::text[])), '') as named) n
    where ev.workspace_id = %(workspace)s and ev.name = any(%(events)s) and ev.id >= %(first)s and n.named is not null
), kept as (
    insert into journeys_reviewrefund
        (workspace_id, event_id, order_key, revision, value, currency, cancels, unread)
    select %(workspace)s, id, encode(substring(sha256(convert_to("order", 'UTF8')) for 16), 'hex')::uuid, %(revision)s,
        case when said <= %(most_value)s then round(said, 4) end,
        case when money = 'RMB' then 'CNY' when money ~ '^[A-Z]{{3}}$' then money else '' end,
        cancels, valued and (said is null or said > %(most_value)s)
    from events
    on conflict (workspace_id, event_id) do nothing
)
select distinct "order" from events
""".format(order=ORDER.format(order="n.named").strip())

REFUNDS: Final = """
select order_key, value, currency, cancels, unread from journeys_reviewrefund
where workspace_id = %(workspace)s and order_key = any(%(keys)s) and revision = %(revision)s
"""
# All credits of the orders, and of the runs that have one.
CREDITS: Final = """
with named as (
    select c.enrollment_id from journeys_credit c
    where c.workspace_id = %(workspace)s and c."order" = any(%(orders)s) and c."order" <> ''
    union
    select unnest(%(runs)s::uuid[])
)
select c.id, c.enrollment_id, c.journey_id, c.goal, c."order", c.occurred_at, c.event_id, c.value, c.currency,
    e.state = 'held_out', coalesce((e.context ->> 'entered_at')::timestamptz, e.enrolled_at), c.note, c.refunded, c.odd
from named n join journeys_credit c on c.enrollment_id = n.enrollment_id join journeys_enrollment e on e.id = c.enrollment_id
"""
WRITE: Final = """
update journeys_credit c set note = u.note, counted = u.note = '', refunded = u.refunded,
    odd = string_to_array(u.odd, ',')::varchar[]
from unnest(%(ids)s::uuid[], %(notes)s::text[], %(refunded)s::numeric[], %(odd)s::text[]) as u(id, note, refunded, odd)
where c.id = u.id
"""


def read_refunds(workspace: UUID, definition: Definition, since: Any) -> list[str]:
    """Keep the refunds and cancellations since then (aware); return the orders that they name."""
    rules = definition.rules
    told = [(one, False) for one in rules.refunds] + [(one, True) for one in rules.cancellations]
    if not told:
        return []
    values = {
        "workspace": workspace,
        "first": first_id(since),
        "events": [one.event for one, _ in told],
        "cancels": [cancels for _, cancels in told],
        "values": [one.value for one, _ in told],
        "order_path": rules.order_property.split("."),
        "currency_path": rules.currency_property.split("."),
        "most_value": rules.most_value,
        "revision": definition.in_force.revision,
    }
    return [row[0] for row in rows(READ_REFUNDS, values)]


def settle(workspace: UUID, definition: Definition, orders: Collection[str], runs: Sequence[UUID]) -> list[UUID]:
    """Settle these orders, and the runs that have one; return the journeys of the credits that changed, one each.

    The caller holds the workspace's lock.
    """
    values = {"workspace": workspace, "orders": sorted(orders), "runs": list(runs)}
    known = [Row._make((*row[:-1], tuple(row[-1]))) for row in rows(CREDITS, values)]
    once = definition.rules.repeats == RepeatRule.ONCE
    verdicts = judge(known, set(orders), _backs(workspace, definition, orders), definition.rules.credit, once=once)
    changed = [row for row in known if verdicts[row.id] != Verdict(row.note, row.refunded, row.odd)]
    if changed:
        found = [verdicts[row.id] for row in changed]
        count(
            WRITE,
            {
                "ids": [row.id for row in changed],
                "notes": [one.note for one in found],
                "refunded": [one.refunded for one in found],
                "odd": [",".join(one.odd) for one in found],
            },
        )
    return [row.journey for row in changed]


def _backs(workspace: UUID, definition: Definition, orders: Collection[str]) -> dict[str, list[Back]]:
    names = {_key(order): order for order in orders}
    found: dict[str, list[Back]] = defaultdict(list)
    values = {"workspace": workspace, "keys": list(names), "revision": definition.in_force.revision}
    for key, *back in rows(REFUNDS, values):
        found[names[key]].append(Back(*back))
    return found


def _key(order: str) -> UUID:
    return UUID(bytes=hashlib.sha256(order.encode()).digest()[:16])
