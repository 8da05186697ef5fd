"""The activities: they cross from Temporal into Django, and nothing else."""

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from time import monotonic
from typing import Any, TypeVar
from uuid import UUID

from temporalio import activity

from channels_app import suppressions
from channels_app.webhooks import purging
from journeys.review.worth import reports
from journeys.runtime import acts, launches, task_staff
from journeys.runtime.sweep import overdue_work
from journeys.runtime.tick import MOST_PEOPLE, advance
from journeys.store.lane import Lane, OwnLane
from journeys.temporal.mass_acts import ADVANCE_ACT, ActRequest
from journeys.temporal.messages import ADVANCE, ADVANCE_FEW, SWEEP, AdvanceReport, AdvanceRequest, LaneRef
from journeys.temporal.nudger import Nudger
from journeys.temporal.privacy import ADVANCE_PRIVACY, ERASURE, RETENTION, PrivacyRef, PrivacyRequest
from journeys.temporal.upkeep import ADVANCE_UPKEEP, UpkeepRequest
from journeys.temporal.ways_in import (
    ADVANCE_LAUNCH,
    CHECK_SEGMENTS,
    JUDGE,
    JUDGE_FEW,
    LaunchRequest,
    SegmentsReport,
    SegmentsRequest,
)
from profiles import segment_turns, upkeep
from profiles.exports import jobs as export_jobs
from profiles.housekeeping import keep_house
from profiles.privacy import erasure
from workspaces import retention
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
            self.advance_privacy,
            self.check_segments,
            self.advance_upkeep,
            self.judge_by_segments,
            self.judge_few_by_segments,
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

    @activity.defn(name=ADVANCE_PRIVACY)
    async def advance_privacy(self, request: PrivacyRequest) -> bool:
        return await self._beating(lambda: self._privacy(request))

    @activity.defn(name=CHECK_SEGMENTS)
    async def check_segments(self, request: SegmentsRequest) -> bool:
        """For workflows that began before they knew of due instants."""
        return await self._beating(lambda: self._judge(request, TURN_SECONDS).more)

    @activity.defn(name=JUDGE)
    async def judge_by_segments(self, request: SegmentsRequest) -> SegmentsReport:
        return await self._beating(lambda: self._judge(request, TURN_SECONDS))

    @activity.defn(name=JUDGE_FEW)
    async def judge_few_by_segments(self, request: SegmentsRequest) -> SegmentsReport:
        return await self._in_thread(lambda: self._judge(request, 0))

    @activity.defn(name=ADVANCE_UPKEEP)
    async def advance_upkeep(self, request: UpkeepRequest) -> bool:
        return await self._beating(lambda: self._upkeep(request))

    def _judge(self, request: SegmentsRequest, seconds: float) -> SegmentsReport:
        workspace = Workspace.objects.filter(pk=request.workspace).first()
        if workspace is None:
            return SegmentsReport(False, None)
        # What was committed while the task was on its way is dated by clocks, not by the workflow's time.
        now = max(request.now, datetime.now(UTC))
        worked = segment_turns.work(workspace, now, seconds)
        return SegmentsReport(worked.more, worked.next_due)

    def _upkeep(self, request: UpkeepRequest) -> bool:
        return _for_a_second(lambda: upkeep.advance(UUID(request.workspace), request.now))

    def _launch(self, request: LaunchRequest) -> bool:
        return _for_a_second(lambda: launches.advance_launch(UUID(request.launch), request.now).more)

    def _act(self, request: ActRequest) -> bool:
        return _for_a_second(lambda: acts.advance_act(UUID(request.act), request.now))

    def _privacy(self, request: PrivacyRequest) -> bool:
        part = erasure.advance if request.ref.kind == ERASURE else retention.advance
        return _for_a_second(lambda: part(UUID(request.ref.id), request.now))

    def _advance(self, request: AdvanceRequest, most: int) -> AdvanceReport:
        result = advance(lane_from(request.lane), request.now, most)
        for account in result.accounts:
            self._nudger.account(account)
        return AdvanceReport(result.moved, result.more, result.next_due)

    def _sweep(self, now: datetime) -> int:
        task_staff.remind_due(now)
        work = overdue_work(now)
        for lane in work.lanes:
            self._nudger.lane(lane, 1)
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
        for counterfactual in work.counterfactuals:
            self._nudger.counterfactual(counterfactual)
        for act in work.acts:
            self._nudger.act(act)
        for one in work.erasures:
            self._nudger.privacy(PrivacyRef(ERASURE, str(one)))
        for one in work.retention:
            self._nudger.privacy(PrivacyRef(RETENTION, str(one)))
        purging.purge(now)
        export_jobs.expire(now)
        for job in work.imports:
            self._nudger.file_job("import", job)
        for job in work.exports:
            self._nudger.file_job("export", job)
        for report in reports.overdue(now):
            self._nudger.file_job("report", report)
        suppressions.lift_expired(now)
        for account in work.followers:
            self._nudger.followers(account)
        for sync in work.contact_syncs:
            self._nudger.contact_sync(sync)
        for workspace in work.upkeep:
            self._nudger.upkeep(workspace)
        for run in work.matchings:
            self._nudger.matching(run)
        for journey in work.reviews:
            self._nudger.review(journey)
        keep_house(now)
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
