"""`make bench-segments`: counting three typical rules over a whole workspace, against SQL written by hand.

Sizes: N people with 10 events each, RUNS runs of each side. docs/benchmarks.md says what is measured and how.
"""

import statistics
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

from bench.harness.report import Bound, report, say, size
from bench.harness.stack import stack

if TYPE_CHECKING:
    from workspaces.models import Workspace

BOUNDS = {"worst_over_sql": Bound(most=1.5), "worst_s": Bound(most=3)}
EVENTS_EACH = 10

# Of 13 cities the first is the largest; one in 20 is gold; one in 10 has a tag.
PEOPLE = """
insert into profiles_profile (id, workspace_id, attributes, tags, created_at, updated_at)
select ('01900000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, %(workspace)s,
    jsonb_build_object(
        'city', (array['上海','北京','深圳','广州','成都','杭州','重庆','武汉','苏州','西安','南京','天津','青岛'])
            [1 + floor(13 * power(random(), 2))::int],
        'level', case when random() < 0.05 then 'gold' when random() < 0.2 then 'silver' else 'basic' end,
        'age', 16 + floor(60 * random())::int, 'name', '客户' || n,
        'member_since', to_char(%(now)s - random() * interval '2000 days', 'YYYY-MM-DD')),
    case when random() < 0.1 then '{"vip": null}'::jsonb else '{}'::jsonb end, %(now)s, %(now)s
from generate_series(1, %(people)s) n
"""
# The cube of chance: a tenth of the people do nearly half of everything. Six views and opens to each order.
EVENTS = """
insert into profiles_event (id, workspace_id, event_id, profile_id, name, occurred_at, received_at, properties)
select ('01900000-0000-7000-9000-' || lpad(to_hex(n), 12, '0'))::uuid, %(workspace)s, 'e' || n,
    ('01900000-0000-7000-8000-' || lpad(to_hex(1 + floor(%(people)s * power(who, 3))::bigint), 12, '0'))::uuid,
    case when kind < 0.45 then 'page_viewed' when kind < 0.65 then 'app_opened' when kind < 0.80 then 'product_viewed'
        when kind < 0.90 then 'cart_added' when kind < 0.985 then 'order_paid' else 'order_refunded' end,
    at, at, jsonb_build_object('amount', round((20 + 380 * power(money, 2))::numeric, 2), 'sku', 'S' || (n %% 5000))
from (select n, random() as who, random() as kind, random() as money, %(now)s - random() * interval '365 days' as at
      from generate_series(1, %(events)s) n) drawn
"""

CITY = {"op": "attribute", "key": "city", "cmp": "in", "value": ["上海", "杭州"]}
BIG = [{"key": "amount", "cmp": "gte", "value": 100}]
RULES: dict[str, tuple[dict[str, Any], str]] = {
    "attribute and event window": (
        {
            "op": "and",
            "args": [CITY, {"op": "event", "name": "order_paid", "where": BIG, "cmp": "gte", "value": 2, "within": "P30D"}],
        },
        """
        select count(*) from profiles_profile p
        join (select profile_id from profiles_event
              where workspace_id = %(workspace)s and name = 'order_paid' and occurred_at > %(now)s - interval '30 days'
                and occurred_at <= %(now)s and (properties ->> 'amount')::numeric >= 100
              group by profile_id having count(*) >= 2) e on e.profile_id = p.id
        where p.workspace_id = %(workspace)s and p.attributes ->> 'city' in ('上海', '杭州')
        """,
    ),
    "sequence": (
        {
            "op": "sequence",
            "steps": [{"name": "cart_added"}, {"name": "order_paid", "within": "P3D"}],
            "absent": {"name": "order_refunded", "within": "P30D"},
        },
        """
        select count(distinct a.profile_id) from profiles_event a
        where a.workspace_id = %(workspace)s and a.name = 'cart_added' and a.occurred_at <= %(now)s and exists (
            select 1 from profiles_event b
            where b.workspace_id = %(workspace)s and b.profile_id = a.profile_id and b.name = 'order_paid'
                and (b.occurred_at, b.id) > (a.occurred_at, a.id) and b.occurred_at <= %(now)s
                and b.occurred_at < a.occurred_at + interval '3 days' and not exists (
                    select 1 from profiles_event c
                    where c.workspace_id = %(workspace)s and c.profile_id = b.profile_id and c.name = 'order_refunded'
                        and (c.occurred_at, c.id) > (b.occurred_at, b.id) and c.occurred_at <= %(now)s
                        and c.occurred_at < b.occurred_at + interval '30 days'))
        """,
    ),
    "nested and, or, not": (
        {
            "op": "and",
            "args": [
                {"op": "attribute", "key": "age", "cmp": "gte", "value": 18},
                {
                    "op": "or",
                    "args": [
                        {
                            "op": "and",
                            "args": [
                                {"op": "attribute", "key": "level", "cmp": "eq", "value": "gold"},
                                {"op": "event", "name": "app_opened", "within": "P7D"},
                            ],
                        },
                        {"op": "event", "name": "order_paid", "agg": "sum", "property": "amount", "cmp": "gte",
                         "value": 1000, "within": "P90D"},
                        {"op": "tag", "key": "vip"},
                    ],
                },
                {"op": "not", "arg": {"op": "event", "name": "order_refunded", "within": "P180D"}},
            ],
        },
        """
        select count(*) from profiles_profile p
        left join (select distinct profile_id from profiles_event
                   where workspace_id = %(workspace)s and name = 'app_opened' and occurred_at <= %(now)s
                     and occurred_at > %(now)s - interval '7 days') o on o.profile_id = p.id
        left join (select profile_id from profiles_event
                   where workspace_id = %(workspace)s and name = 'order_paid' and occurred_at <= %(now)s
                     and occurred_at > %(now)s - interval '90 days'
                   group by profile_id having sum((properties ->> 'amount')::numeric) >= 1000) s on s.profile_id = p.id
        where p.workspace_id = %(workspace)s and (p.attributes ->> 'age')::numeric >= 18
            and ((p.attributes ->> 'level' = 'gold' and o.profile_id is not null) or s.profile_id is not null
                 or p.tags ? 'vip')
            and not exists (select 1 from profiles_event r where r.profile_id = p.id and r.workspace_id = %(workspace)s
                and r.name = 'order_refunded' and r.occurred_at <= %(now)s
                and r.occurred_at > %(now)s - interval '180 days')
        """,
    ),
}  # fmt: skip


