"""The review of a journey brought up to its logs: what is new is read, what has changed is read again.

What is written is a projection. A reading that broke off goes on where it was: each chunk is a transaction, and a run that
has been read is known by the entry that it was at. `forget` may delete everything at any time; the next reading makes it
again, and the same. A run follows its row: one that a merge has given to another person is that person's, by the entry
which says so. An erasure ends the runs of a person and leaves their paths, which say nothing of them.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from hashlib import blake2b
from itertools import chain
from typing import Any, Final, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import F

from journeys.choices import ReviewState
from journeys.models import Journey, ReviewProgress
from journeys.review.credits.refresh import refresh_credits
from journeys.review.paths.folding import RULES
from journeys.review.paths.freshness import freshness, mark_of
from journeys.review.paths.logs import changed_runs, runs_with_moved_messages
from journeys.review.paths.writing import read_runs
from journeys.review.prepared import prepare
from journeys.review.worth.refreshing import refresh_worth
from journeys.store.postgres import execute, query

CHUNK: Final = 10_000  # runs of one transaction
PAGE: Final = 200_000  # ids of runs that are in memory at once
# A message is dated by the clock of whoever changes it, before that is committed: by a worker that waits for a lock, or
# whose task has waited in its queue.
MARGIN: Final = timedelta(minutes=15)

_TRY_LOCK: Final = "select pg_try_advisory_lock(%(key)s) as held"
_LOCK: Final = "select pg_advisory_lock(%(key)s) is not null as held"
_UNLOCK: Final = "select pg_advisory_unlock(%(key)s) as held"
_SIZES: Final = """
select (select count(*) from journeys_enrollment where journey_id = %(journey)s) as runs,
    (select count(*) from journeys_reviewrun where journey_id = %(journey)s) as known
"""
_SEVERAL: Final = """
with of_person as (
    select profile_id, count(*) > 1 as several from journeys_reviewrun where journey_id = %(journey)s group by profile_id)
update journeys_reviewrun r set several = p.several from of_person p
where r.journey_id = %(journey)s and r.profile_id = p.profile_id and r.several <> p.several
"""
_REPEATS: Final = """
select count(*) - count(distinct profile_id) as repeats from journeys_reviewrun where journey_id = %(journey)s and several
"""
_FORGET: Final = tuple(
    f"delete from journeys_review{table} where journey_id = %(journey)s" for table in ("run", "tally", "stay", "path")
)
_UNUSED: Final = """
delete from journeys_reviewtally where journey_id = %(journey)s and runs = 0
"""
_UNUSED_PATHS: Final = """
delete from journeys_reviewpath p where p.journey_id = %(journey)s
    and not exists (select 1 from journeys_reviewtally t where t.journey_id = p.journey_id and t.path_id = p.id)
