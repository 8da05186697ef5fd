"""Wait for a time: a duration, then a window of the day and week."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator, ConfigDict, Field

from journeys.engine import schedule
from journeys.engine.decision import (
    STAY,
    Decision,
    Draft,
    EventArrived,
    Facts,
    Go,
    MessageChanged,
    TimerFired,
    Wait,
)
from journeys.engine.enrollment import Enrollment
from journeys.engine.graph import LocalTime, Strict
from journeys.engine.issues import Issue, References, error
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType
from profiles.rules.durations import parse
from workspaces.localtime import UnknownZone, zone_of


def _duration(text: str) -> str:
    parse(text)
    return text


DurationText = Annotated[str, AfterValidator(_duration)]
Weekday = Annotated[int, Field(ge=1, le=7)]


class WindowConfig(Strict):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    days: list[Weekday] = Field(default_factory=lambda: [1, 2, 3, 4, 5, 6, 7], max_length=7)
    start: LocalTime = Field(default="00:00", alias="from")
    end: LocalTime = Field(default="24:00", alias="to")

    def window(self) -> schedule.Window:
        return schedule.Window(frozenset(self.days), schedule.minutes(self.start), schedule.minutes(self.end))


class WaitConfig(NodeConfig):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    duration: DurationText | None = Field(default=None, alias="for")
    window: WindowConfig | None = None
    timezone: str | None = None


class WaitNode(NodeType[WaitConfig]):
    type = "wait"
    Config = WaitConfig

    def holds(self, config: WaitConfig) -> bool:
        # A window alone lets people through for as long as it is open.
        return config.duration is not None and not parse(config.duration).is_zero

    def decide(
        self, node: NodeContext, config: WaitConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        if isinstance(facts.stimulus, TimerFired):
            return Decision(Go("next", facts.stimulus.due), (Draft("wait_ended", {"reason": "due"}),))
        if isinstance(facts.stimulus, EventArrived | MessageChanged):
            return STAY
        zone = schedule.applied_zone(config.timezone, facts.zones)
        until = now
        if config.duration:
            until = schedule.add(until, parse(config.duration), zone.zone)
        if config.window:
            opening = config.window.window().next_open(until, zone.zone)
            if opening is None:
                raise ValueError("the window never opens")
            until = opening
        if until <= now:
            return Decision(Go("next"), (Draft("wait_ended", {"reason": "nothing_to_wait_for", **zone.as_data()}),))
        return Decision(Wait(until, zone.as_data()))

    def check(self, node_id: str, config: WaitConfig, references: References) -> Iterable[Issue]:
        if config.duration is None and config.window is None:
            yield error("wait_without_time", "等待节点没有设置时间。", "The wait has no time set.", node_id)
        if config.window and config.window.window().is_empty:
            yield error("hours_never_open", "等待的时间窗口永远不会打开。", "The wait's window never opens.", node_id)
        if config.timezone and config.timezone != "profile":
            try:
                zone_of(config.timezone)
            except UnknownZone:
                yield error(
                    "unknown_time_zone",
                    f"时区 {config.timezone} 不存在。",
                    f"There is no time zone {config.timezone}.",
                    node_id,
                )
