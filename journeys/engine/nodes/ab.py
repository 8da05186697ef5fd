"""A/B test: a stable share of people for each variant."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Literal

from pydantic import ConfigDict, Field

from journeys.engine.bucketing import position
from journeys.engine.decision import ChoiceNeed, Decision, Draft, Facts, Go, Need, Stimulus
from journeys.engine.enrollment import Enrollment
from journeys.engine.graph import Strict
from journeys.engine.issues import Issue, References, error
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType
from journeys.engine.nodes.wait import DurationText


class Variant(Strict):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    id: Annotated[str, Field(min_length=1, max_length=64)]
    name: str = Field(default="", max_length=200)
    weight: float = Field(ge=0, le=100)


class Winner(Strict):
    """When the test ends: after a time and a number of people, the variant that met `goal` most often gets everybody
    from then on, if the difference to the second is beyond chance at `confidence`; else the variant `fallback`.
    """

    after: DurationText
    min_people: int = Field(ge=1, le=100_000_000)
    goal: Annotated[str, Field(min_length=1, max_length=64)]
    confidence: float = Field(default=0.95, gt=0.5, lt=1)
    fallback: Annotated[str, Field(min_length=1, max_length=64)]


class AbConfig(NodeConfig):
    variants: list[Variant] = Field(min_length=1, max_length=20)
    assign: Literal["profile", "enrollment"] = "profile"
    control: str | None = None
    winner: Winner | None = None


class AbNode(NodeType[AbConfig]):
    type = "ab"
    Config = AbConfig

    def outcomes(self, config: AbConfig) -> tuple[str, ...]:
        return tuple(variant.id for variant in config.variants)

    def needs(self, config: AbConfig, stimulus: Stimulus) -> Need:
        return ChoiceNeed() if config.winner else None

    def decide(
        self, node: NodeContext, config: AbConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        choice = facts.choice
        if choice is not None and any(variant.id == choice.variant for variant in config.variants):
            chosen_by = {"reason": choice.reason, "chosen_at": choice.at.isoformat(), "statistics": choice.statistics}
            return Decision(
                Go(choice.variant), (Draft("variant_assigned", {"variant": choice.variant, "winner": chosen_by}),)
            )
        bucket = position(f"{node.journey}/{node.id}", enrollment.variant_subject(config.assign))
        chosen = _variant_at(config.variants, bucket)
        data = {
            "variant": chosen,
            "bucket": bucket,
            "assign": config.assign,
            "weights": {variant.id: variant.weight for variant in config.variants},
        }
        return Decision(Go(chosen), (Draft("variant_assigned", data),))

    def check(self, node_id: str, config: AbConfig, references: References) -> Iterable[Issue]:
        ids = [variant.id for variant in config.variants]
        if len(set(ids)) < len(ids):
            yield error("outcome_not_unique", "两个版本使用了相同的名称。", "Two variants share an id.", node_id)
        total = sum(variant.weight for variant in config.variants)
        if abs(total - 100) > 1e-9:
            yield error(
                "weights_do_not_sum",
                f"各版本的比例之和是 {total:g}%，必须等于 100%。",
                f"The weights sum to {total:g} %, not to 100 %.",
                node_id,
            )
        if config.control is not None and config.control not in ids:
            yield error("unknown_control", "对照组不是任何一个版本。", "The control is none of the variants.", node_id)
        if config.winner is not None and config.winner.fallback not in ids:
            yield error(
                "unknown_fallback", "兜底版本不是任何一个版本。", "The fallback is none of the variants.", node_id
            )
        if config.winner is not None and config.winner.goal not in references.goals:
            yield error(
                "unknown_goal",
                f"旅程设置中没有目标 {config.winner.goal}。",
                f"The journey's settings have no goal {config.winner.goal}.",
                node_id,
            )


def _variant_at(variants: list[Variant], bucket: float) -> str:
    edge = 0.0
    for variant in variants:
        edge += variant.weight
        if bucket < edge:
            return variant.id
    # Weights that sum to 100 in decimals may miss it by a rounding error in binary.
    return next(variant.id for variant in reversed(variants) if variant.weight)
