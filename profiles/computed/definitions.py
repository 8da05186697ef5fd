"""What a computed attribute is: a formula over a person's events, as JSON and as a typed value. Pure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, TypeAdapter, ValidationError, model_validator

from profiles.rules.compare import RELATIVE
from profiles.rules.durations import Duration, parse
from profiles.rules.filters import Filter, Key
from workspaces.errors import DomainError
from workspaces.instants import parse_instant

EventName = Annotated[str, Field(min_length=1, max_length=200)]


def _timeless(one: Filter) -> Filter:
    if one.cmp in RELATIVE:
        # When time alone changes a value is worked out from windows; a filter that moves with the clock would escape it.
        raise ValueError(f"{one.cmp!r} goes with the clock: a computed value has `within` for that")
    return one


TimelessFilter = Annotated[Filter, AfterValidator(_timeless)]


class InvalidDefinition(DomainError):
    """A definition is malformed; `attr` is the place."""


class Part(BaseModel):
    """Base of every definition: nothing but what is named, of the type that is named."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Selected(Part):
    """The events that count: of a name (or `prefix*`), passing every filter, in a window.

    `within` is a window before the instant of computation: an event is inside while it is younger than that. `between` is
    [from, to). Events after the instant of computation do not exist.
    """

    event: EventName
    where: list[TimelessFilter] = Field(default_factory=list, max_length=20)
    within: str | None = None
    between: tuple[str, str] | None = Field(default=None, strict=False)

    @model_validator(mode="after")
    def _windows_are_readable(self) -> Self:
        if self.within is not None and self.between is not None:
            raise ValueError("`within` and `between` exclude each other")
        if self.within is not None and parse(self.within).is_zero:
            raise ValueError("`within` is longer than nothing")
        if self.between is not None and self.span[0] >= self.span[1]:
            raise ValueError("`between` begins before it ends")
        return self

    @property
    def window(self) -> Duration | None:
        return parse(self.within) if self.within else None

    @property
    def span(self) -> tuple[datetime, datetime]:
        assert self.between is not None
        try:
            return parse_instant(self.between[0]), parse_instant(self.between[1])
        except DomainError as error:
            raise ValueError(error.detail) from error


class Edge(Selected):
    """A property of the first or the last event; without a property, when it happened."""

    kind: Literal["first", "last"]
    property: Key | None = None


class Count(Selected):
    """How many events; 0 once the person has had one, though none is in the window."""

    kind: Literal["count"]


class Number(Selected):
    """An aggregate of what reads as a number in a property; the rest is skipped. A sum is exact."""

    kind: Literal["sum", "avg", "min", "max"]
    property: Key


class Distinct(Selected):
    """How many different values (as text) a property has had."""

    kind: Literal["distinct"]
    property: Key


class DaysSince(Selected):
    """Whole days of 24 hours since the last event."""

    kind: Literal["days_since"]


class Favourite(Selected):
    """The most frequent value (as text) of a property; every element of a list counts.

    Of several that are as frequent, the one that was seen last; of those, the first by code point.
    """

    kind: Literal["favourite"]
    property: Key


class ActiveHour(Selected):
    """The hour of the day, 0 to 23, in which most events fall, in the person's zone; of several, the earliest."""

    kind: Literal["active_hour"]


class PurchaseCycle(Selected):
    """The median number of days (of 24 hours) from one event to the next; of two in the middle, their mean."""

    kind: Literal["purchase_cycle"]


Formula = Annotated[
    Edge | Count | Number | Distinct | DaysSince | Favourite | ActiveHour | PurchaseCycle, Field(discriminator="kind")
]
_ADAPTER: TypeAdapter[Formula] = TypeAdapter(Formula)


def parse_formula(value: Any, attr: str = "definition") -> Formula:
    """Read a formula from JSON. Raises InvalidDefinition with the place of the first fault."""
    formula: Formula = read(_ADAPTER, value, attr)
    return formula


def read(adapter: TypeAdapter[Any], value: Any, attr: str) -> Any:
    """Read a definition by its type. Raises InvalidDefinition."""
    try:
        return adapter.validate_python(value)
    except (ValidationError, RecursionError) as error:
        if isinstance(error, RecursionError):
            raise InvalidDefinition("invalid_definition", "It is nested too deep.", attr) from error
        fault = error.errors(include_url=False)[0]
        place = ".".join([attr, *(str(part) for part in fault["loc"])])
        raise InvalidDefinition("invalid_definition", fault["msg"], place[:200]) from error


def event_names(formula: Selected) -> list[str]:
    return [formula.event]


def watches(watched: str, name: str) -> bool:
    """Whether a definition that looks at `watched` (a name, or `prefix*`) looks at events called `name`."""
    return name.startswith(watched[:-1]) if watched.endswith("*") else name == watched


def as_json(definition: BaseModel) -> Mapping[str, Any]:
    """A definition as it is stored: what was given, without what was left out."""
    return definition.model_dump(mode="json", exclude_defaults=True)
