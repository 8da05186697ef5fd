"""Assumptions taken from what has happened in this workspace: who came into journeys, and what became of messages."""

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from journeys.engine.nodes.send import PROGRESS, SendConfig
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan, listens
from journeys.forecast.request import AssumedEvent, AssumedReceipt, ForecastRequest
from journeys.store.postgres import query

# Older than that says little about now; and no more people than a second or two can look at.
MEMORY = timedelta(days=365)
MOST_RUNS = 20_000

# Of the runs that began long enough ago: how many had the event within the window after their entry, and when.
AFTER_ENTRY = """
with run as (
    select e.profile_id, e.enrolled_at, e.context ->> 'entry_ref' as entry_ref from journeys_enrollment e
    where e.workspace_id = %(workspace)s and e.journey_id = any(%(journeys)s::uuid[])
      and e.enrolled_at > %(start)s::timestamptz - %(memory)s::interval
      and e.enrolled_at <= %(start)s::timestamptz - %(window)s::interval
    order by e.id desc limit %(most)s
), first as (
    select run.profile_id, (
        select min(v.occurred_at) - run.enrolled_at from profiles_event v
        where v.profile_id = run.profile_id and v.name = %(name)s and v.occurred_at >= run.enrolled_at
          and v.occurred_at < run.enrolled_at + %(window)s::interval and v.id::text is distinct from run.entry_ref
    ) as after from run
)
select count(*) as runs, count(after) as had,
    extract(epoch from percentile_cont(0.1) within group (order by after))::float8 as early,
    extract(epoch from percentile_cont(0.9) within group (order by after))::float8 as late from first
"""
# Where nobody has come in yet: how many of all people had the event in as long a time before the start.
AMONG_ALL = """
select count(*) as runs, count(*) filter (where exists (
    select 1 from profiles_event v where v.profile_id = p.id and v.name = %(name)s
      and v.occurred_at >= %(start)s::timestamptz - %(window)s::interval and v.occurred_at < %(start)s::timestamptz
)) as had, 0::float8 as early, extract(epoch from %(window)s::interval)::float8 as late
from profiles_profile p where p.workspace_id = %(workspace)s
"""
JOURNEYS = """
select j.id::text as id, j.id::text = %(journey)s as own from journeys_journey j
where j.workspace_id = %(workspace)s and exists (
    select 1 from journeys_enrollment e where e.journey_id = j.id
      and e.enrolled_at > %(start)s::timestamptz - %(memory)s::interval
      and e.enrolled_at <= %(start)s::timestamptz - %(window)s::interval
)
"""
# Of the messages that were accepted, and those that were lost: what each came to, and how long after it was sent.
MESSAGES = """
select m.channel, m.state, count(*) as count,
    extract(epoch from percentile_cont(0.5) within group (
        order by coalesce(m.delivered_at, m.updated_at) - coalesce(m.attempted_at, m.requested_at)
    ))::float8 as after
from channels_app_message m
where m.workspace_id = %(workspace)s and m.channel = any(%(channels)s) and m.requested_at > %(start)s::timestamptz - %(memory)s::interval
  and m.requested_at <= %(start)s::timestamptz and m.state = any(%(states)s)
group by m.channel, m.state
"""
LOST_STATES = ("failed", "expired", "unknown")


def taken_from_past(workspace: UUID, plan: Plan, request: ForecastRequest) -> ForecastRequest:
    """Assume of every event and channel that the request says nothing of what the past suggests.

    An event's share is that of the people who had it within the forecast's length after their entry: into this journey,
    else into any, else (nobody has ever come in) of all people in as long a time before the start. An event that never
    happened, and a channel without messages, stay without an assumption.
    """
    values = {
        "workspace": workspace,
        "journey": plan.journey,
        "start": request.began,
        "window": timedelta(days=request.days),
        "memory": MEMORY,
        "most": MOST_RUNS,
    }
    given = request.assumptions
    named = {event.name for event in given.events}
    events = [*given.events, *_events(plan, named, values)]
    spoken_of = {receipt.channel for receipt in given.of_messages}
    receipts = [*given.receipts, *receipts_of(workspace, plan, request.began, but=spoken_of)]
    return request.model_copy(
        update={"assumptions": given.model_copy(update={"events": events, "receipts": receipts}), "from_past": False}
    )


def receipts_of(workspace: UUID, plan: Plan, until: datetime, *, but: Collection[str] = ()) -> Sequence[AssumedReceipt]:
    """The shares in which the messages of the plan's channels ended in the year before `until`; not those of `but`."""
    used = {node.config.channel for node in plan.nodes.values() if isinstance(node.config, SendConfig)}
    values = {"workspace": workspace, "start": until, "memory": MEMORY}
    return list(_receipts(sorted(used - set(but)), values))


def _events(plan: Plan, given: set[str], values: dict[str, Any]) -> Iterator[AssumedEvent]:
    trigger = plan.nodes[plan.trigger].config
    wanted = set(listens(plan))
    if isinstance(trigger, TriggerConfig) and trigger.event and trigger.event not in given:
        # Nobody is in before it, so all are asked who may come.
        yield from _event(trigger.event, query(AMONG_ALL, values | {"name": trigger.event})[0])
        wanted.discard(trigger.event)
    journeys = query(JOURNEYS, values)
    own = [row["id"] for row in journeys if row["own"]] or [row["id"] for row in journeys]
    statement = AFTER_ENTRY if own else AMONG_ALL
    for name in sorted(wanted - given):
        yield from _event(name, query(statement, values | {"name": name, "journeys": own})[0])


def _event(name: str, row: dict[str, Any]) -> Iterator[AssumedEvent]:
    if row["had"]:
        early, late = int(row["early"]), int(row["late"])
        within = f"PT{late - early}S" if late > early else None
        yield AssumedEvent(name=name, probability=row["had"] / row["runs"], after=f"PT{early}S", within=within)


def _receipts(channels: Sequence[str], values: dict[str, Any]) -> Iterator[AssumedReceipt]:
    rows = query(MESSAGES, values | {"channels": channels, "states": [*PROGRESS, *LOST_STATES]})
    for channel in channels:
        found = {row["state"]: row for row in rows if row["channel"] == channel}
        total = sum(row["count"] for row in found.values())
        if not total:
            continue
        for place, state in enumerate(PROGRESS):
            # Who has read it had it delivered.
            reached = [found[later] for later in PROGRESS[place:] if later in found]
            count = sum(row["count"] for row in reached)
            if count and state != "accepted":
                yield _receipt(channel, state, count / total, found.get(state, reached[0])["after"])
        for state in LOST_STATES:
            if state in found:
                yield _receipt(channel, state, found[state]["count"] / total, found[state]["after"])


def _receipt(channel: str, outcome: Any, probability: float, after: float) -> AssumedReceipt:
    return AssumedReceipt(channel=channel, outcome=outcome, probability=probability, after=f"PT{max(int(after), 0)}S")
