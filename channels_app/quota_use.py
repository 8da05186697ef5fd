"""How much of each quota is used: over people for what one person may get, over accounts for what one may send.

A look at the present for operators. What is sent is judged by `channels_app.judging`, one person at a time.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from channels_app.policy.counting import most_of, window_of
from channels_app.policy.hours import SHANGHAI
from channels_app.policy.rules.account_limits import ACCOUNT_LIMITS, AccountLimit
from channels_app.policy.rules.counts import QUOTAS, WINDOWS, CountRule, WindowRule
from channels_app.usage import own_rules
from workspaces.models.base import first_id

# A message may have waited so long before it left: what left lately is looked for among what was requested since.
LONGEST_WAIT = timedelta(days=1)
CLOSES_SOON = timedelta(hours=1)
PEAK_OF = timedelta(minutes=5)

# As `channels_app.usage.PAST`, over everybody: what may have reached a person, and each dialling of a call.
COUNTED = """
select count(*), coalesce(sum(n), 0), coalesce(max(n), 0),
       count(*) filter (where n >= %(most)s), count(*) filter (where n = %(most)s - 1)
from (
    select profile_id, count(*) as n from (
        select m.profile_id, t.tags, m.attempted_at as at
        from channels_app_message m join channels_app_template t on t.id = m.template_id
        where m.workspace_id = %(workspace)s and m.id >= %(first)s and m.attempted_at > %(since)s
          and (%(channels)s::text[] = '{}' or m.channel = any(%(channels)s::text[]))
          and (%(purposes)s::text[] = '{}' or m.purpose = any(%(purposes)s::text[]))
          and (m.state in ('sending', 'accepted', 'delivered', 'read', 'clicked', 'replied', 'unknown')
               or (m.state = 'failed' and m.accepted_at is not null))
        union all
        select m.profile_id, t.tags, c.reported_at
        from channels_app_message m join channels_app_template t on t.id = m.template_id
        join channels_app_calltry c on c.message_id = m.id and c.attempt is distinct from m.attempt
        where m.workspace_id = %(workspace)s and m.id >= %(first)s and c.reported_at > %(since)s
          and (%(channels)s::text[] = '{}' or m.channel = any(%(channels)s::text[])) and m.channel = 'call'
          and (%(purposes)s::text[] = '{}' or m.purpose = any(%(purposes)s::text[]))
    ) past
    where %(tags)s::text[] = '{}'
       or exists (select from jsonb_array_elements_text(tags) tag where tag = any(%(tags)s::text[]))
    group by profile_id
) people
"""
OPEN_WINDOWS = """
select count(*), count(*) filter (where sent < %(most)s), count(*) filter (where at <= %(closing)s and sent < %(most)s)
from (
    select i.at, (
        select count(*) from channels_app_message m
        where m.account_id = i.account_id and m.address = i.address and m.channel = %(channel)s
          and m.attempted_at >= i.at
          and m.state in ('sending', 'accepted', 'delivered', 'read', 'clicked', 'replied', 'unknown')
    ) as sent
    from channels_app_interaction i
    where i.workspace_id = %(workspace)s and i.kind = %(kind)s and i.at > %(since)s and i.at <= %(now)s
) opened
"""
CREDITS = """
select b.account_id, b.template_code, coalesce(max(t.name), ''),
       count(*) filter (where balance > 0), count(*) filter (where balance = 1),
       sum(greatest(balance, 0)), sum(granted), sum(used)