"""


class Refreshed(NamedTuple):
    """How many runs were read. `elsewhere`: none, because somebody else is at it."""

    runs: int
    elsewhere: bool = False


def refresh(
    journey_id: UUID, now: datetime, go_on: Callable[[], bool] = lambda: True, *, wait: bool = False
) -> Refreshed:
    """Bring the review of a journey up to what is committed at `now` (aware).

    It stops early when `go_on`, asked after each chunk, says no. Whoever else is at it is waited for, or with `wait` false
    left to it. What it raises is also written into the journey's ReviewProgress. A journey that is gone is forgotten.
    """
    with _alone(journey_id, wait) as alone:
        if not alone:
            return Refreshed(0, elsewhere=True)
        journey = Journey.objects.select_related("workspace").defer("draft").filter(pk=journey_id).first()
        if journey is None:
            forget(journey_id)
            ReviewProgress.objects.filter(pk=journey_id).delete()
            return Refreshed(0)
        progress = _progress_of(journey)
        try:
            return Refreshed(_read(journey, progress, now, go_on))
        except Exception as error:
            _note(progress, state=ReviewState.FAILED, error=f"{type(error).__name__}: {error}")
            raise


def rebuild(journey_id: UUID, now: datetime) -> Refreshed:
    """Read the review of a journey from nothing. What is shown meanwhile grows from nothing too, and says so."""
    ReviewProgress.objects.filter(pk=journey_id).update(basis="")
    return refresh(journey_id, now)


def forget(journey_id: UUID) -> None:
    """Delete what was read of a journey, but for how far it had been read."""
    with transaction.atomic():
        for statement in _FORGET:
            execute(statement, {"journey": journey_id})


def _progress_of(journey: Journey) -> ReviewProgress:
    progress, _ = ReviewProgress.objects.get_or_create(
        journey_id=journey.pk, defaults={"workspace_id": journey.workspace_id}
    )
    return progress


def _read(journey: Journey, progress: ReviewProgress, now: datetime, go_on: Callable[[], bool]) -> int:
    zone = journey.workspace.timezone
    basis = f"{RULES} {zone}"
    if progress.basis != basis:
        with transaction.atomic():
            forget(journey.pk)
            _note(progress, basis=basis, as_of=None, began_at=None, revision=F("revision") + 1, repeats=0)
        progress.refresh_from_db()
    # Of a reading that broke off, the beginning: nobody has looked at messages since.
    since = progress.as_of or progress.began_at
    broke_off = progress.began_at is not None
    mark = mark_of(journey.pk)
    read, new, changed = 0, 0, broke_off
    sizes: dict[str, Any] = {}
    for ids in _chunks(journey.pk, since):
        if not sizes:
            sizes = query(_SIZES, {"journey": journey.pk})[0]
            _note(progress, state=ReviewState.READING, began_at=progress.began_at or now, error="")
        changes = read_runs(journey, zone, ids)
        read, new, changed = read + changes.read, new + changes.new, changed or changes.any
        _note(progress, progress=min(1.0, (sizes["known"] + new) / max(sizes["runs"], 1)))
        if not go_on():
            return read
    if changed:
        _tidy(journey.pk, progress)
    refresh_credits(journey.pk)
    if refresh_worth(journey.pk, now):
        _note(progress, revision=F("revision") + 1)
    prepare(journey, freshness(journey.pk)._replace(as_of=now, state=ReviewState.READY), now)
    _note(progress, state=ReviewState.READY, as_of=now, began_at=None, mark=mark, progress=1.0, error="")
    return read


def _chunks(journey: UUID, since: datetime | None) -> Iterator[list[str]]:
    pages = changed_runs(journey, PAGE)
    if since is not None:
        pages = chain(pages, runs_with_moved_messages(journey, since - MARGIN, PAGE))
    for page in pages:
        for start in range(0, len(page), CHUNK):
            yield page[start : start + CHUNK]


def _tidy(journey: UUID, progress: ReviewProgress) -> None:
    """Delete paths that nobody takes any more, and mark and count who has come more than once."""
    with transaction.atomic():
        execute(_UNUSED, {"journey": journey})
        execute(_UNUSED_PATHS, {"journey": journey})
        execute(_SEVERAL, {"journey": journey})
        repeats = query(_REPEATS, {"journey": journey})[0]["repeats"]
        _note(progress, repeats=repeats, revision=F("revision") + 1)


def _note(row: ReviewProgress, /, **fields: Any) -> None:
    ReviewProgress.objects.filter(pk=row.pk).update(**fields)


@contextmanager
def _alone(journey: UUID, wait: bool) -> Iterator[bool]:
    """Whether nobody else reads this journey, for as long as it lasts: the connection's lock, over many transactions."""
    digest = blake2b(journey.bytes, digest_size=8, person=b"zhitu-review")
    key = {"key": int.from_bytes(digest.digest(), signed=True)}
    held = bool(query(_LOCK if wait else _TRY_LOCK, key)[0]["held"])
    try:
        yield held
    finally:
        if held:
            query(_UNLOCK, key)
