"""A workspace's own rules over the shipped ones: frequency caps, narrower hours, days without marketing.

A workspace may only tighten what is shipped: its quotas and hours are judged besides, never instead.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import Any, Final

import orjson
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from channels_app.policy.hours import SHANGHAI, DailyHours, instant
from channels_app.policy.reasons import Reason
from channels_app.policy.rules.counts import CountRule

HOUR: Final = timedelta(hours=1)
MOST_CAPS: Final = 50
MOST_DAYS: Final = 400


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Cap(_Strict):
    """At most `most` messages to one person in the `hours` before, on these channels, purposes and template tags."""

    id: str = Field(pattern=r"^[-a-z0-9_]{1,40}$")
    most: int = Field(ge=0, le=10_000)
    hours: float = Field(gt=0, le=31 * 24)
    channels: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ("marketing",)
    tags: tuple[str, ...] = ()


class Hours(_Strict):
    """Marketing on `channel` (empty: on all) goes only in `[from, to)` on the clock of Shanghai."""

    channel: str = ""
    start: str = Field(alias="from")
    end: str = Field(alias="to")

    @model_validator(mode="after")
    def _open(self) -> "Hours":
        hours = DailyHours.parse(self.start, self.end)
        if hours.start >= hours.end:
            raise ValueError("hours open and close on the same day")
        return self


class Rules(_Strict):
    """The JSON of `SendingRules.rules`."""

    caps: tuple[Cap, ...] = Field(default=(), max_length=MOST_CAPS)
    hours: tuple[Hours, ...] = Field(default=(), max_length=20)
    closed_days: tuple[date, ...] = Field(default=(), max_length=MOST_DAYS)

    @field_validator("caps")
    @classmethod
    def _named_once(cls, caps: tuple[Cap, ...]) -> tuple[Cap, ...]:
        if len({cap.id for cap in caps}) != len(caps):
            raise ValueError("two caps have the same id")
        return caps


class InvalidRules(ValueError):
    """The workspace's rules cannot be read. `errors` are (place, what is wrong)."""

    code = "invalid_rules"

    def __init__(self, errors: list[tuple[str, str]]) -> None:
        super().__init__("; ".join(f"{place}: {text}" for place, text in errors))
        self.errors = errors


@dataclass(frozen=True, slots=True)
class OwnRules:
    """A workspace's rules, ready to be judged by. `version` names them in refusals and in the log."""

    version: int = 0
    caps: tuple[CountRule, ...] = ()
    hours: tuple[Hours, ...] = ()
    closed_days: frozenset[date] = frozenset()


NONE: Final = OwnRules()


def check(value: Mapping[str, Any]) -> Rules:
    """Read the JSON. Raises InvalidRules."""
    try:
        return Rules.model_validate_json(orjson.dumps(value))
    except ValidationError as error:
        raise InvalidRules([(".".join(map(str, e["loc"])), e["msg"]) for e in error.errors()]) from error


@lru_cache(maxsize=256)
def read(version: int, text: str) -> OwnRules:
    """Read stored rules (JSON). Raises InvalidRules."""
    rules = check(orjson.loads(text))
    caps = tuple(
        CountRule(
            id=f"cap.{cap.id}",
            version=version,
            most=cap.most,
            window=cap.hours * HOUR,
            channels=cap.channels,
            purposes=cap.purposes,
            tags=cap.tags,
            reason=Reason.FREQUENCY_CAP,
            source="workspace",
        )
        for cap in rules.caps
    )
    return OwnRules(version, caps, rules.hours, frozenset(rules.closed_days))


def opens_after_closed_days(days: frozenset[date], now: datetime) -> datetime | None:
    """Return the end of the closed days that `now` is in (local midnight in Shanghai), or None if it is in none."""
    day = now.astimezone(SHANGHAI).date()
    if day not in days:
        return None
    while day in days:
        day += timedelta(days=1)
    return instant(day, 0, SHANGHAI)
