"""Split by rule: the first branch whose rule the person matches at this moment."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from journeys.engine.decision import BranchNeed, Decision, Draft, Facts, Go, Need, Stimulus
from journeys.engine.enrollment import Enrollment
from journeys.engine.graph import Strict
from journeys.engine.issues import Issue, References, error
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType
from profiles.rules.ast import Rule


class BranchConfig(Strict):
    id: Annotated[str, Field(min_length=1, max_length=64)]
    name: str = Field(default="", max_length=200)
    rule: Rule


class SplitConfig(NodeConfig):
    branches: list[BranchConfig] = Field(min_length=1, max_length=50)


class SplitNode(NodeType[SplitConfig]):
    type = "split"
    Config = SplitConfig

    def outcomes(self, config: SplitConfig) -> tuple[str, ...]:
        return (*(branch.id for branch in config.branches), "else")

    def needs(self, config: SplitConfig, stimulus: Stimulus) -> Need:
        return BranchNeed()

    def decide(
        self, node: NodeContext, config: SplitConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        assert facts.branch is not None
        taken = facts.branch.id or "else"
        looked: list[dict[str, object]] = []
        for branch, values in zip(config.branches, facts.branch.values, strict=True):
            looked.append({"id": branch.id, "matched": branch.id == taken, "values": values})
            if branch.id == taken:
                break
        return Decision(Go(taken), (Draft("branch_taken", {"branch": taken, "branches": looked}),))

    def check(self, node_id: str, config: SplitConfig, references: References) -> Iterable[Issue]:
        ids = [branch.id for branch in config.branches]
        if len(set(ids)) < len(ids) or "else" in ids:
            yield error(
                "outcome_not_unique",
                "分支名称重复，或使用了保留名称 else。",
                "Two branches share an id, or one is called else.",
                node_id,
            )
