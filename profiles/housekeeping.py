"""What this app does without being asked, by and by: the journeys' sweep calls it every few seconds."""

from datetime import datetime

from profiles import event_catalogue, partitions

# A call adds up to so many batches of tallies; a backlog, after a rest, is left to the calls that follow.
FOLDS = 10


def keep_house(now: datetime) -> None:
    """Add to the catalogue, make the coming months of the event table, and let go of what is kept no longer.

    Safe to call at once from several.
    """
    for _ in range(FOLDS):
        if event_catalogue.fold() < event_catalogue.AT_ONCE:
            break
    partitions.make_ahead(now)
    # What is kept is a matter of days: the first minute of each hour is often enough.
    if now.minute == 0:
        partitions.let_go(now)
