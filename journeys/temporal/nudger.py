"""Nudges delivered to Temporal: debounced, merged, and never in the way of whoever gives them."""

import asyncio
import logging
import threading
from collections.abc import Callable
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from temporalio.client import Client
from temporalio.service import RPCError

from channels_app import temporal as dispatch
from journeys.store.lane import Lane
from journeys.temporal.client import connect
from journeys.temporal.counterfactual import COUNTERFACTUAL_WORKFLOW
from journeys.temporal.counterfactual import workflow_id as counterfactual_id
from journeys.temporal.files import FILE_WORKFLOW, FileJob
from journeys.temporal.files import workflow_id as file_id
from journeys.temporal.forecast import FORECAST_WORKFLOW
from journeys.temporal.forecast import workflow_id as forecast_id
from journeys.temporal.mass_acts import ACT_WORKFLOW
from journeys.temporal.mass_acts import workflow_id as act_id
from journeys.temporal.matching import MATCH_WORKFLOW
from journeys.temporal.matching import workflow_id as match_id
from journeys.temporal.messages import LANE_WORKFLOW, NUDGE, TASK_QUEUE, LaneRef
from journeys.temporal.privacy import PRIVACY_WORKFLOW, PrivacyRef
from journeys.temporal.privacy import workflow_id as privacy_id
from journeys.temporal.review import REVIEW_WORKFLOW
from journeys.temporal.review import workflow_id as review_id
from journeys.temporal.upkeep import UPKEEP_WORKFLOW
from journeys.temporal.upkeep import workflow_id as upkeep_id
from journeys.temporal.ways_in import LAUNCH_WORKFLOW, SEGMENTS_WORKFLOW, LaunchRef

logger = logging.getLogger(__name__)

# Ticks are the scarce resource of a small Temporal server. The first arrival after a rest waits only for those that come
# with it; while one workflow is nudged again and again, arrivals share a nudge each SPACING, and so a tick. Where they are
# a crowd, nobody sees the difference between a tenth and half of a second, and the server does five times less.
DEBOUNCE = 0.02  # seconds
SPACING = 0.1  # seconds
CROWD = 10  # people between two nudges of one workflow
CROWD_SPACING = 0.5  # seconds
# Few people are judged by segments by whoever hears of them; the workflow behind that takes what is left.
SEGMENTS_PAUSE = 0.3  # seconds
MOST_AT_ONCE = 50


class Target(NamedTuple):
    """A workflow to wake, started if it is not running."""

    workflow: str
    id: str
    argument: Any
    debounce: float = DEBOUNCE
    spacing: float = SPACING


def lane_target(lane: Lane) -> Target:
    own = lane.own
    ref = LaneRef(
        str(lane.workspace), lane.number, str(own.journey) if own else None, str(own.profile) if own else None
    )
    return Target(LANE_WORKFLOW, lane.workflow_id, ref)


