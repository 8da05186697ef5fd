"""Which events met which goal, in SQL: what `journeys.engine.step` decides one by one, for many runs at once.

Filters are compiled by the one compiler of rules, and each event is judged as of itself, as the engine judges it.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final, NamedTuple

from journeys.engine.graph import Goal
from journeys.review.credits.amounts import CURRENCY, MONEY, VALUE, rule_values
from journeys.review.credits.definition import Definition
from journeys.review.credits.judging import OF_REFUNDS
from profiles.rule_leaves.comparisons import at_path, comparison
from profiles.rule_leaves.sql import Sql, joined
from profiles.rules.durations import parse
from profiles.rules.moments import DEFAULT_ZONE

# An event that arrives during a run and says that it happened so little before it is shown as one; older is history.
BEFORE_ENTRY: Final = timedelta(days=1)
# Clocks of senders differ by seconds; what is ahead by more is worth a word.
AHEAD: Final = timedelta(minutes=1)

# What an order is called. Numbers longer than the column are told apart by their hash.
ORDER: Final = """
case when length({order}) > 200 then '#' || encode(sha256(convert_to({order}, 'UTF8')), 'hex') else {order} end
"""

# Runs of people who were erased keep what was computed while their events still said something.
RUNS: Final = """
runs as (
    select e.id, e.workspace_id, e.journey_id, e.version_id, e.profile_id, e.enrolled_at, e.properties,
        coalesce((e.context ->> 'entered_at')::timestamptz, e.enrolled_at) as began,
        e.context ->> 'entry_ref' as entry_ref, string_to_array(k.key, '.') as key,
        p.id is not null as known
    from journeys_enrollment e left join profiles_profile p on p.id = e.profile_id
    left join unnest(%(key_versions)s::uuid[], %(key_names)s::text[]) as k(version_id, key)
        on k.version_id = e.version_id
    where e.id = any(%(runs)s::uuid[])
)
"""

# An event of a keyed journey that names another run's key is that run's; one that names none concerns all of them.
# Values are one key if they are one value in rules (`zhitu_scalar`), as in `journeys.engine.correlation`.
MET_BY_EVENT: Final = """
select r.id as enrollment_id, r.workspace_id, r.journey_id, r.version_id, r.profile_id, %(goal{n})s::text as goal,
    ev.id as event_id, ev.properties, t.at, ev.occurred_at > ev.received_at + %(ahead)s::interval as ahead,
    t.at < r.began as early, %(value{n})s::text[] as value_path