from (
    select account_id, template_code, address, sum(change) as balance,
           sum(greatest(change, 0)) as granted, -sum(least(change, 0)) as used
    from channels_app_creditentry where workspace_id = %(workspace)s group by 1, 2, 3
) b
left join channels_app_template t on t.account_id = b.account_id and t.provider_code = b.template_code
group by 1, 2 order by 1, 2
"""
PEAKS = """
select account_id, max(n), sum(n) from (
    select account_id, date_trunc('second', attempted_at), count(*) as n from channels_app_message
    where workspace_id = %(workspace)s and id >= %(first)s and attempted_at > %(since)s group by 1, 2
) seconds group by 1
"""
TODAY = """
select account_id, count(*) from channels_app_message
where workspace_id = %(workspace)s and id >= %(first)s and attempted_at >= %(since)s and channel = %(channel)s
group by 1
"""


@dataclass(frozen=True, slots=True)
class PeopleUse:
    """A rule that counts messages to one person. `full` people get none more now, `nearly` only one more."""

    rule: CountRule
    most: int
    ends_at: datetime | None
    people: int
    messages: int
    highest: int
    full: int
    nearly: int


@dataclass(frozen=True, slots=True)
class WindowUse:
    """Windows that people hold open: all, those with room for a message, and of these those that close in an hour."""

    rule: WindowRule
    open: int
    with_room: int
    closing: int


@dataclass(frozen=True, slots=True)
class CreditUse:
    """Permissions for one template: people with any, people with one only, and how many there are and were."""

    account: UUID
    template_code: str
    template_name: str
    people: int
    last_one: int
    left: int
    granted: int
    used: int


@dataclass(frozen=True, slots=True)
class RateUse:
    """The busiest second of an account in the last five minutes, and what it sent in them."""

    account: UUID
    peak: int
    sent: int


@dataclass(frozen=True, slots=True)
class DailyUse:
    account: UUID
    limit: AccountLimit
    sent: int


def people_use(workspace_id: UUID, now: datetime) -> list[PeopleUse]:
    """Return what people have got of the shipped quotas and the workspace's own caps. Raises InvalidRules."""
    return [_counted(rule, workspace_id, now) for rule in (*QUOTAS, *own_rules(workspace_id).caps)]


def _counted(rule: CountRule, workspace_id: UUID, now: datetime) -> PeopleUse:
    since, ends_at = window_of(rule, now)
    most = most_of(rule, now)
    ((people, messages, highest, full, nearly),) = _rows(
        COUNTED,
        workspace=workspace_id,
        first=first_id(since - LONGEST_WAIT),
        since=since,
        most=most,
        channels=list(rule.channels),
        purposes=list(rule.purposes),
        tags=list(rule.tags),
    )
    return PeopleUse(rule, most, ends_at, people, int(messages), highest, full, nearly)


def window_use(workspace_id: UUID, now: datetime) -> list[WindowUse]:
    """Return the windows that people have opened by turning to an account."""
    found = []
    for rule in WINDOWS:
        ((opened, with_room, closing),) = _rows(
            OPEN_WINDOWS,
            workspace=workspace_id,
            kind=rule.kind,
            channel=rule.channel,
            most=rule.most,
            since=now - rule.lasts,
            closing=now - rule.lasts + CLOSES_SOON,
            now=now,
        )
        found.append(WindowUse(rule, opened, with_room, closing))
    return found


def credit_use(workspace_id: UUID) -> list[CreditUse]:
    """Return the ledger of permissions by template."""
    return [
        CreditUse(account, code, name, people, last_one, int(left), int(granted), int(used))
        for account, code, name, people, last_one, left, granted, used in _rows(CREDITS, workspace=workspace_id)
    ]


def rate_use(workspace_id: UUID, now: datetime) -> list[RateUse]:
    """Return how fast each account that has sent in the last five minutes was at its fastest."""
    rows = _rows(PEAKS, workspace=workspace_id, first=first_id(now - LONGEST_WAIT), since=now - PEAK_OF)
    return [RateUse(account, peak, int(sent)) for account, peak, sent in rows]


def daily_use(workspace_id: UUID, now: datetime) -> list[DailyUse]:
    """Return what accounts have used today, in Shanghai, of what their vendor allows them in a day."""
    midnight = now.astimezone(SHANGHAI).replace(hour=0, minute=0, second=0, microsecond=0)
    values = {"workspace": workspace_id, "first": first_id(midnight - LONGEST_WAIT), "since": midnight}
    return [
        DailyUse(account, limit, sent)
        for limit in ACCOUNT_LIMITS
        for account, sent in _rows(TODAY, **values, channel=limit.channel)
    ]


def _rows(statement: str, **values: Any) -> list[tuple[Any, ...]]:
    named: Mapping[str, Any] = values
    with connection.cursor() as cursor:
        cursor.execute(statement, named)
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows
