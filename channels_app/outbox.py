"""The outbox's hot paths in SQL: claim, mark, settle, advance. All rows of a statement are locked in order of id."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import connection

from channels_app.ports import MessageChange

# States a journey never hears of: a message on its way out or put back.
SILENT = frozenset({"queued", "sending"})

CLAIM = """
select id, workspace_id, template_id, profile_id, enrollment_id, node, channel, purpose, address, params, policy,
       attempts, expires_at
from channels_app_message
where account_id = %s and state = 'queued' and not_before <= %s
order by not_before, id limit %s
for update skip locked
"""
MARK_SENDING = """
update channels_app_message m
set state = 'sending', attempt = g.attempt, attempted_at = %(now)s, attempts = m.attempts + %(count)s,
    updated_at = %(now)s
from unnest(%(ids)s::uuid[], %(attempts)s::uuid[]) as g(id, attempt)
where m.id = g.id and m.state in ('queued', 'sending')
"""
ORPHANS = """
select id, attempt, attempted_at, address
from channels_app_message
where account_id = %s and state = 'sending' and not_before <= %s
order by attempted_at, id limit %s
"""
LOOK_AGAIN = "update channels_app_message set not_before = %s where id = any(%s) and state = 'sending'"
NEXT_AT = """
select (select min(not_before) from channels_app_message where account_id = %(account)s and state = 'queued'),
       (select min(not_before) from channels_app_message where account_id = %(account)s and state = 'sending')
"""
# A receipt may have overtaken the answer of the call it belongs to: then only what the answer adds is written.
SETTLE = """
with given as (
    select *
    from unnest(%(ids)s::uuid[], %(attempts)s::uuid[], %(states)s::text[], %(reasons)s::text[], %(codes)s::text[],
                %(details)s::text[], %(provider_ids)s::text[], %(not_befores)s::timestamptz[], %(uncounted)s::bool[])
           as g(id, attempt, state, reason, code, detail, provider_id, not_before, uncounted)),
locked as (
    select m.id, m.state as old_state, m.state in ('queued', 'sending') as open
    from channels_app_message m join given using (id)
    where given.attempt is null or m.attempt = given.attempt
    order by m.id for update of m)
update channels_app_message m
set state = case when locked.open then given.state else m.state end,
    reason = case when locked.open then given.reason else m.reason end,
    error_code = case when locked.open then given.code else m.error_code end,
    error_detail = case when locked.open then given.detail else m.error_detail end,
    not_before = coalesce(given.not_before, m.not_before),
    attempts = greatest(m.attempts - given.uncounted::int, 0),
    provider_id = case when given.provider_id <> '' then given.provider_id else m.provider_id end,
    accepted_at = case when given.state in ('accepted', 'delivered') then coalesce(m.accepted_at, %(now)s)
                       else m.accepted_at end,
    delivered_at = case when given.state = 'delivered' then coalesce(m.delivered_at, %(now)s) else m.delivered_at end,
    updated_at = %(now)s
from locked join given using (id)
where m.id = locked.id
returning m.id, m.workspace_id, m.enrollment_id, m.journey_id, m.version_id, m.node, m.wants_outcome, locked.old_state,
          m.state, m.reason, m.error_code, m.result
"""
# The common answer: a whole call is accepted.
ACCEPT = """
with locked as (
    select m.id, m.state as old_state, m.state = 'sending' as open, given.provider_id as given_id
    from unnest(%(attempts)s::uuid[], %(provider_ids)s::text[]) as given(attempt, provider_id)
    join channels_app_message m using (attempt)
    order by m.id for update of m)
update channels_app_message m
set state = case when locked.open then 'accepted' else m.state end,
    reason = case when locked.open then '' else m.reason end,
    error_code = case when locked.open then '' else m.error_code end,
    error_detail = case when locked.open then '' else m.error_detail end,
    provider_id = locked.given_id,
    accepted_at = coalesce(m.accepted_at, %(now)s),
    updated_at = %(now)s
from locked
where m.id = locked.id
returning m.id, m.workspace_id, m.enrollment_id, m.journey_id, m.version_id, m.node, m.wants_outcome, locked.old_state,
          m.state, m.reason, m.error_code, m.result
"""
LOCK = """
select id, workspace_id, enrollment_id, journey_id, version_id, node, wants_outcome, state, state, '', '', result
from channels_app_message where id = any(%s) order by id for update
"""
ADVANCE = """
update channels_app_message m
set state = g.state,
    reason = case when g.state = 'failed' then g.reason else '' end,
    error_code = g.code,
    error_detail = g.detail,
    result = g.result,
    accepted_at = case when g.state <> 'failed' then coalesce(m.accepted_at, g.at) else m.accepted_at end,
    delivered_at = case when g.state = 'delivered' then g.at else m.delivered_at end,
    updated_at = %(now)s
from unnest(%(ids)s::uuid[], %(states)s::text[], %(reasons)s::text[], %(codes)s::text[], %(details)s::text[],
            %(ats)s::timestamptz[], %(results)s::text[])
     as g(id, state, reason, code, detail, at, result)