from runs r
join profiles_event ev on ev.profile_id = r.profile_id and ev.workspace_id = r.workspace_id
cross join lateral (select least(ev.occurred_at, ev.received_at) as at) t
where r.known and ev.name = %(event{n})s and ev.occurred_at >= r.began - %(before)s::interval
    and (t.at >= r.began or ev.received_at >= r.enrolled_at)
    and (%(window{n})s::float8 is null or t.at < r.enrolled_at + make_interval(secs => %(window{n})s::float8))
    and r.entry_ref is distinct from ev.id::text
    and (r.key is null or coalesce(zhitu_text(ev.properties #> r.key), '') = ''
        or zhitu_scalar(ev.properties #> r.key) = zhitu_scalar(r.properties #> r.key))
    and {where}
"""

# Goal nodes that were passed are in the log once for each time, and in its projection once for a run. Where an event has met
# the goal of the node, the two say the same.
FOUND: Final = """
met as ({met}),
read as (
    select m.*, zhitu_number(m.properties #> m.value_path) as said,
        nullif(trim(zhitu_text(m.properties #> %(order_path)s::text[])), '') as named,
        {money} as money
    from met m
),
found as (
    select enrollment_id, workspace_id, journey_id, version_id, profile_id, goal, event_id,
        coalesce({order}, 'event:' || event_id) as "order", at as occurred_at,
        {value} as value, {currency} as currency,
        case when early then 'before_entry' else '' end as note,
        array_remove(array[
            case when value_path is not null and said is null then 'no_value' end,
            case when said < 0 then 'negative_value' end,
            case when said > %(most_value)s then 'absurd_value' end,
            case when money <> 'RMB' and money !~ '^[A-Z]{{3}}$' then 'odd_currency' end,
            case when ahead then 'clock_ahead' end
        ], null)::varchar[] as odd
    from read
    union all
    select r.id, r.workspace_id, r.journey_id, r.version_id, r.profile_id, c.goal, null, '', c.occurred_at,
        null, %(currency)s, '', '{{}}'::varchar[]
    from runs r join journeys_conversion c on c.enrollment_id = r.id and c.event_id is null
    where r.known and c.goal = any(%(goals)s)
        and not exists (select 1 from read m where m.enrollment_id = r.id and m.goal = c.goal and not m.early)
    union all
    select r.id, r.workspace_id, r.journey_id, r.version_id, r.profile_id, c.goal, c.event_id, '', c.occurred_at,
        case when c.value >= 0 and c.value <= %(most_value)s then c.value end, %(currency)s, '', '{{erased}}'::varchar[]
    from runs r join journeys_conversion c on c.enrollment_id = r.id
    where not r.known and c.goal = any(%(goals)s)
        and not exists (select 1 from journeys_credit o where o.enrollment_id = r.id)
)
"""

# Of an event that is gone (retention took it), and of a person who is, the credit stays as it was last computed.
STORED: Final = """
stale as (
    select c.id, c.event_id from journeys_credit c join runs r on r.id = c.enrollment_id
    where r.known and c.goal = any(%(goals)s)
        and not exists (select 1 from found f where f.enrollment_id = c.enrollment_id and f.goal = c.goal
            and f.event_id is not distinct from c.event_id)
),
gone as (
    delete from journeys_credit c using (
        select s.id from stale s
        -- One by one, and never as a set of all events.
        left join lateral (select ev.id from profiles_event ev where ev.id = s.event_id limit 1) t on true
        where s.event_id is null or t.id is not null
        union all
        select c.id from journeys_credit c join runs r on r.id = c.enrollment_id where c.goal <> all(%(goals)s)) s
    where c.id = s.id
    returning c.id
),
stored as (
    insert into journeys_credit as c (id, workspace_id, journey_id, version_id, enrollment_id, profile_id, goal,
        event_id, "order", occurred_at, value, refunded, currency, counted, note, odd)
    select gen_random_uuid(), workspace_id, journey_id, version_id, enrollment_id, profile_id, goal,
        event_id, "order", occurred_at, value, 0, currency, note = '', note, odd
    from found
    on conflict (enrollment_id, goal, event_id) do update set version_id = excluded.version_id,
        profile_id = excluded.profile_id, "order" = excluded."order", occurred_at = excluded.occurred_at,
        value = excluded.value, currency = excluded.currency,
        note = case when 'before_entry' in (c.note, excluded.note) then excluded.note else c.note end,
        odd = excluded.odd || array(select o from unnest(c.odd) o where o = any(%(of_refunds)s))::varchar[]
    where (c.version_id, c.profile_id, c."order", c.occurred_at, c.value, c.currency, c.note = 'before_entry')
            is distinct from (excluded.version_id, excluded.profile_id, excluded."order", excluded.occurred_at,
                excluded.value, excluded.currency, excluded.note = 'before_entry')
        or array(select o from unnest(c.odd) o where o <> all(%(of_refunds)s))::varchar[] <> excluded.odd
    returning c.id
)
select (select count(*) from gone) + (select count(*) from stored)
"""


class Statement(NamedTuple):
    text: str
    values: Mapping[str, Any]


def statement(definition: Definition) -> Statement:
    """Compute and store the credits of the runs `%(runs)s`; returns how many rows changed."""
    rules = definition.rules
    values: dict[str, Any] = {
        "key_versions": [str(version) for version in definition.keys],
        "key_names": list(definition.keys.values()),
        "goals": [goal.id for goal in definition.goals],
        "order_path": rules.order_property.split("."),
        **rule_values(rules),
        "ahead": AHEAD,
        "before": BEFORE_ENTRY,
        "of_refunds": list(OF_REFUNDS),
    }
    branches = [_branch(n, goal, values) for n, goal in enumerate(definition.goals) if goal.event]
    found = FOUND.format(
        met="\nunion all".join(branches) or NOTHING,
        order=ORDER.format(order="named").strip(),
        money=MONEY.format(properties="m.properties"),
        value=VALUE.format(said="said"),
        currency=CURRENCY.format(money="money"),
    )
    return Statement(f"with {RUNS}, {found}, {STORED}", values)


# The shape of MET_BY_EVENT.
NOTHING: Final = """
select r.id as enrollment_id, r.workspace_id, r.journey_id, r.version_id, r.profile_id, ''::text as goal,
    r.id as event_id, '{}'::jsonb as properties, r.began as at, false as ahead, false as early,
    null::text[] as value_path
from runs r where false
"""


def _branch(n: int, goal: Goal, values: dict[str, Any]) -> str:
    values |= {
        f"goal{n}": goal.id,
        f"event{n}": goal.event,
        f"value{n}": goal.value.split(".") if goal.value else None,
        f"window{n}": parse(goal.window).fixed.total_seconds() if goal.window else None,
    }
    where = joined(
        (
            comparison(at_path("ev.properties", one.key), one.cmp, one.value, Sql("t.at"), Sql(f"'{DEFAULT_ZONE.key}'"))
            for one in goal.where
        ),
        " and ",
        "true",
    )
    return MET_BY_EVENT.format(n=n, where=_named(where, f"where{n}_", values))


def _named(piece: Sql, prefix: str, values: dict[str, Any]) -> str:
    """The piece with a name for each of its values: a statement has names or places, not both."""
    head, *rest = piece.text.split("%s")
    names = [f"{prefix}{place}" for place in range(len(rest))]
    values |= dict(zip(names, piece.params, strict=True))
    return head + "".join(f"%({name})s{text}" for name, text in zip(names, rest, strict=True))
