"""The workflow that has probable doubles searched for, on the queue of forecasts: work for a processor, not for a tick."""

import asyncio
from uuid import UUID

from temporalio import activity, workflow

from journeys.temporal.forecast import HEARTBEAT_EVERY, run_or_fail, with_connection

MATCH_WORKFLOW = "MatchWorkflow"
SEARCH = "search_matches"
FAIL = "fail_search"


def workflow_id(run: object) -> str:
    return f"matching/{run}"


@workflow.defn(name=MATCH_WORKFLOW)
class MatchWorkflow:
    """`matching/<id>`: search; if that fails again and again, say so in its row."""

    @workflow.signal
    def nudge(self) -> None:
        """It is at it: to be nudged again changes nothing."""

    @workflow.run
    async def run(self, run: str) -> None:
        await run_or_fail(SEARCH, FAIL, run)


@activity.defn(name=SEARCH)
async def search_matches(run: str) -> None:
    """Search in a thread, and say meanwhile that it goes on."""
    from django.utils import timezone

    from profiles.merging.matching import perform

    searching = asyncio.ensure_future(asyncio.to_thread(with_connection, perform, UUID(run), timezone.now()))
    while not (await asyncio.wait({searching}, timeout=HEARTBEAT_EVERY))[0]:
        activity.heartbeat()
    searching.result()


@activity.defn(name=FAIL)
async def fail_search(run: str, error: str) -> None:
    from django.utils import timezone

    from profiles.merging.matching import fail

    await asyncio.to_thread(with_connection, fail, UUID(run), error, timezone.now())
