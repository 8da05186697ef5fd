"""Write to the person: attributes, whose values may be Liquid, and tags."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from journeys.engine.decision import (
    STAY,
    Decision,
    Draft,
    Entered,
    Facts,
    Go,
    Need,
    ProfileUpdate,
    RenderNeed,
    Stimulus,
)
from journeys.engine.enrollment import Enrollment
from journeys.engine.issues import Issue, References, error
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType

AttributeKey = Annotated[str, Field(min_length=1, max_length=200)]
TagName = Annotated[str, Field(min_length=1, max_length=100)]


class UpdateConfig(NodeConfig):
    """A text in `set` is Liquid and writes a text; any other value is written as it is, and null removes."""

    set: dict[AttributeKey, str | int | float | bool | None] = Field(default_factory=dict, max_length=50)
    tags_add: list[TagName] = Field(default_factory=list, max_length=50)
    tags_remove: list[TagName] = Field(default_factory=list, max_length=50)

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        return tuple((key, value) for key, value in self.set.items() if isinstance(value, str))


class UpdateNode(NodeType[UpdateConfig]):
    type = "update"
    Config = UpdateConfig

    def liquid(self, config: UpdateConfig) -> Iterable[tuple[str, str]]:
        return config.sources

    def needs(self, config: UpdateConfig, stimulus: Stimulus) -> Need:
        return RenderNeed(config.sources) if isinstance(stimulus, Entered) else None

    def decide(
        self, node: NodeContext, config: UpdateConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        if facts.rendered is None:
            return STAY
        attributes = config.set | dict(facts.rendered.texts)
        update = ProfileUpdate(attributes, tuple(config.tags_add), tuple(config.tags_remove))
        # What was written may identify the person; the log says only where.
        data = {"attributes": sorted(attributes), "tags_add": config.tags_add, "tags_remove": config.tags_remove}
        return Decision(Go("next", after_commit=True), (Draft("profile_updated", data),), update)

    def check(self, node_id: str, config: UpdateConfig, references: References) -> Iterable[Issue]:
        if not (config.set or config.tags_add or config.tags_remove):
            yield error("update_without_change", "更新节点没有设置任何修改。", "The update changes nothing.", node_id)
        for key in config.set:
            if not all(key.split(".")):
                yield error("invalid_key", f"属性名 {key} 有误。", f"{key!r} is not the name of an attribute.", node_id)
        both = sorted(set(config.tags_add) & set(config.tags_remove))
        if both:
            yield error(
                "tag_added_and_removed",
                f"标签 {'、'.join(both)} 同时被添加和移除。",
                f"Tags are both given and taken: {', '.join(both)}.",
                node_id,
            )
