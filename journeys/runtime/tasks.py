"""Staff tasks: made by a tick, closed by whoever has done them, taken back when the path is cut short."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Literal
from uuid import UUID

from django.contrib.auth.models import User
from django.db import transaction
from django.db.models import F

from journeys.choices import TaskState
from journeys.engine.decision import TaskRequest
from journeys.engine.nodes.task import TaskConfig
from journeys.engine.step import Step, was_cut_short
from journeys.models import Enrollment, InboxEntry, StaffTask
from journeys.runtime import nudges, task_staff
from journeys.runtime.member import Member
from journeys.store.lane import lane_of
from workspaces.errors import DomainError

CLOSED = {"done": TaskState.DONE, "failed": TaskState.FAILED}


def write(workspace: UUID, members: Sequence[Member], now: datetime) -> None:
    """Store what the members' steps have asked staff to do; close what is overdue or not wanted any more."""
    concerned = [member for member in members if "task" in member.plan.types]
    made = [
        _task(workspace, member, request.node, request.effect, now)
        for member in concerned
        for request in member.requests
        if isinstance(request.effect, TaskRequest)
    ]
    overdue = [
        UUID(event.data["task"])
        for member in concerned
        for event in member.events
        if event.kind == "task_closed" and event.data["state"] == "overdue"
    ]
    ended = [UUID(member.enrollment.id) for member in concerned if was_cut_short(member.events)]
    if made:
        task_staff.assign(made)
        StaffTask.objects.bulk_create(made)
        task_staff.tell(made, "new", now)
    if overdue:
        _close(StaffTask.objects.filter(id__in=overdue), TaskState.OVERDUE, now)
    if ended:
        _close(StaffTask.objects.filter(enrollment_id__in=ended), TaskState.CANCELLED, now)


def follow(steps: Sequence[Step]) -> None:
    """What is done to runs from outside concerns their open tasks: an end takes them back, a shifted pause moves them."""
    over: list[UUID] = []
    shifted: dict[float, list[UUID]] = defaultdict(list)
    for step in steps:
        run = UUID(step.enrollment.id)
        if not step.enrollment.is_live or any(event.data.get("entered") for event in step.events):
            over.append(run)
        for event in step.events:
            if event.kind == "resumed" and event.data.get("shift"):
                shifted[event.data["shift"]].append(run)
    if over:
        _close(StaffTask.objects.filter(enrollment_id__in=over), TaskState.CANCELLED, steps[0].events[-1].at)
    for seconds, runs in shifted.items():
        by = timedelta(seconds=seconds)
        tasks = StaffTask.objects.filter(enrollment_id__in=runs, state=TaskState.OPEN)
        tasks.update(due_at=F("due_at") + by, remind_at=F("remind_at") + by)


def _close(tasks, state: str, now: datetime) -> None:  # type: ignore[no-untyped-def]  # a query set
    tasks.filter(state=TaskState.OPEN).update(state=state, closed_at=now)


def _task(workspace: UUID, member: Member, node: str, asked: TaskRequest, now: datetime) -> StaffTask:
    config = member.plan.nodes[node].config
    assert isinstance(config, TaskConfig)
    return StaffTask(
        id=UUID(asked.id),
        workspace_id=workspace,
        journey_id=UUID(member.plan.journey),
        enrollment_id=UUID(member.enrollment.id),
        node=node,
        profile_id=UUID(member.enrollment.profile),
        assignee=config.assignee,
        content=asked.content,
        materials=config.materials,
        created_at=now,
        due_at=asked.due_at,
        remind_at=asked.remind_at,
    )


def close(
    task: StaffTask,
    result: Literal["done", "failed"],
    note: str,
    user: User | None,
    now: datetime,
    *,
    userid: str = "",
) -> None:
    """Say how a task ended; the path goes on by that outcome. Raises DomainError `wrong_state` if it is closed.

    `user` or `userid` says who closed it: somebody of the console, or the member of staff.
    """
    with transaction.atomic():
        changed = StaffTask.objects.filter(pk=task.pk, state=TaskState.OPEN).update(
            state=CLOSED[result], closed_at=now, closed_by=user, closed_by_staff=userid, note=note
        )
        task.refresh_from_db()
        if not changed:
            raise DomainError("wrong_state", f"The task is closed: it is {task.state}.", status=409)
        run = Enrollment.objects.filter(pk=task.enrollment_id, ended_at=None).first()
        if run is None:
            return
        InboxEntry.objects.create(
            workspace_id=task.workspace_id,
            lane=run.lane,
            enrollment_id=run.pk,
            kind="message",
            name=result,
            ref=task.pk,
            occurred_at=now,
        )
        nudges.lanes_after_commit({lane_of(task.workspace_id, run.lane, run.journey_id, run.profile_id)})
