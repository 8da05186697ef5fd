"""The outbox's hot paths: claim, mark, settle, advance."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from channels_app import outbox_sql as sql
from channels_app.jsonb import decoded
from channels_app.ports import MessageChange
from channels_app.providers.base import Open
from workspaces.arrays import array_of

# States a journey never hears of: a message on its way out or put back.
SILENT = frozenset({"queued", "sending"})
NO_COSTS: Mapping[UUID, Decimal] = {}


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
    policy: str  # JSON, the same text for everybody at a node
    attempts: int
    expires_at: datetime | None
    repeat_until: datetime | None


@dataclass(frozen=True, slots=True)
class Orphan:
    """A message whose attempt has no recorded answer."""

    id: UUID
    attempt: UUID
    attempted_at: datetime
    address: str
    channel: str
    template_id: UUID
    purpose: str
    params: Mapping[str, Any]


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


def claim(account_id: UUID, now: datetime, limit: int, stopped: Collection[str] = ()) -> list[Claimed]:
    """Lock messages that are due: of higher priority first, then the oldest. Channels in `stopped` keep theirs."""
    values: dict[str, Any] = {"account": account_id, "now": now, "limit": limit, "stopped": list(stopped)}
    with connection.cursor() as cursor:
        cursor.execute(sql.CLAIM, values)
        return [Claimed(*(*row[:9], decoded(row[9]), *row[10:])) for row in cursor.fetchall()]


def mark_sending(
    marks: Sequence[tuple[UUID, UUID]], now: datetime, *, counts: bool = True, costs: Mapping[UUID, Decimal] = NO_COSTS
) -> None:
    """Give each (message id, attempt) its attempt; it must be committed before the provider is called."""
    if not marks:
        return
    with connection.cursor() as cursor:
        ids, attempts = array_of(mark[0] for mark in marks), array_of(mark[1] for mark in marks)
        values = {"ids": ids, "attempts": attempts, "costs": array_of(costs.get(mark[0]) for mark in marks)}
        cursor.execute(sql.MARK_SENDING, {**values, "now": now, "count": int(counts)})


def orphans(account_id: UUID, now: datetime, limit: int) -> list[Orphan]:
    """Return messages in `sending` whose turn to be looked up has come."""
    with connection.cursor() as cursor:
        cursor.execute(sql.ORPHANS, (account_id, now, limit))
        return [Orphan(*(*row[:7], decoded(row[7]))) for row in cursor.fetchall()]


def look_again(ids: Sequence[UUID], at: datetime) -> None:
    with connection.cursor() as cursor:
        cursor.execute(sql.LOOK_AGAIN, (at, list(ids)))


def repeat(ids: Sequence[UUID], at: datetime, known_for: timedelta) -> None:
    """Queue attempts without an answer again, at a provider that knows a message's id for `known_for`."""
    with connection.cursor() as cursor:
        values: dict[str, Any] = {"ids": list(ids), "at": at, "known_for": known_for}
        cursor.execute(sql.REPEAT, values)


def open_messages(account_id: UUID, since: datetime, after: UUID | None, limit: int) -> list[Open]:
    """Return accepted messages whose end must be asked for, in order of id."""
    with connection.cursor() as cursor:
        cursor.execute(sql.OPEN, {"account": account_id, "since": since, "after": after, "limit": limit})
        return [Open(*row) for row in cursor.fetchall()]


class NextAt(NamedTuple):
    """When the next queued message is due, the next attempt without an answer looked up, and since when one is open."""

    queued: datetime | None
    sending: datetime | None
    open_since: datetime | None


def next_at(account_id: UUID, stopped: Collection[str], polled_since: datetime) -> NextAt:
    with connection.cursor() as cursor:
        cursor.execute(sql.NEXT_AT, {"account": account_id, "stopped": list(stopped), "polled_since": polled_since})
        return NextAt(*cursor.fetchone())


def settle(settlements: Sequence[Settlement], now: datetime, *, polls: bool = False) -> list[MessageChange]:
    """Write what became of messages and return the changes of state that others may want to hear of."""
    if not settlements:
        return []
    with connection.cursor() as cursor:
        cursor.execute(
            sql.SETTLE,
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
                "polls": polls,
                "now": now,
            },
        )
        return [_change(row, now) for row in cursor.fetchall() if row[7] != row[8] and row[8] not in SILENT]


def accept(calls: Sequence[tuple[UUID, str]], now: datetime, *, polls: bool = False) -> list[MessageChange]:
    """Write that the calls of these (attempt, provider's number) were accepted whole; return the changes of state."""
    if not calls:
        return []
    with connection.cursor() as cursor:
        attempts, provider_ids = [call[0] for call in calls], [call[1] for call in calls]
        cursor.execute(sql.ACCEPT, {"attempts": attempts, "provider_ids": provider_ids, "polls": polls, "now": now})
        return [_change(row, now) for row in cursor.fetchall() if row[7] != row[8]]


def _change(row: tuple[Any, ...], now: datetime) -> MessageChange:
    return MessageChange(*(*row[:9], now, *row[9:]))


def lock(ids: Sequence[UUID], now: datetime) -> list[tuple[UUID, MessageChange]]:
    """Lock messages and return for each the change that leaves it as it is."""
    with connection.cursor() as cursor:
        cursor.execute(sql.LOCK, (list(ids),))
        return [(row[0], _change(row, now)) for row in cursor.fetchall()]


def advance(advances: Sequence[Advance], now: datetime) -> None:
    if not advances:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            sql.ADVANCE,
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
