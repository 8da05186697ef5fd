"""Where people come in."""

from datetime import datetime
from typing import Literal

from pydantic import Field

from journeys.engine.decision import Decision, Facts, Go
from journeys.engine.enrollment import Enrollment
from journeys.engine.graph import EventName
from journeys.engine.issues import ConfigFault
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType
from profiles.rules.filters import Filter


class TriggerConfig(NodeConfig):
    kind: Literal["api", "event"]
    event: EventName | None = None
    where: list[Filter] = Field(default_factory=list, max_length=20)
    key: str | None = Field(default=None, max_length=200)

    def model_post_init(self, context: object) -> None:
        if self.kind == "event" and not self.event:
            raise ConfigFault("事件触发要填写事件名称", "an event trigger names its event")


class Trigger(NodeType[TriggerConfig]):
    type = "trigger"
    Config = TriggerConfig

    def decide(
        self, node: NodeContext, config: TriggerConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        return Decision(Go("next"))
