"""Wait for a time: a duration, an instant, an attribute of the person, a window of the day and week."""

from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, ConfigDict, Field

from journeys.engine import schedule
from journeys.engine.decision import (
    STAY,
    Decision,
    Draft,
    Entered,
    EventArrived,
    Facts,
    Finish,
    Go,
    MessageChanged,
    Need,
    Stimulus,
    TimerFired,
    ValueNeed,
    Wait,
)
from journeys.engine.enrollment import Enrollment
from journeys.engine.evidence import shown
from journeys.engine.graph import Instant, LocalTime, Strict
from journeys.engine.instants import instant_from
from journeys.engine.issues import Issue, References, error
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType
from profiles.rules.durations import parse, parse_offset
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


def _offset(text: str) -> str:
    parse_offset(text)
    return text


OffsetText = Annotated[str, AfterValidator(_offset)]
Otherwise = Literal["continue", "exit"]


class UntilAttribute(Strict):
    """The instant that an attribute of the person names, moved by `offset`."""

    key: Annotated[str, Field(min_length=1, max_length=200)]
    offset: OffsetText | None = None
    if_past: Otherwise = "continue"
    if_missing: Otherwise = "continue"


class WaitConfig(NodeConfig):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    duration: DurationText | None = Field(default=None, alias="for")
    until: Instant | None = None
    until_attribute: UntilAttribute | None = None
    window: WindowConfig | None = None
    timezone: str | None = None

    @property
    def is_set(self) -> bool:
        return any((self.duration, self.until, self.until_attribute, self.window))


class WaitNode(NodeType[WaitConfig]):
    """Each part moves the instant on, in the order of the contract: a duration, an instant, an attribute's, a window."""

    type = "wait"
    Config = WaitConfig

    def holds(self, config: WaitConfig) -> bool:
        # An instant that has passed, and a window while it is open, let people through.
        return config.duration is not None and not parse(config.duration).is_zero

    def needs(self, config: WaitConfig, stimulus: Stimulus) -> Need:
        return (
            ValueNeed(config.until_attribute.key) if config.until_attribute and isinstance(stimulus, Entered) else None
        )

    def decide(
        self, node: NodeContext, config: WaitConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        if isinstance(facts.stimulus, TimerFired):
            data = {"reason": "due", "due": facts.stimulus.due.isoformat()}
            return Decision(Go("next", facts.stimulus.due), (Draft("wait_ended", data),))
        if isinstance(facts.stimulus, EventArrived | MessageChanged):
            return STAY
        zone = schedule.applied_zone(config.timezone, facts.zones)
        why: dict[str, Any] = zone.as_data()
        until = now
        if config.duration:
            until = schedule.add(until, parse(config.duration), zone.zone)
        if config.until:
            until = max(until, config.until.astimezone(UTC))
        if config.until_attribute:
            asked = config.until_attribute
            why["attribute"] = asked.key
            named = instant_from(facts.value, zone.zone)
            if named is None:
                why["problem"] = "missing" if facts.value is None else "not_a_date"
                if asked.if_missing == "exit":
                    return _leave(f"attribute_{why['problem']}", why)
            else:
                why["value"] = shown(asked.key, facts.value)
                if asked.offset:
                    named = schedule.add(named, parse_offset(asked.offset), zone.zone)
                if named < until:
                    why["problem"] = "past"
                    if asked.if_past == "exit":
                        return _leave("past", why)
                until = max(until, named)
        if config.window:
            opening = config.window.window().next_open(until, zone.zone)
            if opening is None:
                raise ValueError("the window never opens")
            until = opening
        if until <= now:
            return Decision(Go("next"), (Draft("wait_ended", {"reason": "nothing_to_wait_for", **why}),))
        return Decision(Wait(until, why))

    def check(self, node_id: str, config: WaitConfig, references: References) -> Iterable[Issue]:
        if not config.is_set:
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


def _leave(reason: str, why: Mapping[str, Any]) -> Decision:
    return Decision(Finish(reason), (Draft("wait_ended", {"reason": reason, **why}),))
