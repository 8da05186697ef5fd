"""`where`: filters joined by AND over an event's properties."""

from collections.abc import Sequence
from datetime import datetime
from typing import Annotated, Any, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from profiles.rules.compare import COMPARISONS, LIST_VALUED, RELATIVE, VALUELESS, get
from profiles.rules.durations import parse
from profiles.rules.moments import DEFAULT_ZONE, Clock, compare_at
from profiles.rules.wording import WordedFault

Key = Annotated[str, Field(min_length=1, max_length=200)]


class Comparison(BaseModel):
    """`key cmp value`, checked: a known comparison, and a value of the kind that it needs."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    key: Key
    cmp: str = "eq"
    value: Any = None

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        if self.cmp not in COMPARISONS:
            raise WordedFault(f"没有 {self.cmp} 这种比较", f"unknown comparison {self.cmp!r}")
        if self.cmp in LIST_VALUED:
            if not isinstance(self.value, list):
                raise WordedFault("这种比较需要一组值", f"{self.cmp!r} needs a list")
            if not all(isinstance(item, str | int | float) for item in self.value):
                raise WordedFault(
                    "这组值只能是文字、数字或真假", f"{self.cmp!r} needs a list of texts, numbers or booleans"
                )
        elif self.cmp in RELATIVE:
            parse(self.value)
        elif self.cmp not in VALUELESS and not isinstance(self.value, str | int | float):
            raise WordedFault("这种比较需要一个文字、数字或真假", f"{self.cmp!r} needs a text, a number or a boolean")
        return self


class Filter(Comparison):
    """One filter over an event's properties."""

    def holds(self, properties: Any, clock: Clock) -> bool:
        return compare_at(get(properties, self.key), self.cmp, self.value, clock)


def all_hold(filters: Sequence[Filter], properties: Any, at: datetime) -> bool:
    """Tell whether an event with these properties passes every filter, at the moment at which it is looked at."""
    return all(item.holds(properties, Clock(at, DEFAULT_ZONE)) for item in filters)
