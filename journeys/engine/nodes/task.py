"""A task for a member of staff (导购): the path waits until it is done, has failed, or is overdue."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Any

from pydantic import ConfigDict, Field

from journeys.engine import schedule
from journeys.engine.decision import (
    STAY,
    Decision,
    Draft,
    EventArrived,
    Facts,
    Go,
    MessageChanged,
    Need,
    RenderNeed,
    Stimulus,
    TaskRequest,
    TimerFired,
    Wait,
)
from journeys.engine.enrollment import Enrollment
from journeys.engine.issues import Issue, References, error
from journeys.engine.nodes.assignee import read_assignee
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType
from journeys.engine.nodes.wait import DurationText
from profiles.rules.durations import parse


class TaskConfig(NodeConfig):
    """`assignee` names a member of staff, or says by which rule one is found; `materials` are links or texts to use.

    `due` counts from the task's creation, `remind` is how long before that somebody is reminded.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    assignee: Annotated[str, Field(max_length=200)] | dict[str, Any] = ""
    content: str = Field(default="", max_length=2000)
    materials: list[Annotated[str, Field(max_length=2000)]] = Field(default_factory=list, max_length=20)
    due: DurationText = "P1D"
    remind: DurationText | None = None


class TaskNode(NodeType[TaskConfig]):
    type = "task"
    Config = TaskConfig

    def outcomes(self, config: TaskConfig) -> tuple[str, ...]:
        return ("done", "overdue", "failed")

    def liquid(self, config: TaskConfig) -> Iterable[tuple[str, str]]:
        yield "content", config.content

    def needs(self, config: TaskConfig, stimulus: Stimulus) -> Need:
        if isinstance(stimulus, EventArrived | MessageChanged | TimerFired):
            return None
        return RenderNeed((("content", config.content),))

    def decide(
        self, node: NodeContext, config: TaskConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        own = (enrollment.wait or {}).get("task")
        match facts.stimulus:
            case EventArrived():
                return STAY
            case MessageChanged() as news:
                if news.message != own or news.state not in ("done", "failed"):
                    return STAY
                closed = Draft("task_closed", {"task": own, "state": news.state})
                return Decision(Go(news.state, news.at), (closed, Draft("wait_ended", {"reason": news.state})))
            case TimerFired(due=due):
                closed = Draft("task_closed", {"task": own, "state": "overdue"})
                return Decision(Go("overdue", due), (closed, Draft("wait_ended", {"reason": "overdue"})))
        assert facts.rendered is not None
        zone = schedule.applied_zone(None, facts.zones)
        due_at = schedule.add(now, parse(config.due), zone.zone)
        remind_at = due_at - parse(config.remind).fixed if config.remind else None
        task = TaskRequest(facts.rendered.id, facts.rendered.texts["content"], due_at, remind_at)
        created = Draft("task_created", {"task": task.id, "due": due_at.isoformat()})
        return Decision(Wait(due_at, {"task": task.id, **zone.as_data()}), (created,), task)

    def check(self, node_id: str, config: TaskConfig, references: References) -> Iterable[Issue]:
        if not config.content.strip():
            yield error("task_without_content", "任务没有填写内容。", "The task says nothing to do.", node_id)
        try:
            read_assignee(config.assignee)
        except ValueError:
            yield error(
                "task_assignee_unknown",
                "任务的分配规则不存在或不完整。",
                "Nobody can be found by the assignee rule.",
                node_id,
            )
        if parse(config.due).is_zero:
            yield error("task_without_time", "任务没有完成期限。", "The task leaves no time to do it.", node_id)
