"""What a rule asks of a person: what is known about them, where they are, and what they were sent."""

from datetime import timedelta
from typing import Any, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from profiles.rules.durations import parse
from profiles.rules.event_leaves import AggregateRule
from profiles.rules.filters import Comparison, Key
from profiles.rules.node import Id, Number, Period, RuleNode, Span
from profiles.rules.wording import WordedFault

JourneyStatus = Literal[
    "active", "waiting", "completed", "exited", "converted_exit", "failed", "held_out", "any", "live", "ended"
]
# A later state satisfies an earlier one: who has read a message was delivered it.
MessageOutcome = Literal[
    # Of a call: whoever has an intent has answered.
    "answered",
    "intent_A",
    "intent_B",
    "intent_C",
    "intent_D",
    "intent_E",
    "intent_F",
    "no_answer",
    "busy",
    "rejected",
    "powered_off",
    "unreachable",
    "invalid",
    "suspended",
    "restricted",
    "requested",
    "sent",
    "accepted",
    "delivered",
    "read",
    "clicked",
    "replied",
    "failed",
    "blocked",
    "expired",
    "unknown",
]


class Attribute(Comparison):
    """A comparison with one of the person's attributes."""

    op: Literal["attribute"]


class Tag(RuleNode):
    """The person has the tag, or, with `cmp`, the tag's value compares so."""

    op: Literal["tag"]
    key: Key
    cmp: str = "exists"
    value: Any = None

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        if self.cmp != "exists":
            Comparison(key=self.key, cmp=self.cmp, value=self.value)
        return self


class InSegment(RuleNode):
    """The person is in a segment: its rule holds, as it is at the moment of judgement."""

    op: Literal["segment"]
    id: Id


class HasIdentity(RuleNode):
    """The person has an identity of a type. Who a person is has no history: an identity known now names them then."""

    op: Literal["identity"]
    type: Id
    cmp: Literal["exists", "not_exists"] = "exists"


class HasConsent(RuleNode):
    """The newest entry of the ledger for this channel and purpose grants it."""

    op: Literal["consent"]
    channel: Id
    purpose: Literal["marketing", "service"]


class InJourney(RuleNode):
    """The person has an enrollment in a journey in this state; with `within`, since less than that.

    Besides the states of an enrollment: `any`, `live` (not ended) and `ended`.
    """

    op: Literal["journey"]
    id: Id
    status: JourneyStatus
    within: Span | None = None


class MessageHistory(AggregateRule):
    """How many messages to the person came so far, within a window that ends at the instant of judgement."""

    op: Literal["message"]
    channel: Id | None = None
    template: Id | None = None
    outcome: MessageOutcome
    agg: Literal["count"] = "count"
    within: Span | None = None
    between: Period | None = None


class Bucket(RuleNode):
    """The person's stable position (0 to 100) for a salt lies in [from, to)."""

    op: Literal["bucket"]
    salt: Key
    from_: Number = Field(alias="from")
    to: Number

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    @model_validator(mode="after")
    def _is_a_part_of_everybody(self) -> Self:
        if not 0 <= self.from_ <= self.to <= 100:
            raise WordedFault("从和到要在 0 到 100 之间，从不大于到", "0 <= from <= to <= 100")
        return self


class Held(RuleNode):
    """How long an attribute has had this value without a break. Writing the same value again is no break."""

    op: Literal["held"]
    key: Key
    value: Any
    cmp: Literal["at_least", "less_than"] = "at_least"
    for_: Span = Field(alias="for")

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        Comparison(key=self.key, cmp="eq", value=self.value)
        return self

    @property
    def span(self) -> timedelta:
        return parse(self.for_).fixed
