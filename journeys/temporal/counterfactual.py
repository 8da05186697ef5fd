"""The workflow that has a counterfactual run, on the queue of forecasts: it is the same kind of work."""

import asyncio
from uuid import UUID

from temporalio import activity, workflow

from journeys.temporal.forecast import run_or_fail, while_wanted, with_connection

COUNTERFACTUAL_WORKFLOW = "CounterfactualWorkflow"
RUN = "run_counterfactual"
FAIL = "fail_counterfactual"


def workflow_id(counterfactual: UUID) -> str:
    return f"counterfactual/{counterfactual}"


@workflow.defn(name=COUNTERFACTUAL_WORKFLOW)
class CounterfactualWorkflow:
    """`counterfactual/<id>`: run it; if that fails again and again, say so in its row."""

    @workflow.signal
    def nudge(self) -> None:
        """It is at it: to be nudged again changes nothing."""

    @workflow.run
    async def run(self, counterfactual: str) -> None:
        await run_or_fail(RUN, FAIL, counterfactual)


@activity.defn(name=RUN)
async def run_counterfactual(counterfactual: str) -> None:
    """Run it in processes of its own."""
    from journeys.review.counterfactual.jobs import perform

    await while_wanted(perform, UUID(counterfactual))


@activity.defn(name=FAIL)
async def fail_counterfactual(counterfactual: str, error: str) -> None:
    from journeys.review.counterfactual.jobs import LIFE

    await asyncio.to_thread(with_connection, LIFE.fail, UUID(counterfactual), error)
