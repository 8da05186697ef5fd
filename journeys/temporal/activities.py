"""The activities: they cross from Temporal into Django, and nothing else."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from temporalio import activity

from channels_app.webhooks import purging
from journeys.runtime import acts, launches, task_staff
from journeys.runtime.sweep import overdue_work
from journeys.runtime.tick import MOST_PEOPLE, advance
from journeys.store.lane import Lane, OwnLane
from journeys.temporal.mass_acts import ADVANCE_ACT, ActRequest
from journeys.temporal.messages import ADVANCE, ADVANCE_FEW, SWEEP, AdvanceReport, AdvanceRequest, LaneRef
from journeys.temporal.nudger import Nudger
from journeys.temporal.ways_in import ADVANCE_LAUNCH, CHECK_SEGMENTS, LaunchRequest, SegmentsRequest
from profiles import segment_members
from workspaces.connections import fresh_connection
from workspaces.models import Workspace

T = TypeVar("T")
FEW = 100  # people; more are advanced in a task of its own, which any worker may take
TURN_SECONDS = 1.0
HEARTBEAT_EVERY = 2.0  # seconds; a third of the workflow's heartbeat time-out


def lane_from(ref: LaneRef) -> Lane:
    own = OwnLane(UUID(ref.journey), UUID(ref.profile)) if ref.journey and ref.profile else None
    return Lane(UUID(ref.workspace), ref.number, own)


class Activities:
    """Ticks run in threads of their own, each with its database connection; `nudger` wakes who has new work."""

    def __init__(self, nudger: Nudger, threads: int) -> None:
        self._nudger = nudger
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="tick")

    def all(self) -> list[Callable[..., Any]]:
        return [
            self.advance_lane,
            self.advance_few,
            self.sweep,
            self.advance_launch,
            self.advance_act,
            self.check_segments,
        ]

    @activity.defn(name=ADVANCE)
    async def advance_lane(self, request: AdvanceRequest) -> AdvanceReport:
        return await self._beating(lambda: self._advance(request, MOST_PEOPLE))

    @activity.defn(name=ADVANCE_FEW)
    async def advance_few(self, request: AdvanceRequest) -> AdvanceReport:
        return await self._in_thread(lambda: self._advance(request, FEW))

    @activity.defn(name=SWEEP)
    async def sweep(self, now: datetime) -> int:
        return await self._in_thread(lambda: self._sweep(now))

    @activity.defn(name=ADVANCE_LAUNCH)
    async def advance_launch(self, request: LaunchRequest) -> bool:
        return await self._beating(lambda: self._launch(request))

    @activity.defn(name=ADVANCE_ACT)
    async def advance_act(self, request: ActRequest) -> bool:
        return await self._beating(lambda: self._act(request))

    @activity.defn(name=CHECK_SEGMENTS)
    async def check_segments(self, request: SegmentsRequest) -> bool:
        return await self._beating(lambda: self._check(request))

    def _check(self, request: SegmentsRequest) -> bool:
        workspace = Workspace.objects.filter(pk=request.workspace).first()
        if workspace is None:
            return False
        more = segment_members.check_next(workspace, request.now)
        if not more:
            for segment in segment_members.due_for_refresh(request.now, workspace):
                segment_members.refresh(segment, request.now)
        return more

    def _launch(self, request: LaunchRequest) -> bool:
        return _for_a_second(lambda: launches.advance_launch(UUID(request.launch), request.now).more)

    def _act(self, request: ActRequest) -> bool:
        return _for_a_second(lambda: acts.advance_act(UUID(request.act), request.now))

    def _advance(self, request: AdvanceRequest, most: int) -> AdvanceReport:
        result = advance(lane_from(request.lane), request.now, most)
        for account in result.accounts:
            self._nudger.account(account)
        return AdvanceReport(result.moved, result.more, result.next_due)

    def _sweep(self, now: datetime) -> int:
        task_staff.remind_due(now)
        work = overdue_work(now)
        for lane in work.lanes:
            self._nudger.lane(lane)
        for account in work.accounts:
            self._nudger.account(account)
        for launch in work.launches:
            self._nudger.launch(launch.pk, launch.due_at)
        for workspace in work.workspaces:
            self._nudger.segments(workspace)
        for workspace in work.webhooks:
            self._nudger.webhooks(workspace)
        for forecast in work.forecasts:
            self._nudger.forecast(forecast)
        for act in work.acts:
            self._nudger.act(act)
        purging.purge(now)
        for account in work.followers:
            self._nudger.followers(account)
        for sync in work.contact_syncs:
            self._nudger.contact_sync(sync)
        return sum(len(found) for found in work)

    async def _beating(self, work: Callable[[], T]) -> T:
        """Run `work` in a thread and tell the server meanwhile that this worker lives."""
        running = asyncio.ensure_future(self._in_thread(work))
        while True:
            done, _ = await asyncio.wait({running}, timeout=HEARTBEAT_EVERY)
            if done:
                return running.result()
            activity.heartbeat()

    async def _in_thread(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._executor, _with_connection, work)


def _for_a_second(batch: Callable[[], bool]) -> bool:
    """Do batches for about a second; then whoever else needs this worker has a turn. Tell whether there is more."""
    until = monotonic() + TURN_SECONDS
    more = True
    while more and monotonic() < until:
        more = batch()
    return more


def _with_connection(work: Callable[[], T]) -> T:
    with fresh_connection():
        return work()
