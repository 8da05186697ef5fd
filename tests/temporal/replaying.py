"""Replaying histories: those of earlier releases, and what has just run."""

import json
import os
import re
from pathlib import Path
from typing import Any

from temporalio.client import WorkflowHandle
from temporalio.worker import Replayer
from temporalio.worker.workflow_sandbox import SandboxedWorkflowRunner, SandboxRestrictions

from channels_app import temporal as dispatch
from journeys.temporal.counterfactual import CounterfactualWorkflow
from journeys.temporal.files import FileJobWorkflow
from journeys.temporal.forecast import ForecastWorkflow
from journeys.temporal.mass_acts import MassActWorkflow
from journeys.temporal.matching import MatchWorkflow
from journeys.temporal.privacy import PrivacyWorkflow
from journeys.temporal.review import ReviewWorkflow
from journeys.temporal.upkeep import UpkeepWorkflow
from journeys.temporal.ways_in import LaunchWorkflow, SegmentsWorkflow
from journeys.temporal.workflows import LaneWorkflow, SweepWorkflow

HISTORIES = Path(__file__).parent / "histories"
# What the server notes of the machine that ran the worker.
MACHINE = re.compile(r'"(identity|binaryChecksum|buildId)": "[^"]*"')


def replayer() -> Replayer:
    restrictions = SandboxRestrictions.default.with_passthrough_modules(
        "journeys.temporal.messages",
        "journeys.temporal.files",
        "journeys.temporal.counterfactual",
        "journeys.temporal.forecast",
        "journeys.temporal.mass_acts",
        "journeys.temporal.matching",
        "journeys.temporal.privacy",
        "journeys.temporal.review",
        "journeys.temporal.upkeep",
        "journeys.temporal.ways_in",
        "channels_app.temporal",
    )
    return Replayer(
        workflows=[
            LaneWorkflow,
            SweepWorkflow,
            LaunchWorkflow,
            SegmentsWorkflow,
            ForecastWorkflow,
            CounterfactualWorkflow,
            MassActWorkflow,
            FileJobWorkflow,
            MatchWorkflow,
            PrivacyWorkflow,
            ReviewWorkflow,
            UpkeepWorkflow,
            *dispatch.WORKFLOWS,
        ],
        workflow_runner=SandboxedWorkflowRunner(restrictions=restrictions),
    )


RECORDED = {path.stem: path.read_text() for path in sorted(HISTORIES.glob("*.json"))}


async def checked(handle: WorkflowHandle[Any, Any], name: str) -> None:
    """Replay what has just run, and record it if that is wanted."""
    history = await handle.fetch_history()
    await replayer().replay_workflow(history)
    if os.environ.get("ZHITU_RECORD"):
        text = json.dumps(json.loads(history.to_json()), indent=1, sort_keys=True)
        (HISTORIES / f"{name}.json").write_text(MACHINE.sub(r'"\1": "worker"', text) + "\n")
