"""Who is behind a bar of the waterfall: the runs that it lost."""

from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from journeys.engine.graph import Goal
from journeys.models import Credit, Enrollment, Journey
from journeys.review.losses.fates import BARS
from journeys.review.losses.waterfall import paths_behind
from journeys.review.paths.filters import Filters, runs_sql
from journeys.review.paths.reading import trajectories

# Who might have entered and did not has no run.
WITH_RUNS: Final = BARS[1:]


def behind(journey: Journey, filters: Filters, goal: Goal | None, bar: str, reason: str = "") -> QuerySet[Enrollment]:
    """The runs that `bar` lost, by this reason or by any. The bar counts people, each by one run; this lists their runs.

    Of the bar `converted` those who did not; with the reason `converted` those who did. Raises as `trajectories`.
    """
    converted = bar == "converted" and reason == "converted"
    paths = paths_behind(trajectories(journey, filters), bar, "" if converted else reason)
    condition, params = runs_sql(filters, journey.workspace_id)
    of_review = RawSQL(  # noqa: S611  # the condition is made of our own words; what was asked is among the parameters
        f"select r.enrollment_id from journeys_reviewrun r where r.journey_id = %s and r.path_id = any(%s) and {condition}",
        [journey.pk, sorted(paths), *params],
    )
    runs = Enrollment.objects.filter(journey=journey, pk__in=of_review)
    if bar != "converted":
        return runs
    met = Exists(Credit.objects.filter(enrollment_id=OuterRef("pk"), goal=goal.id if goal else "", counted=True))
    return runs.filter(met) if converted else runs.exclude(met)
