"""Who is told that a workspace has upkeep that somebody waits for."""

from collections.abc import Callable
from functools import partial
from uuid import UUID

from django.db import transaction

# Called after the commit with the workspace. What nobody waits for (an event's mark, a night) is found by the sweep.
wanted: list[Callable[[UUID], None]] = []


def work_wanted(workspace_id: UUID) -> None:
    """Have the upkeep of this workspace begin after the commit."""
    for want in wanted:
        transaction.on_commit(partial(want, workspace_id))
