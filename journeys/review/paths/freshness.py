"""How fresh the figures of a review are, and who brings them up to date."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any, Final, NamedTuple
from uuid import UUID

from journeys.choices import ReviewState
from journeys.models import ReviewProgress
from journeys.review.rows import rows

# Every move of a person counts somewhere, so equal counters mean that nobody has moved.
_MARKS: Final = """
select j.id, md5(coalesce(string_agg(c.version || ' ' || c.node || ' ' || c.metric || ' ' || c.value, '|'
    order by c.version, c.node, c.metric), ''))
from unnest(%(journeys)s::uuid[]) as j(id) left join (
    select v.journey_id, c.version_id::text as version, c.node, c.metric, sum(c.value) as value
    from journeys_nodecounter c join journeys_journeyversion v on v.id = c.version_id
    where v.journey_id = any(%(journeys)s) group by 1, 2, 3, 4) c on c.journey_id = j.id
group by j.id
"""


class Freshness(NamedTuple):
    """As of when the figures are (None: nothing is read yet), whether something has happened since, and by what they count.

    `progress`: the share of the runs that is read. `revision` grows with every change. `error`: why the last reading failed.
    """

    as_of: datetime | None
    stale: bool
    state: str
    progress: float
    revision: int
    definition: Mapping[str, Any]
    error: str


def marks_of(journeys: Collection[UUID]) -> dict[UUID, str]:
    """For each journey a digest of its counters: it differs when somebody has moved or a message has come further.

    It does not see what no counter counts: that a message was read, or answered after it was clicked. The schedule does.
    """
    return dict(rows(_MARKS, {"journeys": list(journeys)})) if journeys else {}


def mark_of(journey: UUID) -> str:
    return marks_of([journey])[journey]


def freshness(journey: UUID) -> Freshness:
    return freshness_of([journey])[journey]


def freshness_of(journeys: Collection[UUID]) -> dict[UUID, Freshness]:
    """Of each of these journeys."""
    known = ReviewProgress.objects.in_bulk(journeys)
    marks = marks_of([pk for pk, progress in known.items() if progress.state == ReviewState.READY])
    return {journey: _freshness(known.get(journey), marks.get(journey)) for journey in journeys}


def _freshness(progress: ReviewProgress | None, mark: str | None) -> Freshness:
    if progress is None:
        return Freshness(None, True, ReviewState.WAITING, 0.0, 0, {}, "")
    return Freshness(
        progress.as_of,
        progress.state != ReviewState.READY or progress.mark != mark,
        progress.state,
        progress.progress,
        progress.revision,
        progress.definition.get("credits", {}),
        progress.error,
    )
