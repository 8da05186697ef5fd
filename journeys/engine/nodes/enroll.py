"""Let the person into another journey; their own path goes on."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated

from pydantic import Field

from journeys.engine.decision import STAY, Decision, Draft, Entered, Entry, Facts, Go, Need, RenderNeed, Stimulus
from journeys.engine.enrollment import Enrollment
from journeys.engine.issues import Issue, References, error, warning
from journeys.engine.nodes.base import NodeConfig, NodeContext, NodeType


class EnrollConfig(NodeConfig):
    """`journey` is the other journey's id. A text in `properties` is Liquid; any other value is passed as it is."""

    journey: Annotated[str, Field(max_length=64)] = ""
    properties: dict[str, str | int | float | bool | None] = Field(default_factory=dict, max_length=50)

    @property
    def sources(self) -> tuple[tuple[str, str], ...]:
        return tuple((key, value) for key, value in self.properties.items() if isinstance(value, str))


class EnrollNode(NodeType[EnrollConfig]):
    type = "enroll"
    Config = EnrollConfig

    def liquid(self, config: EnrollConfig) -> Iterable[tuple[str, str]]:
        return config.sources

    def needs(self, config: EnrollConfig, stimulus: Stimulus) -> Need:
        return RenderNeed(config.sources) if isinstance(stimulus, Entered) else None

    def decide(
        self, node: NodeContext, config: EnrollConfig, enrollment: Enrollment, facts: Facts, now: datetime
    ) -> Decision:
        if facts.rendered is None:
            return STAY
        entry = Entry(config.journey, config.properties | dict(facts.rendered.texts))
        return Decision(Go("next"), (Draft("enroll_requested", {"journey": config.journey}),), entry)

    def check(self, node_id: str, config: EnrollConfig, references: References) -> Iterable[Issue]:
        if references.journeys is None:
            return
        state = references.journeys.get(config.journey)
        if state is None:
            yield error("unknown_journey", "没有选择要进入的旅程。", "There is no such journey to enroll in.", node_id)
        elif state != "live":
            yield warning(
                "journey_not_live",
                "要进入的旅程没有运行，客户不会进入。",
                "The journey to enroll in is not live: nobody will be let in.",
                node_id,
            )
