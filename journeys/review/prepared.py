"""The figures that a review is opened with: computed by whoever reads the logs, where they would be waited for."""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import Sum

from journeys.engine.graph import Goal
from journeys.models import Journey, ReviewTally
from journeys.review.answers import answered, forget_old, plain
from journeys.review.attribution.report import BY, DEFAULT_WINDOW, touched
from journeys.review.credits.choosing import chosen
from journeys.review.credits.definition import definition_of, primary_goal
from journeys.review.experiments.experiments import experiments
from journeys.review.experiments.holdout import holdout
from journeys.review.funnel.flow import flow
from journeys.review.funnel.funnel import BY as ROWS_BY
from journeys.review.funnel.funnel import funnel
from journeys.review.losses.waterfall import losses
from journeys.review.paths.filters import ALL, Filters
from journeys.review.paths.freshness import Freshness
from journeys.review.summary import review
from journeys.review.worth.movement import movement_review
from workspaces.localtime import day_of

# Runs; the figures of fewer are computed in the time that a reader waits anyway.
LARGE: Final = 20_000
STATS: Final[Mapping[str, Callable[[Journey, Filters, Goal | None], Any]]] = {
    "experiments": experiments,
    "holdout": holdout,
    "losses": losses,
}


def statistic(journey: Journey, fresh: Freshness, figure: str, filters: Filters, goal: Goal | None) -> Any:
    """A figure of STATS as plain data. Raises DomainError as `trajectories` does."""
    made = STATS[figure]
    if filters.about_people:
        return plain(made(journey, filters, goal))
    asked = (figure, filters, goal.model_dump_json() if goal else "")
    return answered(journey, fresh, asked, lambda: made(journey, filters, goal))


def attributed(
    journey: Journey, fresh: Freshness, by: str, window: timedelta, filters: Filters, goal: str | None
) -> dict[str, Any]:
    """What messages brought, as plain data: `touched` of the report.

    Touches are messages of all journeys, whose receipts do not count in this one's revision: they are read again once a
    reading has begun in another hour.
    """

    def made() -> dict[str, Any]:
        return touched(journey, by, window, chosen(journey.workspace_id, filters), goal)

    found: dict[str, Any]
    if filters.about_people:
        found = plain(made())
        return found
    hour = fresh.as_of.replace(minute=0, second=0, microsecond=0) if fresh.as_of else None
    asked = ("attribution", by, window, goal, hour, definition_of(journey).digest, filters)
    found = answered(journey, fresh, asked, made)
    return found


def moved(journey: Journey, fresh: Freshness, filters: Filters, now: datetime) -> dict[str, Any]:
    """`movement_review` as plain data: classes of people have no revision, so it is of some time of the day."""
    today = day_of(now, journey.workspace.timezone)
    asked = ("movement", filters, today)
    found: dict[str, Any] = answered(journey, fresh, asked, lambda: movement_review(journey, filters, now))
    return found


def prepare(journey: Journey, fresh: Freshness, now: datetime) -> None:
    """Compute what is asked for without a filter, if it would take long; what is stored of older revisions goes.

    `now` is aware; so late the logs were read.
    """
    runs = ReviewTally.objects.filter(journey_id=journey.pk).aggregate(runs=Sum("runs"))["runs"] or 0
    if runs >= LARGE:
        review(journey, fresh)
        flow(journey, fresh, ALL)
        for by in ("", *ROWS_BY):
            funnel(journey, fresh, ALL, by)
        for figure in STATS:
            statistic(journey, fresh, figure, ALL, primary_goal(journey))
        for by in BY:
            attributed(journey, fresh, by, DEFAULT_WINDOW, ALL, None)
        moved(journey, fresh, ALL, now)
    forget_old(journey.pk, fresh.revision)