def main() -> None:
    with stack():
        measure(size("N", 1_000_000), size("RUNS", 5))


def measure(people: int, runs: int) -> None:
    from profiles.rule_questions import count
    from profiles.rules.codec import parse_rule
    from workspaces.models import Workspace

    workspace = Workspace.objects.create(slug="bench", name="Bench")
    now = datetime.now(UTC)
    fill(workspace, people, now)
    ratios, seconds = [], []
    for name, (rule, by_hand) in RULES.items():
        parsed = parse_rule(rule)
        ours, hand = alternate(partial(count, workspace, parsed, now), partial(ask, by_hand, workspace, now), runs)
        ratios.append(ours / hand)
        seconds.append(ours)
        say(f"{name}: {ours:.2f} s, by hand {hand:.2f} s, ratio {ours / hand:.2f}")
    report("segments", {"worst_over_sql": max(ratios), "worst_s": max(seconds), "people": people}, BOUNDS)


def fill(workspace: "Workspace", people: int, now: datetime) -> None:
    """Store people and events, with the indexes made afterwards, as a load of this size does."""
    from django.db import connection

    began = time.monotonic()
    values: dict[str, Any] = {"workspace": workspace.pk, "people": people, "events": people * EVENTS_EACH, "now": now}
    with connection.cursor() as cursor:
        cursor.execute("select setseed(0.42)")
        cursor.execute(PEOPLE, values)
        cursor.execute(
            "select indexname, indexdef from pg_indexes where indexname in ('event_of_person', 'event_by_name')"
        )
        indexes = cursor.fetchall()
        for name, _ in indexes:
            cursor.execute(f"drop index {name}")
        cursor.execute(EVENTS, values)
        for _, definition in indexes:
            # Of a partitioned table's index the catalogue tells a definition that leaves its partitions out.
            cursor.execute(definition.replace(" ON ONLY ", " ON "))
        cursor.execute("vacuum analyze profiles_profile")
        cursor.execute("vacuum analyze profiles_event")
    say(f"{people} people and {people * EVENTS_EACH} events in {time.monotonic() - began:.0f} s")


def ask(statement: str, workspace: "Workspace", now: datetime) -> int:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement, {"workspace": workspace.pk, "now": now})
        return int(cursor.fetchone()[0])


def alternate(ours: Callable[[], int], by_hand: Callable[[], int], runs: int) -> Sequence[float]:
    """The median seconds of each, in turns, one first and then the other. Raises RuntimeError if they disagree."""
    took: dict[Callable[[], int], list[float]] = {ours: [], by_hand: []}
    for run in range(runs + 1):
        answers = set()
        for side in (ours, by_hand) if run % 2 else (by_hand, ours):
            began = time.monotonic()
            answers.add(side())
            if run:  # The first fills the caches.
                took[side].append(time.monotonic() - began)
        if len(answers) > 1:
            raise RuntimeError(f"The counts differ: {answers}.")
    return [statistics.median(one) for one in took.values()]


if __name__ == "__main__":
    main()
