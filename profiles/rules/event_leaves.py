"""What a rule asks of the things that a person did: how many, how much, the first or last, one after another."""

from datetime import timedelta
from typing import Annotated, Literal, Self

from pydantic import ConfigDict, Field, model_validator

from profiles.rules.durations import Duration, parse
from profiles.rules.filters import Filter, Key
from profiles.rules.node import Name, Operand, Period, RuleNode, Span
from profiles.rules.wording import WordedFault

Aggregate = Literal["count", "sum", "avg", "min", "max", "distinct"]
AggregateComparison = Literal["eq", "ne", "gt", "gte", "lt", "lte", "in", "not_in", "exists", "not_exists"]
Filters = Annotated[list[Filter], Field(max_length=20)]
MOST_STEPS = 10

LISTS = frozenset({"in", "not_in"})
BARE = frozenset({"exists", "not_exists"})
# Of nothing these are a number; the others are then missing.
NEVER_MISSING = frozenset({"count", "sum", "distinct"})


class AggregateRule(RuleNode):
    """A number that is worked out, and what it is compared with. Only `count` has defaults: at least once."""

    agg: Aggregate = "count"
    cmp: AggregateComparison = "gte"
    value: Operand = None

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        if self.cmp in BARE:
            if self.agg in NEVER_MISSING:
                raise WordedFault("这个数总是有的，请和一个数比较", f"{self.agg!r} always has a value: compare it")
        elif self.cmp in LISTS:
            if not isinstance(self.value, list):
                raise WordedFault("这种比较需要一组数", f"{self.cmp!r} needs a list of numbers")
        elif isinstance(self.value, list):
            raise WordedFault("这种比较需要一个数", f"{self.cmp!r} needs one number")
        elif self.value is None and self.agg != "count":
            raise WordedFault("需要一个数来比较", f"{self.agg!r} needs a number to compare with")
        return self

    @property
    def operand(self) -> int | float | list[int | float]:
        """What it is compared with; of `exists` and `not_exists` it means nothing."""
        return 1 if self.value is None else self.value


class EventAggregate(AggregateRule):
    """Events of a name (or `prefix*`) within a window: an aggregate of them, or what the first or last was like.

    `within` counts back from the instant of judgement, and an event is inside while it is younger than that; `between`
    is [from, to); `since_enrollment` begins with the enrollment. Several narrow each other.
    """

    op: Literal["event"]
    name: Name
    where: Filters = Field(default_factory=list)
    property_: Key | None = Field(default=None, alias="property")
    select: Literal["first", "last"] | None = None
    has: Filters = Field(default_factory=list)
    within: Span | None = None
    between: Period | None = None
    since_enrollment: bool = False

    model_config = ConfigDict(validate_by_name=True, validate_by_alias=True)

    @model_validator(mode="after")
    def _question_is_one(self) -> Self:
        given = self.model_fields_set
        if self.select is not None and given & {"agg", "cmp", "value", "property_"}:
            raise WordedFault(
                "select 和 agg 只能用一种", "`select` asks of one event: leave out `agg`, `cmp` and `value`"
            )
        if self.select is None and "has" in given:
            raise WordedFault("has 要和 select 一起用", "`has` needs `select`: first or last")
        if self.select is None and (self.agg == "count") is (self.property_ is not None):
            if self.property_ is None:
                raise WordedFault(f"{self.agg} 需要属性 property", f"{self.agg!r} needs a `property`")
            raise WordedFault("count 不看属性", "`count` counts events: leave out `property`")
        return self

    @property
    def window(self) -> Duration | None:
        return parse(self.within) if self.within else None


# The name under which other modules know an event rule.
EventCount = EventAggregate


class Step(RuleNode):
    """One step of a sequence. `within` counts from the step before it."""

    name: Name
    where: Filters = Field(default_factory=list)
    within: Span | None = None

    @property
    def span(self) -> timedelta | None:
        return parse(self.within).fixed if self.within else None


class Sequence(RuleNode):
    """Steps that were taken in order, each by an event of its own; after the last one, none like `absent`."""

    op: Literal["sequence"]
    steps: Annotated[list[Step], Field(min_length=1, max_length=MOST_STEPS)]
    absent: Step | None = None

    @model_validator(mode="after")
    def _first_step_is_free(self) -> Self:
        if self.steps[0].within is not None:
            raise WordedFault(
                "第一步之前没有步骤，不能限时", "`within` counts from the step before: the first has none"
            )
        return self
