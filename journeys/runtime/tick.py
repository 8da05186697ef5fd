"""One advance of a lane: claim who may move, walk them as far as they go, write everything, say when to come back."""

import logging
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import orjson
from django.db import DataError, IntegrityError, transaction

from journeys.engine.decision import EventArrived, MessageChanged, PersonChanged, Zones
from journeys.engine.enrollment import Enrollment, Event
from journeys.engine.plan import NO_PLAN
from journeys.models import JourneyVersion
from journeys.projections.counters import CONVERSIONS, count_events
from journeys.realtime.notify import announce
from journeys.runtime import effects, outbox, tasks, webhook_outbox
from journeys.runtime.addressing import StoredRoutes
from journeys.runtime.facts import PostgresFacts
from journeys.runtime.member import Member, News
from journeys.runtime.plans import plan_of
from journeys.runtime.walk import fail, walk
from journeys.store import postgres as store
from journeys.store.lane import Lane
from journeys.store.lane_lock import lock_lane
from journeys.store.rows import state_of

logger = logging.getLogger(__name__)

MOST_PEOPLE = 2000


@dataclass(frozen=True)
class Advanced:
    """What a tick did. `next_due` (aware UTC) is when the lane next has something planned; `more` says: at once."""

    moved: int
    more: bool
    next_due: datetime | None
    accounts: frozenset[UUID] = field(default_factory=frozenset)


def advance(lane: Lane, now: datetime, limit: int = MOST_PEOPLE) -> Advanced:
    """Advance everyone in `lane` who is due at `now` (the workflow's time), in one transaction.

    If what one person's step wrote cannot be stored, people are advanced one by one, so that only they are late.
    """
    try:
        with transaction.atomic():
            return _advance(lane, now, limit)
    except (DataError, IntegrityError):
        if limit == 1:
            raise
        logger.exception("A tick of %d people could not be stored; advancing them one by one.", limit)
        return _advance_singly(lane, now, limit)


def _advance_singly(lane: Lane, now: datetime, limit: int) -> Advanced:
    moved = 0
    accounts: set[UUID] = set()
    result = Advanced(0, False, None)
    for _ in range(limit):
        try:
            with transaction.atomic():
                result = _advance(lane, now, 1)
        except (DataError, IntegrityError) as error:
            with transaction.atomic():
                _set_aside(lane, now, error)
            continue
        moved += result.moved
        accounts |= result.accounts
        if not result.more:
            break
    return Advanced(moved, result.more, result.next_due, frozenset(accounts))


def _advance(lane: Lane, now: datetime, limit: int) -> Advanced:
    lock_lane(lane)
    claim = store.claim(lane, now, limit)
    members = _members(claim)
    walk(members, PostgresFacts(lane.workspace, StoredRoutes()), now)
    accounts = _write(lane, claim, members, now)
    outlook = store.outlook(lane, claim.paused, now)
    return Advanced(len(members), outlook.overdue, outlook.next_due, frozenset(accounts))


def _members(claim: store.Claim) -> list[Member]:
    news: dict[str, list[News]] = defaultdict(list)
    for entry in claim.inbox:
        news[entry["enrollment_id"]].append(_news(entry))
    members = [_member(row, news.get(row["id"], ()), claim.zone) for row in claim.rows]
    # Of journeys that want to message the same person, the more important asks first: its message is judged before
    # the others and leaves before them.
    return sorted(members, key=lambda member: -member.plan.settings.priority)


def _member(row: dict[str, Any], news: Sequence[News], workspace_zone: str) -> Member:
    try:
        plan = plan_of(row["version_id"])
    except (JourneyVersion.DoesNotExist, ValueError) as error:
        member = Member(state_of(row), NO_PLAN, Zones(None, "profile", workspace_zone), news)
        member.broken = error
        return member
    return Member(state_of(row), plan, Zones(row["zone"], plan.settings.timezone, workspace_zone), news)


def _news(entry: dict[str, Any]) -> News:
    if entry["kind"] == "person":
        return News(entry["id"], PersonChanged(entry["occurred_at"]))
    payload = orjson.loads(entry["payload"])
    if entry["kind"] == "message":
        return News(
            entry["id"],
            MessageChanged(
                entry["ref"],
                entry["name"],
                entry["occurred_at"],
                payload.get("reason", ""),
                payload.get("result", ""),
            ),
        )
    return News(entry["id"], EventArrived(entry["name"], payload, entry["occurred_at"], entry["ref"]))


def _write(lane: Lane, claim: store.Claim, members: Sequence[Member], now: datetime) -> set[UUID]:
    moved = [member for member in members if member.events]
    if moved:
        effects.perform(lane.workspace, moved, now)
        tasks.write(lane.workspace, moved, now)
        store.append(lane.workspace, [store.Appended(m.enrollment, m.first_seq, m.events) for m in moved])
        store.insert_conversions(lane.workspace, _conversions(moved))
        counts: Counter[tuple[str, str, str]] = Counter()
        for member in moved:
            count_events(counts, member.enrollment.version, member.events)
        store.add_counts(lane.workspace, lane.counter, counts)
        announce({member.enrollment.journey for member in moved})
    late: dict[datetime, list[int]] = defaultdict(list)
    for member in members:
        if member.failed_news and member.enrollment.due_at is not None:
            late[member.enrollment.due_at] += member.failed_news
    for until, ids in late.items():
        store.postpone(ids, until)
    kept = {item for ids in late.values() for item in ids}
    store.consume([entry["id"] for entry in claim.inbox if entry["id"] not in kept])
    webhook_outbox.write(lane.workspace, moved, now)
    return outbox.write(lane.workspace, moved, now)


def _conversions(members: Sequence[Member]) -> list[tuple[Enrollment, Event]]:
    return [(member.enrollment, event) for member in members for event in member.events if event.kind in CONVERSIONS]


def _set_aside(lane: Lane, now: datetime, error: Exception) -> None:
    """Record that the first person of the lane could not be stored, and try them again later."""
    lock_lane(lane)
    claim = store.claim(lane, now, 1)
    members = _members(claim)[:1]
    for member in members:
        fail(member, None, error, now)
    _write(lane, claim, members, now)
