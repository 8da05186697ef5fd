"""Where people come in: by an event, a segment, a schedule, a date of theirs, or the API."""

import re
from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Final, Literal

from pydantic import Field

from journeys.engine.cron import InvalidCron, parse_cron
from journeys.engine.decision import Decision, Facts, Go
from journeys.engine.enrollment import Enrollment
from journeys.engine.graph import EventName, Instant, LocalTime
from journeys.engine.issues import ConfigFault, Issue, References, error, warning
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType
from profiles.rules.durations import InvalidDuration, parse
from profiles.rules.filters import Filter, Key
from workspaces.localtime import UnknownZone, zone_of

SegmentId = Annotated[str, Field(min_length=1, max_length=64)]


# The kinds that let people in without any event.
LAUNCHING: Final = frozenset({"schedule", "date", "segment"})


class TriggerConfig(NodeConfig):
    """The fields of each kind are those of the contract; those of other kinds are left alone."""

    kind: Literal["api", "event", "schedule", "date", "segment"]
    # Of an event.
    event: EventName | None = None
    where: list[Filter] = Field(default_factory=list, max_length=20)
    key: str | None = Field(default=None, max_length=200)
    # Of a segment and a schedule: whom.
    segment: SegmentId | None = None
    on: Literal["enter", "leave"] = "enter"
    backfill: bool = False
    # Of a schedule: the time.
    at: Instant | None = None
    cron: str | None = Field(default=None, max_length=200)
    timezone: str | None = None
    # Of a date.
    attribute: Key | None = None
    offset: str = "P0D"
    time: LocalTime = "09:00"
    yearly: bool = False

    def model_post_init(self, context: object) -> None:
        if self.kind == "event" and not self.event:
            raise ConfigFault("事件触发要填写事件名称", "an event trigger names its event")
        if self.kind == "segment" and not self.segment:
            raise ConfigFault("分群触发要选择分群", "a segment trigger names its segment")
        if self.kind == "schedule" and (self.at is None) == (self.cron is None):
            raise ConfigFault("定时触发要填写 at 或 cron，且只填一个", "a schedule has either `at` or `cron`")
        if self.kind == "date":
            if not self.attribute:
                raise ConfigFault("日期触发要填写属性", "a date trigger names its attribute")
            if not _counts_days(self.offset):
                raise ConfigFault(
                    "offset 是以天、周、月或年为单位的时长，可以为负，例如 -P7D",
                    "`offset` is a duration in days, weeks, months or years, perhaps negative, such as -P7D",
                )


class Trigger(NodeType[TriggerConfig]):
    type = "trigger"
    Config = TriggerConfig

    def decide(
        self, node: NodeContext, config: TriggerConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        return Decision(Go("next"))

    def check(self, node_id: str, config: TriggerConfig, references: References) -> Iterable[Issue]:
        if config.key and config.kind in LAUNCHING:
            yield error(
                "key_without_event",
                "按键值区分的旅程只能由事件或 API 触发：定时、日期和分群触发没有事件属性可取键值，没有人能进入。",
                "A key needs an event or an API call to read it from: a schedule, a date or a segment has none, and"
                " nobody could come in.",
                node_id,
            )
        if config.kind == "schedule":
            yield from _check_schedule(node_id, config, references)
        if config.kind == "date":
            yield from _check_attribute(node_id, config, references)
        if config.kind in {"schedule", "segment"} and config.segment in references.empty_segments:
            yield warning("empty_audience", "这个分群现在没有人。", "Nobody is in this segment now.", node_id)


def _check_schedule(node_id: str, config: TriggerConfig, references: References) -> Iterable[Issue]:
    if config.segment is None and references.segments is not None:
        yield error("segment_missing", "定时触发要选择分群。", "A schedule names the segment that it lets in.", node_id)
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
    if config.cron is not None:
        yield from _check_cron(node_id, config.cron)
    if config.at and references.now and config.at <= references.now and config.at not in references.launched:
        yield error("at_in_the_past", "触发时间已经过去。", "The time of the launch has passed.", node_id)


def _check_cron(node_id: str, text: str) -> Iterable[Issue]:
    try:
        cron = parse_cron(text)
    except InvalidCron as fault:
        yield error(fault.code, f"cron 表达式 {text} 有误：{fault}", f"The cron expression {text}: {fault}", node_id)
        return
    # Which days there are is the same in every year but for 29 February, so any start will do.
    if cron.next_after(datetime.fromisoformat("2000-01-01T00:00:00+00:00"), zone_of("UTC")) is None:
        yield error(
            "cron_never_fires",
            f"cron 表达式 {text} 永远不会触发。",
            f"The cron expression {text} never fires: there is no such day.",
            node_id,
        )


def _check_attribute(node_id: str, config: TriggerConfig, references: References) -> Iterable[Issue]:
    match references.date_attributes.get(config.attribute or ""):
        case "other":
            yield error(
                "attribute_is_no_date",
                f"属性 {config.attribute} 的值不是日期。",
                f"The values of the attribute {config.attribute} are no dates.",
                node_id,
            )
        case "missing":
            yield warning(
                "empty_audience",
                f"现在没有人有属性 {config.attribute}。",
                f"Nobody has the attribute {config.attribute} now.",
                node_id,
            )


_SIGNED = re.compile(r"-?P[0-9YMWD]+", re.ASCII)


def _counts_days(text: str) -> bool:
    try:
        return bool(_SIGNED.fullmatch(text)) and not parse(text.removeprefix("-")).exact
    except InvalidDuration:
        return False
