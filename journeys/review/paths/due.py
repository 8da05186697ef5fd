"""Which journeys' reviews the sweep has brought up to date, so that a page that is opened finds fresh figures."""

from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

from journeys.choices import JourneyState
from journeys.models import Journey, ReviewProgress
from journeys.review.paths.freshness import marks_of

# To look for what is new reads an index of all runs of a journey: seconds for a million. Pages ask for more when opened.
AFTER_NEWS: Final = timedelta(minutes=10)
# What no counter counts: a message that was read, a change of the workspace's zone.
IN_ANY_CASE: Final = timedelta(hours=6)
# Late receipts and conversions come to stopped ones too.
STATES: Final = (JourneyState.LIVE, JourneyState.PAUSED, JourneyState.STOPPED)


def reviews_behind(now: datetime) -> list[UUID]:
    """The journeys whose review is older than ten minutes although somebody has moved, or than six hours."""
    journeys = set(Journey.objects.filter(state__in=STATES).order_by().values_list("pk", flat=True))
    fresh = ReviewProgress.objects.filter(as_of__gt=now - AFTER_NEWS, began_at=None)
    behind = journeys - set(fresh.values_list("pk", flat=True))
    read = ReviewProgress.objects.filter(pk__in=behind, began_at=None, as_of__gt=now - IN_ANY_CASE)
    known = dict(read.values_list("pk", "mark"))
    marks = marks_of(known)
    return sorted(journey for journey in behind if journey not in known or known[journey] != marks[journey])
