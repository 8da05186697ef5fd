"""Rules as typed trees. A new operator is one class here and one function in the SQL compiler."""

from typing import Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from profiles.rules.durations import Duration, parse
from profiles.rules.filters import Comparison, Filter, Key

EventName = Annotated[str, Field(min_length=1, max_length=200)]
CountComparison = Literal["eq", "ne", "gt", "gte", "lt", "lte"]


class _Node(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class And(_Node):
    op: Literal["and"]
    args: list["Rule"] = Field(max_length=200)


class Or(_Node):
    op: Literal["or"]
    args: list["Rule"] = Field(max_length=200)


class Not(_Node):
    op: Literal["not"]
    arg: "Rule"


class Attribute(Comparison):
    """A comparison with one of the person's attributes."""

    op: Literal["attribute"]


class Tag(_Node):
    """The person has the tag, or, with `cmp`, the tag's value compares so."""

    op: Literal["tag"]
    key: Key
    cmp: str = "exists"
    value: object = None

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        if self.cmp != "exists":
            Comparison(key=self.key, cmp=self.cmp, value=self.value)
        return self


class EventCount(_Node):
    """How many events of a name the person has, within a window of exact length before the instant of judgement."""

    op: Literal["event"]
    name: EventName
    where: list[Filter] = Field(default_factory=list, max_length=20)
    agg: Literal["count"] = "count"
    cmp: CountComparison = "gte"
    value: int = 1
    within: str | None = None
    since_enrollment: bool = False

    @model_validator(mode="after")
    def _within_is_a_duration(self) -> Self:
        if self.within is not None:
            parse(self.within)
        return self

    @property
    def window(self) -> Duration | None:
        return parse(self.within) if self.within else None


class InSegment(_Node):
    """The person is in a segment: its rule holds, as it is at the moment of judgement."""

    op: Literal["segment"]
    id: Annotated[str, Field(min_length=1, max_length=64)]


Rule = Annotated[And | Or | Not | Attribute | Tag | EventCount | InSegment, Field(discriminator="op")]
