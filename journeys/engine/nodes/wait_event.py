"""Wait for one of several events, at most until a time-out."""

from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Annotated

from pydantic import ConfigDict, Field

from journeys.engine import schedule
from journeys.engine.decision import (
    STAY,
    Decision,
    Draft,
    Entered,
    EventArrived,
    Facts,
    Go,
    HistoryNeed,
    MessageChanged,
    Need,
    Stimulus,
    TimerFired,
    Wait,
)
from journeys.engine.enrollment import Enrollment
from journeys.engine.evidence import properties_at
from journeys.engine.graph import EventName, Strict
from journeys.engine.issues import Issue, References, error, warning
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType
from journeys.engine.nodes.wait import DurationText
from profiles.rules.compare import equal, get
from profiles.rules.durations import parse
from profiles.rules.filters import Filter, all_hold


class AwaitedEvent(Strict):
    """One of the events: its outcome's id, its name, filters, and the property that must equal the entry's."""

    id: Annotated[str, Field(min_length=1, max_length=64)]
    event: EventName
    where: list[Filter] = Field(default_factory=list, max_length=20)
    key: str | None = Field(default=None, max_length=200)

    def matches(self, event: EventArrived, enrollment: Enrollment, trigger_key: str | None) -> bool:
        """Whether the event is meant. In a keyed journey it is by the trigger's key, unless this names one of its own."""
        key = self.key or trigger_key
        return (
            self.event == event.name
            and event.ref != enrollment.entry_ref
            and all_hold(self.where, event.properties, event.occurred_at)
            and (not key or equal(get(event.properties, key), get(enrollment.properties, key)))
        )


class WaitEventConfig(NodeConfig):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    awaited: list[AwaitedEvent] = Field(alias="any", min_length=1, max_length=20)
    timeout: DurationText | None = None
    look_back: DurationText | None = None
    timezone: str | None = None


class WaitEventNode(NodeType[WaitEventConfig]):
    type = "wait_event"
    Config = WaitEventConfig

    def outcomes(self, config: WaitEventConfig) -> tuple[str, ...]:
        return (*(item.id for item in config.awaited), "timeout")

    def holds(self, config: WaitEventConfig) -> bool:
        # Looking back finds the same event again on the next round.
        return config.look_back is None and (config.timeout is None or not parse(config.timeout).is_zero)

    def listens(self, config: WaitEventConfig) -> Collection[str]:
        return {item.event for item in config.awaited}

    def compares(self, config: WaitEventConfig, event: str) -> Collection[str]:
        return {one.key for item in config.awaited if item.event == event for one in item.where}

    def needs(self, config: WaitEventConfig, stimulus: Stimulus) -> Need:
        if config.look_back and isinstance(stimulus, Entered):
            return HistoryNeed(tuple(sorted(self.listens(config))), config.look_back)
        return None

    def decide(
        self, node: NodeContext, config: WaitEventConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        match facts.stimulus:
            case TimerFired(due=due):
                return Decision(Go("timeout", due), (Draft("wait_ended", {"reason": "timeout"}),))
            case EventArrived() as event:
                return self._match(node, config, enrollment, event)
            case MessageChanged():
                return STAY
        for event in facts.history:
            # The next wait begins now: what is taken from the past here may still be on its way as news.
            decision = self._outcome(node, config, enrollment, event, now)
            if decision is not None:
                return decision
        data: dict[str, object] = {"for": [item.event for item in config.awaited]}
        until = None
        if config.timeout:
            zone = schedule.applied_zone(config.timezone, facts.zones)
            until = schedule.add(now, parse(config.timeout), zone.zone)
            data |= zone.as_data()
        return Decision(Wait(until, data))

    def _match(
        self, node: NodeContext, config: WaitEventConfig, enrollment: Enrollment, event: EventArrived
    ) -> Decision:
        began = enrollment.since or enrollment.began
        if event.occurred_at < began and not self._looks_back_to(config, began, event.occurred_at):
            return STAY
        # An event at exactly the time-out instant still matches.
        if enrollment.due_at is not None and event.occurred_at > enrollment.due_at:
            return STAY
        return self._outcome(node, config, enrollment, event, max(event.occurred_at, began)) or STAY

    @staticmethod
    def _looks_back_to(config: WaitEventConfig, began: datetime, occurred_at: datetime) -> bool:
        return config.look_back is not None and occurred_at >= began - parse(config.look_back).fixed

    def _outcome(
        self, node: NodeContext, config: WaitEventConfig, enrollment: Enrollment, event: EventArrived, at: datetime
    ) -> Decision | None:
        for item in config.awaited:
            if item.matches(event, enrollment, node.key):
                data: dict[str, object] = {"branch": item.id, "event": event.name, "event_ref": event.ref}
                data["occurred_at"] = event.occurred_at.isoformat()
                if key := item.key or node.key:
                    data["key"] = key
                if values := properties_at(self.compares(config, event.name), event.properties):
                    data["properties"] = values
                return Decision(Go(item.id, at), (Draft("event_matched", data),))
        return None

    def check(self, node_id: str, config: WaitEventConfig, references: References) -> Iterable[Issue]:
        ids = [item.id for item in config.awaited]
        if len(set(ids)) < len(ids) or "timeout" in ids:
            yield error(
                "outcome_not_unique",
                "等待事件的出口名称重复，或使用了保留名称 timeout。",
                "Two awaited events share an outcome, or one is called timeout.",
                node_id,
            )
        if config.timeout is None:
            yield warning(
                "waits_for_ever",
                "没有超时时间，人可能永远停留在此。",
                "Without a time-out people may stay here for ever.",
                node_id,
            )
