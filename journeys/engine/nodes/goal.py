"""Mark a goal as reached at this point of the path."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from journeys.engine.decision import Decision, Draft, Facts, Go
from journeys.engine.enrollment import Enrollment
from journeys.engine.issues import Issue, References, error
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType


class GoalConfig(NodeConfig):
    goal: Annotated[str, Field(min_length=1, max_length=64)]


class GoalNode(NodeType[GoalConfig]):
    type = "goal"
    Config = GoalConfig

    def decide(
        self, node: NodeContext, config: GoalConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        return Decision(Go("next"), (Draft("goal_reached", {"goal": config.goal}),))

    def check(self, node_id: str, config: GoalConfig, references: References) -> Iterable[Issue]:
        if config.goal not in references.goals:
            yield error(
                "unknown_goal",
                f"旅程设置中没有目标 {config.goal}。",
                f"The journey's settings have no goal {config.goal}.",
                node_id,
            )
