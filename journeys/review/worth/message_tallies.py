"""Small sums of what became of a workspace's messages, kept block by block.

The log of messages is written at the limit of the machine, and so has neither an index on journeys nor one on its
changes. It is read by ranges of its ids, which are ordered by time: a block is some ten thousand messages in a row,
and is counted again as a whole when it is young, when a message in it has yet to leave, when a provider has reported
about one of its messages since, or when somebody refused further messages. Any other block stands.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import connection, transaction

from channels_app.drain_lock import DrainBusy, one_at_a_time
from journeys.models import Journey, ReviewMessageBlock, ReviewMessageTally
from journeys.projections.message_metrics import STATES
from journeys.review.worth import message_sql as sql
from journeys.store.postgres import query
from workspaces.models.base import first_id

MOST: Final = 50_000  # messages of a block
# A row's id may be older than its commit by a transaction's length.
LATE: Final = timedelta(minutes=10)
# An opt-out later than this after a message is not put down to it, unless it answers that very message.
OPT_OUT_WITHIN: Final = timedelta(days=7)
# For so long a message may have been held before it left.
HELD: Final = timedelta(days=30)
END: Final = UUID(int=2**128 - 1)
OPEN: Final = ("queued", "sending")


class Read(NamedTuple):
    """How many blocks were counted, and whether the figures of messages may have changed."""

    blocks: int

    @property
    def changed(self) -> bool:
        return self.blocks > 0


def refresh_messages(journey_id: UUID, now: datetime, *, whole: bool = False) -> Read:
    """Bring the tallies of the journey's workspace up to what is committed; `now` is aware.

    Each block is a transaction of its own, so that what was read stays read if the work is cut off. `whole` counts
    every block again. Whoever comes while another reads leaves it to them.
    """
    journey = Journey.objects.select_related("workspace").get(pk=journey_id)
    workspace, zone = journey.workspace_id, journey.workspace.timezone
    try:
        with one_at_a_time(f"review-messages/{workspace}"):
            return _read(workspace, zone, now, whole)
    except DrainBusy:
        return Read(0)


def _read(workspace: UUID, zone: str, now: datetime, whole: bool) -> Read:
    _begin(workspace, zone)
    blocks = list(ReviewMessageBlock.objects.filter(workspace_id=workspace).order_by("first"))
    stale = {block.pk for block in blocks if whole or _is_stale(block, zone)} | _touched(workspace, blocks)
    counted = sum(_count_range(block, zone, now) for block in blocks if block.pk in stale)
    # What stands is now known to stand.
    ReviewMessageBlock.objects.filter(pk__in=[block.pk for block in blocks if block.pk not in stale]).update(as_of=now)
    return Read(counted)


def _begin(workspace: UUID, zone: str) -> None:
    """The first block begins with the oldest journey, before which no message of a journey can be."""
    if ReviewMessageBlock.objects.filter(workspace_id=workspace).exists():
        return
    journeys = Journey.objects.filter(workspace_id=workspace)
    oldest = journeys.order_by("id").values_list("pk", flat=True)[:1].get()
    first = min(oldest, first_id(journeys.earliest("created_at").created_at))
    ReviewMessageBlock.objects.create(workspace_id=workspace, first=first, last=END, zone=zone)


def _is_stale(block: ReviewMessageBlock, zone: str) -> bool:
    if block.as_of is None or block.is_open or block.zone != zone:
        return True
    return block.last > first_id(block.as_of - LATE)


def _touched(workspace: UUID, blocks: list[ReviewMessageBlock]) -> set[int]:
    read = [block.as_of for block in blocks if block.as_of is not None]
    if not read:
        return set()
    values: dict[str, Any] = {
        "workspace": workspace,
        "firsts": [block.first for block in blocks],
        "since": first_id(min(read) - LATE),
        "longest": OPT_OUT_WITHIN + HELD,
    }
    found: set[int] = set()
    with connection.cursor() as cursor:
        for statement in (sql.REPORTED, sql.REFUSED):
            cursor.execute(statement, values)
            found |= {row[0] for row in cursor.fetchall()}
    # Counted from one; nought is before the first.
    return {blocks[number - 1].pk for number in found if number > 0}


def _count_range(block: ReviewMessageBlock, zone: str, now: datetime) -> int:
    """Count a block again, cutting it where it holds more than a block should. Returns how many it has become."""
    counted = 0
    while True:
        with transaction.atomic():
            cut = _cut(block)
            rest = None
            if cut is not None:
                rest = ReviewMessageBlock(workspace_id=block.workspace_id, first=cut, last=block.last, zone=zone)
                block.last = cut
            block.zone, block.as_of = zone, now
            _count(block)
            block.save()
            if rest is not None:
                rest.save()
        counted += 1
        if rest is None:
            return counted
        block = rest


def _cut(block: ReviewMessageBlock) -> UUID | None:
    if block.last != END:
        return None
    rows = query(sql.CUT, {"first": block.first, "workspace": block.workspace_id, "most": MOST})
    return rows[0]["id"] if rows else None


def _count(block: ReviewMessageBlock) -> None:
    tallies = ReviewMessageTally.objects.filter(block_id=block.pk)
    tallies.delete()
    values: dict[str, Any] = {
        "workspace": block.workspace_id,
        "block": block.pk,
        "first": block.first,
        "last": block.last,
        "zone": block.zone,
        "left": _texts(STATES["sent"]),
        "ended_badly": _texts(STATES["failed"] | STATES["blocked"]),
        "within": OPT_OUT_WITHIN,
    }
    with connection.cursor() as cursor:
        cursor.execute(sql.COUNT, values)
    block.is_open = tallies.filter(state__in=OPEN).exists()


def _texts(states: Iterable[str]) -> list[str]:
    return sorted(str(state) for state in states)
