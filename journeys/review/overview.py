"""All journeys beside each other: who came in, who converted, what it brought and what it cost."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final
from uuid import UUID

from journeys.choices import JourneyState
from journeys.models import Journey
from journeys.review.cached import cached
from journeys.review.paths.filters import Filters
from journeys.review.paths.freshness import Freshness, freshness_of
from journeys.review.rows import rows
from journeys.review.worth.cost import cost_review
from workspaces.models import Workspace

# The newest so many: each is asked about by itself, once for every change of its review.
MOST: Final = 200

# Whoever ran more than once is one person: only of those must people be told apart.
_PEOPLE: Final = """
with held as (
    select p.id from journeys_reviewpath p where p.journey_id = any(%(journeys)s) and (p.body ->> 'held_out')::boolean
), tallied as (
    select t.journey_id, sum(t.runs)::bigint as runs from journeys_reviewtally t
    where t.journey_id = any(%(journeys)s) and t.path_id not in (select id from held)
      and (%(since)s::date is null or t.day >= %(since)s) and (%(until)s::date is null or t.day <= %(until)s)
    group by 1
), again as (
    select r.journey_id, count(*) - count(distinct r.profile_id) as more from journeys_reviewrun r
    where r.journey_id = any(%(journeys)s) and r.several and r.path_id not in (select id from held)
      and (%(since)s::date is null or r.day >= %(since)s) and (%(until)s::date is null or r.day <= %(until)s)
    group by 1
)
select t.journey_id, t.runs - coalesce(a.more, 0) from tallied t left join again a using (journey_id)
"""


def overview(workspace: Workspace, since: date | None = None, until: date | None = None) -> list[dict[str, Any]]:
    """The journeys that have been published, the newest first, by runs that began on these days of the workspace's zone.

    Each: `journey`, `name`, `state`, `people` (entered), `converted` (people), `rate`, `value`, `cost`, `roi` (by
    currency), and how fresh its figures are. The value is as in `cost_review`.
    """
    journeys = list(
        Journey.objects.filter(workspace=workspace)
        .exclude(state=JourneyState.DRAFT)
        .select_related("workspace", "live_version")
        .defer("draft")
        .order_by("-pk")[:MOST]
    )
    people = _people([journey.pk for journey in journeys], since, until)
    fresh = freshness_of([journey.pk for journey in journeys])
    chosen = Filters(since=since, until=until)
    return [_row(journey, people.get(journey.pk, 0), chosen, fresh[journey.pk]) for journey in journeys]


def _people(journeys: list[UUID], since: date | None, until: date | None) -> Mapping[UUID, int]:
    return dict(rows(_PEOPLE, {"journeys": journeys, "since": since, "until": until}))


def _row(journey: Journey, people: int, chosen: Filters, fresh: Freshness) -> dict[str, Any]:
    name = ("overview", chosen)
    found = cached(journey.pk, fresh.revision, name, lambda: cost_review(journey, chosen))
    currencies = found["currencies"]
    return {
        "journey": journey.pk,
        "name": journey.name,
        "state": journey.state,
        "people": people,
        "converted": found["people"],
        "rate": found["people"] / people if people else None,
        "value": [{"currency": one["currency"], "value": str(one["value"])} for one in currencies],
        "cost": [{"currency": one["currency"], "value": str(one["cost"])} for one in currencies],
        "roi": [{"currency": one["currency"], "roi": one["roi"]} for one in currencies],
        "as_of": fresh.as_of,
        "stale": fresh.stale,
    }