where m.id = g.id
"""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A queued message that is due, locked by this transaction."""

    id: UUID
    workspace_id: UUID
    template_id: UUID
    profile_id: UUID
    enrollment_id: UUID | None
    node: str
    channel: str
    purpose: str
    address: str
    params: Mapping[str, Any]
    policy: Mapping[str, Any]
    attempts: int
    expires_at: datetime | None


@dataclass(frozen=True, slots=True)
class Orphan:
    """A message whose attempt has no recorded answer."""

    id: UUID
    attempt: UUID
    attempted_at: datetime
    address: str


@dataclass(frozen=True, slots=True)
class Settlement:
    """What becomes of a queued or sending message. With `attempt`, only if that attempt is still its latest."""

    message_id: UUID
    state: str
    attempt: UUID | None = None
    reason: str = ""
    code: str = ""
    detail: str = ""
    provider_id: str = ""
    not_before: datetime | None = None
    uncounted: bool = False


@dataclass(frozen=True, slots=True)
class Advance:
    """The state a report moves a message to. The caller has locked the row and folded its state."""

    message_id: UUID
    state: str
    at: datetime
    reason: str = ""
    code: str = ""
    detail: str = ""
    result: str = ""


def claim(account_id: UUID, now: datetime, limit: int) -> list[Claimed]:
    """Lock the oldest messages that are due."""
    with connection.cursor() as cursor:
        cursor.execute(CLAIM, (account_id, now, limit))
        return [Claimed(*row[:9], *map(_json, row[9:11]), *row[11:]) for row in cursor.fetchall()]


def mark_sending(marks: Sequence[tuple[UUID, UUID]], now: datetime, *, counts: bool = True) -> None:
    """Give each (message id, attempt) its attempt; it must be committed before the provider is called."""
    if not marks:
        return
    with connection.cursor() as cursor:
        ids, attempts = _array(mark[0] for mark in marks), _array(mark[1] for mark in marks)
        cursor.execute(MARK_SENDING, {"ids": ids, "attempts": attempts, "now": now, "count": int(counts)})


def orphans(account_id: UUID, now: datetime, limit: int) -> list[Orphan]:
    """Return messages in `sending` whose turn to be looked up has come."""
    with connection.cursor() as cursor:
        cursor.execute(ORPHANS, (account_id, now, limit))
        return [Orphan(*row) for row in cursor.fetchall()]


def look_again(ids: Sequence[UUID], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(LOOK_AGAIN, (at, list(ids)))


def next_at(account_id: UUID) -> tuple[datetime | None, datetime | None]:
    """Return when the next queued message is due and when the next attempt without an answer is to be looked up."""
    with connection.cursor() as cursor:
        cursor.execute(NEXT_AT, {"account": account_id})
        queued, sending = cursor.fetchone()
        return queued, sending


def settle(settlements: Sequence[Settlement], now: datetime) -> list[MessageChange]:
    """Write what became of messages and return the changes of state that others may want to hear of."""
    if not settlements:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            SETTLE,
            {
                "ids": [s.message_id for s in settlements],
                "attempts": [s.attempt for s in settlements],
                "states": [s.state for s in settlements],
                "reasons": [s.reason for s in settlements],
                "codes": [s.code for s in settlements],
                "details": [s.detail for s in settlements],
                "provider_ids": [s.provider_id for s in settlements],
                "not_befores": [s.not_before for s in settlements],
                "uncounted": [s.uncounted for s in settlements],
                "now": now,
            },
        )
        return [_change(row, now) for row in cursor.fetchall() if row[7] != row[8] and row[8] not in SILENT]


def accept(calls: Sequence[tuple[UUID, str]], now: datetime) -> list[MessageChange]:
    """Write that the calls of these (attempt, provider's number) were accepted whole; return the changes of state."""
    if not calls:
        return []
    with connection.cursor() as cursor:
        attempts, provider_ids = [call[0] for call in calls], [call[1] for call in calls]
        cursor.execute(ACCEPT, {"attempts": attempts, "provider_ids": provider_ids, "now": now})
        return [_change(row, now) for row in cursor.fetchall() if row[7] != row[8]]


def _change(row: tuple[Any, ...], now: datetime) -> MessageChange:
    return MessageChange(*(*row[:9], now, *row[9:]))


def lock(ids: Sequence[UUID], now: datetime) -> list[tuple[UUID, MessageChange]]:
    """Lock messages and return for each the change that leaves it as it is."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, (list(ids),))
        return [(row[0], _change(row, now)) for row in cursor.fetchall()]


def advance(advances: Sequence[Advance], now: datetime) -> None:
    if not advances:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            ADVANCE,
            {
                "ids": [a.message_id for a in advances],
                "states": [a.state for a in advances],
                "reasons": [a.reason for a in advances],
                "codes": [a.code for a in advances],
                "details": [a.detail for a in advances],
                "ats": [a.at for a in advances],
                "results": [a.result for a in advances],
                "now": now,
            },
        )


def _array(ids: Iterable[UUID]) -> str:
    """Write a PostgreSQL array literal: ids need no quoting, and psycopg would quote each."""
    return "{" + ",".join(map(str, ids)) + "}"


def _json(value: Any) -> Any:
    """Read jsonb: Django tells psycopg to hand it over as text."""
    return orjson.loads(value) if isinstance(value, str | bytes) else value
