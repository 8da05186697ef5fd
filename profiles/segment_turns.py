"""One turn of the work on a workspace's segments: what an activity of its workflow does."""

from datetime import datetime
from time import monotonic
from typing import NamedTuple

from profiles.segment_failures import retry_next
from profiles.segment_filling import fill_next
from profiles.segment_members import check_next, flip_next, next_due
from workspaces.models import Workspace


class Worked(NamedTuple):
    """Whether there is more to do at once, and when time may next change an answer (None: never)."""

    more: bool
    next_due: datetime | None


def work(workspace: Workspace, now: datetime, seconds: float = 1.0) -> Worked:
    """Work for about `seconds`; with 0, one round. Changes come first, then whoever is due, then segments that are new."""
    until = monotonic() + seconds
    while True:
        more = check_next(workspace, now)
        more = flip_next(workspace, now) or more
        more = more or retry_next(workspace, now) or fill_next(workspace, now)
        if not more:
            return Worked(False, next_due(workspace))
        if monotonic() >= until:
            return Worked(True, None)
