"""What a forecast is asked: a graph, an audience, a length, and what people are assumed to do. Read strictly from JSON."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import Annotated, Any, Literal, Self

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from journeys.engine.nodes.send import LOST
from journeys.engine.nodes.wait import DurationText
from profiles.rules.ast import Rule
from profiles.rules.wording import first_fault
from workspaces.errors import DomainError

MOST_DAYS = 366
# About 1.5 kB of memory each; of a larger audience a sample of this size is forecast, and the result says so.
MOST_PEOPLE = 200_000

Probability = Annotated[float, Field(ge=0, le=1)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
ChannelName = Annotated[str, Field(min_length=1, max_length=32)]
Outcome = Literal["accepted", "delivered", "read", "clicked", "replied", "failed", "expired", "unknown"]


class ForecastError(DomainError):
    """What is asked of a forecast is malformed or contradicts itself."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class AssumedEvent(_Strict):
    """An event that this share of the people has, `after` their entry; with `within`, evenly spread over that time more.

    Of the trigger's own event, `after` counts from the forecast's start: it is what lets people in.
    """

    name: Name
    probability: Probability
    after: DurationText = "PT0S"
    within: DurationText | None = None
    properties: dict[str, Any] = Field(default_factory=dict)


class AssumedReceipt(_Strict):
    """The share of a channel's messages that reach `outcome`, `after` they went out."""

    channel: ChannelName
    outcome: Outcome
    probability: Probability
    after: DurationText = "PT0S"


class AssumedReply(_Strict):
    """The share of a channel's messages that people answer, `after` they went out."""

    channel: ChannelName
    probability: Probability
    after: DurationText = "PT0S"


class AssumedTask(_Strict):
    """The share of a node's tasks (of all nodes that are not named, without `node`) that end so, `after` they were given.

    What is left is overdue when it is due.
    """

    node: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    outcome: Literal["done", "overdue", "failed"]
    probability: Probability
    after: DurationText = "PT0S"


class Arrivals(_Strict):
    """How many people of the whole audience an event or the API lets in each day, until all are in."""

    per_day: Annotated[float, Field(gt=0, le=1_000_000_000, strict=False)]


class Assumptions(_Strict):
    events: list[AssumedEvent] = Field(default_factory=list, max_length=200)
    receipts: list[AssumedReceipt] = Field(default_factory=list, max_length=100)
    replies: list[AssumedReply] = Field(default_factory=list, max_length=20)
    tasks: list[AssumedTask] = Field(default_factory=list, max_length=200)
    arrivals: Arrivals | None = None

    @property
    def of_messages(self) -> Sequence[AssumedReceipt]:
        """Receipts, and replies as the receipts that they are."""
        replies = [
            AssumedReceipt(channel=one.channel, outcome="replied", probability=one.probability, after=one.after)
            for one in self.replies
        ]
        return [*self.receipts, *replies]

    @model_validator(mode="after")
    def _outcomes_fit_together(self) -> Self:
        gained: dict[str, float] = defaultdict(float)
        lost: dict[str, float] = defaultdict(float)
        for one in self.of_messages:
            if one.outcome in LOST:
                lost[one.channel] += one.probability
            elif one.outcome != "accepted":
                gained[one.channel] = max(gained[one.channel], one.probability)
        for channel, share in lost.items():
            if gained[channel] + share > 1 + 1e-9:
                raise ValueError(f"more than all messages of {channel} arrive or are lost")
        tasks: dict[str | None, float] = defaultdict(float)
        for task in self.tasks:
            tasks[task.node] += task.probability
            if tasks[task.node] > 1 + 1e-9:
                raise ValueError(f"more than all tasks of {task.node or 'every node'} are closed")
        return self


class Audience(_Strict):
    """Who is looked at: the members of a segment, whom a rule matches, else whom the trigger names, else everybody."""

    segment: str | None = Field(default=None, max_length=64)
    rule: dict[str, Any] | None = None
    sample: int | None = Field(default=None, ge=1, le=MOST_PEOPLE)


class ForecastRequest(_Strict):
    """`start` is aware; without it the forecast starts now, or when the journey opens. `days` are of 24 hours."""

    graph: dict[str, Any] | None = None
    start: Annotated[AwareDatetime, Field(strict=False)] | None = None
    days: int = Field(default=30, ge=1, le=MOST_DAYS)
    audience: Audience = Audience()
    assumptions: Assumptions = Assumptions()
    from_past: bool = False

    @property
    def began(self) -> datetime:
        assert self.start is not None
        return self.start.astimezone(UTC)

    @property
    def end(self) -> datetime:
        return self.began + timedelta(days=self.days)


def read(body: Any) -> ForecastRequest:
    """Read a request. Raises ForecastError with the place of the first fault."""
    try:
        request = ForecastRequest.model_validate(body)
    except ValidationError as error:
        fault = first_fault(error)
        raise ForecastError(
            "invalid_forecast", fault.en, attr=fault.place or None, extra={"messages": fault.messages}
        ) from error
    if request.start is not None and not 1970 <= request.start.year <= 9000:
        raise ForecastError("invalid_forecast", "The start lies beyond the calendar.", attr="start")
    audience_rules(request.audience)
    return request


def audience_rules(audience: Audience) -> list[Rule]:
    """The rules that together say who is looked at. Raises ForecastError."""
    given = {
        "audience.segment": {"op": "segment", "id": audience.segment} if audience.segment else None,
        "audience.rule": audience.rule,
    }
    rules: list[Rule] = []
    for place, rule in given.items():
        if rule is not None:
            try:
                rules.append(_rule_reader().validate_python(rule))
            except ValidationError as error:
                fault = first_fault(error)
                raise ForecastError("invalid_rule", fault.en, attr=place, extra={"messages": fault.messages}) from error
    return rules


@lru_cache(maxsize=1)
def _rule_reader() -> TypeAdapter[Rule]:
    return TypeAdapter(Rule)
