"""One part of a period's people, some at a time: loaded, simulated, compared, and kept where they differ."""

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from journeys.engine.plan import Plan, compile_plan
from journeys.forecast.assumptions import Receipts
from journeys.forecast.past import receipts_of
from journeys.models import JourneyVersion
from journeys.review.counterfactual import updates
from journeys.review.counterfactual.comparing import Differing, compare, exception_of
from journeys.review.counterfactual.following import Following
from journeys.review.counterfactual.gate import Gate
from journeys.review.counterfactual.prices import Prices
from journeys.review.counterfactual.recorded import events_of, people_of, runs_of
from journeys.review.counterfactual.request import ready
from journeys.review.counterfactual.run import Setup, Simulation
from journeys.review.counterfactual.tally import Tally
from journeys.runtime.plans import plan_of
from journeys.runtime.replay_facts import NotRecorded
from workspaces.models import Workspace

# Of the version that a counterfactual walks: there is no such row.
VERSION = "counterfactual"
# Enough for few questions to the database, few enough that their streams fit in memory.
PEOPLE_AT_ONCE = 1_000

Keep = Callable[[list[Differing]], None]


def prepare(workspace: UUID, journey: UUID, body: Mapping[str, Any]) -> Setup:
    """Read a stored request."""
    asked = ready(body)
    plan = compile_plan(str(journey), VERSION, asked.graph)
    space = Workspace.objects.get(pk=workspace)
    following = Following(plan, recorded_plan, from_entry=asked.from_entry)
    shares = Receipts(receipts_of(workspace, plan, asked.as_of))
    return Setup(
        space, plan, asked, recorded_plan, following, Gate(plan, recorded_plan), shares, Prices(workspace, plan.journey)
    )


def run_part(
    setup: Setup, part: int, parts: int, keep: Keep, report: Callable[[float], None] = lambda _share: None
) -> Tally:
    """Run the `part`-th of `parts` parts. `keep` is given the runs that differ; `report` the share (0 to 1) that is done."""
    tally = Tally()
    people = people_of(setup.plan, setup.ready, part, parts)
    tally.total = people.total
    if "update" in setup.plan.types:
        updates.prepare()
    for start in range(0, len(people.profiles), PEOPLE_AT_ONCE):
        some = people.profiles[start : start + PEOPLE_AT_ONCE]
        runs = runs_of(setup.workspace.id, setup.plan, setup.ready, some)
        simulation = Simulation(setup, runs, events_of(setup.plan, setup.ready, runs), tally)
        differing = compare(simulation, simulation.go(), tally)
        _explain(setup, {run.id: run for run in runs}, differing, tally)
        keep(differing)
        report((start + len(some)) / len(people.profiles))
    return tally


def _explain(setup: Setup, runs: Mapping[str, Any], differing: list[Differing], tally: Tally) -> None:
    """Where nothing was edited nothing should differ: what does is counted by why."""
    for one in differing:
        run = runs[one.run]
        if setup.following.is_unedited(run.blank.version):
            tally.exceptions[exception_of(run)] += 1


def recorded_plan(version: str) -> Plan:
    """The plan of a recorded version. Raises NotRecorded if it cannot be run any more."""
    try:
        return plan_of(version)
    except (JourneyVersion.DoesNotExist, ValueError) as error:
        raise NotRecorded("a version that cannot be run") from error
