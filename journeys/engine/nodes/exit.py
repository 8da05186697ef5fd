"""Leave the journey."""

from datetime import datetime

from pydantic import Field

from journeys.engine.decision import Decision, Facts, Finish
from journeys.engine.enrollment import Enrollment
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType


class ExitConfig(NodeConfig):
    reason: str = Field(default="", max_length=200)


class ExitNode(NodeType[ExitConfig]):
    type = "exit"
    Config = ExitConfig

    def outcomes(self, config: ExitConfig) -> tuple[str, ...]:
        return ()

    def decide(
        self, node: NodeContext, config: ExitConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        return Decision(Finish(config.reason or "exit_node"))