class Nudger:
    """`journeys.runtime.nudges.Sink` over Temporal, with an event loop in a thread of its own.

    A nudge that cannot be delivered is logged and forgotten: the sweep finds whoever is overdue.
    """

    def __init__(self, connect_client: Callable[[], Any] = lambda: connect(lazy=True)) -> None:
        self._connect = connect_client
        self._client: Client | None = None
        self._wanted: dict[str, int] = {}
        self._rested_at: dict[str, float] = {}
        self._flushing: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._slots = asyncio.Semaphore(MOST_AT_ONCE)
        self._thread = threading.Thread(target=self._loop.run_forever, name="nudger", daemon=True)
        self._thread.start()

    def lane(self, lane: Lane, people: int) -> None:
        self._loop.call_soon_threadsafe(self._want, lane_target(lane), people)

    def account(self, account: UUID) -> None:
        target = Target("Dispatch", dispatch.workflow_id(account), dispatch.DispatchInput(str(account)))
        self._loop.call_soon_threadsafe(self._want, target)

    def segments(self, workspace: UUID) -> None:
        target = Target(SEGMENTS_WORKFLOW, f"segments/{workspace}", str(workspace), SEGMENTS_PAUSE, 2 * SEGMENTS_PAUSE)
        self._loop.call_soon_threadsafe(self._want, target)

    def launch(self, launch: UUID, due_at: datetime) -> None:
        """Have a launch run when it is due, if nobody sees to it yet."""
        target = Target(LAUNCH_WORKFLOW, f"launch/{launch}", LaunchRef(str(launch), due_at))
        self._loop.call_soon_threadsafe(self._want, target)

    def webhooks(self, workspace: UUID) -> None:
        target = Target("Webhooks", dispatch.webhooks_id(workspace), dispatch.WebhooksInput(str(workspace)))
        self._loop.call_soon_threadsafe(self._want, target)

    def forecast(self, forecast: UUID) -> None:
        target = Target(FORECAST_WORKFLOW, forecast_id(forecast), str(forecast))
        self._loop.call_soon_threadsafe(self._want, target)

    def counterfactual(self, counterfactual: UUID) -> None:
        target = Target(COUNTERFACTUAL_WORKFLOW, counterfactual_id(counterfactual), str(counterfactual))
        self._loop.call_soon_threadsafe(self._want, target)

    def act(self, act: UUID) -> None:
        target = Target(ACT_WORKFLOW, act_id(act), str(act))
        self._loop.call_soon_threadsafe(self._want, target)

    def file_job(self, kind: str, job: UUID) -> None:
        target = Target(FILE_WORKFLOW, file_id(kind, job), FileJob(kind, str(job)))
        self._loop.call_soon_threadsafe(self._want, target)

    def privacy(self, ref: PrivacyRef) -> None:
        target = Target(PRIVACY_WORKFLOW, privacy_id(ref), ref)
        self._loop.call_soon_threadsafe(self._want, target)

    def followers(self, account: UUID) -> None:
        target = Target("Followers", dispatch.followers_id(account), dispatch.FollowersInput(str(account)))
        self._loop.call_soon_threadsafe(self._want, target)

    def contact_sync(self, sync: UUID) -> None:
        target = Target("ContactSync", dispatch.contact_sync_id(sync), dispatch.ContactSyncInput(str(sync)))
        self._loop.call_soon_threadsafe(self._want, target)

    def upkeep(self, workspace: UUID) -> None:
        target = Target(UPKEEP_WORKFLOW, upkeep_id(workspace), str(workspace))
        self._loop.call_soon_threadsafe(self._want, target)

    def matching(self, run: UUID) -> None:
        target = Target(MATCH_WORKFLOW, match_id(run), str(run))
        self._loop.call_soon_threadsafe(self._want, target)

    def review(self, journey: UUID) -> None:
        target = Target(REVIEW_WORKFLOW, review_id(journey), str(journey))
        self._loop.call_soon_threadsafe(self._want, target)

    def close(self) -> None:
        """Stop the thread; nudges not yet delivered are left to the sweep."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _want(self, target: Target, people: int = 1) -> None:
        if target.id in self._wanted:
            self._wanted[target.id] += people
            return
        self._wanted[target.id] = people
        self._loop.call_at(
            max(self._loop.time() + target.debounce, self._rested_at.get(target.id, 0.0)), self._nudge, target
        )

    def _nudge(self, target: Target) -> None:
        crowd = self._wanted.pop(target.id) >= CROWD
        rest = max(target.spacing, CROWD_SPACING) if crowd else target.spacing
        rested_at = self._rested_at[target.id] = self._loop.time() + rest
        # A target that has rested needs no entry; without this, workflows of single people would pile up.
        self._loop.call_at(rested_at, self._forget, target.id, rested_at)
        task = self._loop.create_task(self._deliver(target))
        self._flushing.add(task)
        task.add_done_callback(self._flushing.discard)

    def _forget(self, target_id: str, rested_at: float) -> None:
        if self._rested_at.get(target_id) == rested_at:
            del self._rested_at[target_id]

    async def _deliver(self, target: Target) -> None:
        try:
            async with self._slots:
                if self._client is None:
                    self._client = await self._connect()
                await self._client.start_workflow(
                    target.workflow, target.argument, id=target.id, task_queue=TASK_QUEUE, start_signal=NUDGE
                )
        except (RPCError, RuntimeError, OSError) as error:
            logger.warning("The nudge for %s was not delivered (%s); the sweep will find it.", target.id, error)
