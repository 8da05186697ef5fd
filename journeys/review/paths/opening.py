"""What happens when somebody opens a page of a review: small journeys are brought up to date at once, others soon."""

from datetime import datetime
from typing import Final

from journeys.choices import ReviewState
from journeys.models import Enrollment, Journey, JourneyVersion
from journeys.review.paths.freshness import Freshness, freshness
from journeys.review.paths.refreshing import refresh
from journeys.runtime import nudges

# Runs; to read as many from nothing takes less than a second, to find that nothing is new a few milliseconds.
SMALL: Final = 5000


def opened(journey: Journey, now: datetime) -> Freshness:
    """Return how fresh the figures are that are shown now, and have them brought up to date where they are not."""
    fresh = freshness(journey.pk)
    if journey.live_version_id is None and not JourneyVersion.objects.filter(journey=journey).exists():
        return fresh._replace(stale=False)
    # What failed would fail again: that is left to the workflow, which tries less and less often.
    if fresh.state != ReviewState.FAILED and _is_small(journey):
        refresh(journey.pk, now, wait=True)
        return freshness(journey.pk)
    if fresh.stale:
        nudges.review(journey.pk)
    return fresh


def _is_small(journey: Journey) -> bool:
    runs = Enrollment.objects.filter(journey=journey).order_by().values_list("pk")[: SMALL + 1]
    return runs.count() <= SMALL
