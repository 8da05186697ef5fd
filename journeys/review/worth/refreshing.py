"""What the refresher of the review calls for the figures of worth, once the paths of runs are up to date."""

from datetime import datetime
from uuid import UUID

from journeys.review.worth.measures import refresh_people
from journeys.review.worth.message_tallies import refresh_messages


def refresh_worth(journey_id: UUID, now: datetime, *, whole: bool = False) -> bool:
    """Bring the tallies of messages, retention and sales up to date. `now` is aware; tells whether anything was counted.

    May be called at any time and again after it was cut off. `whole` counts everything again.
    """
    messages = refresh_messages(journey_id, now, whole=whole)
    days = refresh_people(journey_id, now, whole=whole)
    return messages.changed or days > 0
