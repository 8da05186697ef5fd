"""Keep the credits of a journey current: all of them when its definition changes, else those of whom news came."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import Any, Final
from uuid import UUID

import orjson
from django.db import transaction
from django.utils import timezone

from journeys.models import Journey, ReviewProgress
from journeys.review.credits.definition import Definition, definition_of
from journeys.review.credits.meeting import statement
from journeys.review.credits.settling import read_refunds, settle
from journeys.review.rows import count, rows
from workspaces.models.base import first_id

RUNS_AT_ONCE: Final = 10_000
# An id is made before its transaction commits: what began so long before the last look is looked at again.
OVERLAP: Final = timedelta(minutes=10)

# Orders move between journeys, so one refresh of a workspace writes at a time.
LOCK: Final = "select pg_advisory_xact_lock(hashtextextended('review credits ' || %(workspace)s, 0))"
NEXT_RUNS: Final = """
select id from journeys_enrollment where journey_id = %(journey)s and id > %(after)s order by id limit %(limit)s
"""
# Runs that began, events, passed goal nodes and merges since: found by their ids, which are ordered by time.
NEWS: Final = """
select e.id from journeys_enrollment e where e.journey_id = %(journey)s and e.id >= %(first)s
union
select e.id from profiles_event ev
join journeys_enrollment e on e.profile_id = ev.profile_id and e.journey_id = %(journey)s
where ev.workspace_id = %(workspace)s and ev.name = any(%(events)s) and ev.id >= %(first)s
union
select c.enrollment_id from journeys_conversion c
where c.journey_id = %(journey)s and c.event_id is null and c.id >= %(first)s
union
select c.enrollment_id from journeys_credit c
where c.workspace_id = %(workspace)s and c."order" = any(%(orders)s) and c."order" <> '' and c.journey_id = %(journey)s
union
select e.id from (
    select m.survivor_id, m.merged_id from profiles_profilemerge m
    where m.workspace_id = %(workspace)s and m.id >= %(first)s
    union all
    select m.survivor_id, m.merged_id from profiles_mergeundo u join profiles_profilemerge m on m.id = u.merge_id
    where u.workspace_id = %(workspace)s and u.id >= %(first)s) p
join journeys_enrollment e on e.profile_id in (p.survivor_id, p.merged_id) and e.journey_id = %(journey)s
union
select c.enrollment_id from journeys_credit c join journeys_enrollment e on e.id = c.enrollment_id
where c.journey_id = %(journey)s and c.version_id <> e.version_id
    and exists (select 1 from journeys_massact a where a.journey_id = %(journey)s and a.kind = 'migration')
"""
ORDERS: Final = """
select distinct "order" from journeys_credit where enrollment_id = any(%(runs)s) and "order" <> ''
"""
# Whose refresh is under way counts its revision itself; waiting for it here could close a circle.
REVISED: Final = """
update journeys_reviewprogress set revision = revision + 1 where journey_id in (
    select journey_id from journeys_reviewprogress where journey_id = any(%(journeys)s)
    order by journey_id for update skip locked)
"""
NOTED: Final = """
update journeys_reviewprogress
set definition = jsonb_set(definition, '{credits}', %(kept)s::jsonb) where journey_id = %(journey)s
"""


def refresh_credits(journey_id: UUID, *, runs_at_once: int = RUNS_AT_ONCE) -> int:
    """Bring the credits of a journey up to what is committed now. Returns how many rows changed, in any journey.

    A new definition (or rule of the workspace) computes all of them again, chunk by chunk; a refresh that was cut short
    goes on where it stopped. Revisions of journeys whose credits changed grow. Raises Journey.DoesNotExist.
    """
    journey = Journey.objects.select_related("workspace").get(pk=journey_id)
    definition = definition_of(journey)
    progress, _ = ReviewProgress.objects.get_or_create(
        journey_id=journey_id, defaults={"workspace_id": journey.workspace_id}
    )
    return _Refresh(journey, definition, progress.definition.get("credits", {}), runs_at_once).go()


class _Refresh:
    def __init__(self, journey: Journey, definition: Definition, kept: Mapping[str, Any], at_once: int) -> None:
        self.journey, self.definition, self.kept, self.at_once = journey, definition, kept, at_once
        self.statement = statement(definition)
        self.started = timezone.now()

    def go(self) -> int:
        digest = self.definition.digest
        if self.kept.get("digest") == digest:
            since = datetime.fromisoformat(self.kept["read_to"]) - OVERLAP
            changed = self._news(since)
        else:
            changed = self._everything(digest)
        return changed

    def _news(self, since: datetime) -> int:
        orders = read_refunds(self.journey.workspace_id, self.definition, since)
        values = {
            "journey": self.journey.pk,
            "workspace": self.journey.workspace_id,
            "first": first_id(since),
            "events": sorted({goal.event for goal in self.definition.goals if goal.event}),
            "orders": orders,
        }
        runs = [row[0] for row in rows(NEWS, values)]
        changed = sum(self._chunk(runs[start : start + self.at_once]) for start in range(0, len(runs), self.at_once))
        self._note({**self._said(), "digest": self.definition.digest, "read_to": self.started.isoformat()})
        return changed

    def _everything(self, digest: str) -> int:
        """All runs, in the order of their ids. What comes meanwhile is read by the next refresh."""
        going_on = self.kept.get("computing") == digest
        began = self.kept["began"] if going_on else self.started.isoformat()
        after = self.kept["after"] if going_on else str(UUID(int=0))
        read_refunds(self.journey.workspace_id, self.definition, self.journey.created_at - OVERLAP)
        changed = 0
        while runs := self._runs_after(after):
            changed += self._chunk(runs)
            after = str(runs[-1])
            self._note({**self.kept, "computing": digest, "began": began, "after": after})
        self._note({**self._said(), "digest": digest, "read_to": began})
        return changed

    def _runs_after(self, after: str) -> list[UUID]:
        values = {"journey": self.journey.pk, "after": after, "limit": self.at_once}
        return [row[0] for row in rows(NEXT_RUNS, values)]

    def _chunk(self, runs: Sequence[UUID]) -> int:
        """Compute the credits of some runs, and settle every order that they name, or named."""
        if not runs:
            return 0
        values: dict[str, Any] = {**self.statement.values, "runs": list(runs)}
        with _writing(self.journey):
            orders = {row[0] for row in rows(ORDERS, values)}
            (stored,) = rows(self.statement.text, values)[0]
            orders |= {row[0] for row in rows(ORDERS, values)}
            settled = settle(self.journey.workspace_id, self.definition, orders, runs)
            self._revise(set(settled) | ({self.journey.pk} if stored else set()))
        return int(stored) + len(settled)

    def _revise(self, journeys: set[UUID]) -> None:
        if journeys:
            count(REVISED, {"journeys": sorted(journeys)})

    def _said(self) -> dict[str, Any]:
        return self.definition.as_data()

    def _note(self, kept: Mapping[str, Any]) -> None:
        self.kept = kept
        count(NOTED, {"kept": orjson.dumps(kept).decode(), "journey": self.journey.pk})


@contextmanager
def _writing(journey: Journey) -> Iterator[None]:
    with transaction.atomic():
        rows(LOCK, {"workspace": str(journey.workspace_id)})
        yield
