"""A journey's graph as it is drawn: nodes, edges and settings, read strictly from JSON.

Names and meanings are those of the contract; `Plan` (plan.py) is the same graph prepared for running.
"""

from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

from profiles.rules.ast import Rule
from profiles.rules.filters import Filter

# No control characters and no backslash: an id stands in log lines, in file names and in COPY as it is.
NodeId = Annotated[str, Field(min_length=1, max_length=64, pattern=r"^[^\x00-\x1f\x7f\\]+$")]
LocalTime = Annotated[str, Field(pattern=r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$")]
# RFC 3339 with an offset, in JSON a text.
Instant = Annotated[AwareDatetime, Field(strict=False)]
EventName = Annotated[str, Field(min_length=1, max_length=200)]


class Strict(BaseModel):
    """Base of every part of a graph: unknown fields and wrong types are faults, not guesses."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Position(Strict):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    x: float = 0
    y: float = 0


class NodeSpec(Strict):
    id: NodeId
    type: str
    name: str = Field(default="", max_length=200)
    config: dict[str, Any] = Field(default_factory=dict)
    position: Position = Position()


class EdgeSpec(Strict):
    id: NodeId
    source: NodeId
    outcome: str = Field(default="next", max_length=64)
    target: NodeId


class Reentry(Strict):
    mode: Literal["never", "after_exit", "always"] = "never"
    interval: str | None = None


class Limit(Strict):
    """How many runs may begin, in all and on one day of the journey's zone; 0: as many as come."""

    total: int = Field(default=0, ge=0)
    per_day: int = Field(default=0, ge=0)


class Entry(Strict):
    rule: Rule | None = None
    reentry: Reentry = Reentry()
    limit: Limit = Limit()
    starts_at: Instant | None = None
    ends_at: Instant | None = None


class Goal(Strict):
    """What the journey is for: an event within `window` of the entry, worth the number at `value`."""

    id: NodeId
    name: str = Field(default="", max_length=200)
    event: EventName | None = None
    where: list[Filter] = Field(default_factory=list, max_length=20)
    window: str | None = "P30D"
    value: str | None = None
    primary: bool = False
    exit: bool = False


class ExitRule(Strict):
    """Either an event that ends the path the moment it arrives, or a rule that is judged whenever the person's data
    change, at every step and before every send.
    """

    event: EventName | None = None
    where: list[Filter] = Field(default_factory=list, max_length=20)
    rule: Annotated[Rule | None, BeforeValidator(lambda value: value or None)] = None


class Holdout(Strict):
    """The share of people, in percent, who are kept out of the journey to be compared with."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=False)

    percent: float = Field(default=0, ge=0, le=100)


class QuietHours(Strict):
    """No marketing message inside [from, to) of the person's day; a window with from > to spans midnight."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, populate_by_name=True)

    start: LocalTime = Field(alias="from")
    end: LocalTime = Field(alias="to")
    policy: Literal["hold", "skip"] = "hold"


class Settings(Strict):
    entry: Entry = Entry()
    goals: list[Goal] = Field(default_factory=list, max_length=50)
    exit_rules: list[ExitRule] = Field(default_factory=list, max_length=50)
    holdout: Holdout | None = None
    quiet_hours: QuietHours | None = None
    frequency_caps: Literal["inherit", "ignore"] = "inherit"
    priority: int = 50
    timezone: str = "profile"
    execution: Literal["lanes", "per_person"] = "lanes"


class Note(Strict):
    """A remark on the canvas for whoever reads the journey; what runs passes it over. Width and height are in pixels."""

    id: NodeId
    text: str = Field(default="", max_length=2000)
    colour: Literal["yellow", "blue", "green", "pink", "grey"] = "yellow"
    position: Position = Position()
    width: float = Field(default=220, ge=80, le=2000, strict=False)
    height: float = Field(default=140, ge=40, le=2000, strict=False)


class Graph(Strict):
    schema_version: Literal[1] = 1
    nodes: list[NodeSpec] = Field(default_factory=list, max_length=500)
    edges: list[EdgeSpec] = Field(default_factory=list, max_length=2000)
    notes: list[Note] = Field(default_factory=list, max_length=200)
    settings: Settings = Settings()
