"""What a test run is asked: one scripted person, read strictly from JSON."""

from datetime import UTC, datetime, timedelta
from typing import Any, Literal, TypeVar
from uuid import NAMESPACE_OID, UUID, uuid5

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from journeys.engine.decision import EventArrived
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.nodes.wait import DurationText
from profiles.rules.durations import parse
from profiles.rules.wording import first_fault
from workspaces.errors import DomainError

MOST_EVENTS = 1000


class SimulationError(DomainError):
    """The script of a test run is malformed, or its graph cannot run."""


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class ScriptedConsent(_Strict):
    channel: str
    purpose: str
    status: Literal["granted", "withdrawn"] = "granted"


class PastEvent(_Strict):
    at: AwareDatetime
    name: str = Field(min_length=1, max_length=200)
    properties: dict[str, Any] = Field(default_factory=dict)


class ScriptedPerson(_Strict):
    id: str = "p1"
    attributes: dict[str, Any] = Field(default_factory=dict)
    identities: dict[str, str] = Field(default_factory=dict)
    tags: list[str] | dict[str, Any] = Field(default_factory=list)
    consents: list[ScriptedConsent] = Field(default_factory=list, max_length=100)
    history: list[PastEvent] = Field(default_factory=list, max_length=MOST_EVENTS)

    @property
    def uuid(self) -> UUID:
        """The id as a UUID; any other text is mapped to one, always the same."""
        try:
            return UUID(self.id)
        except ValueError:
            return uuid5(NAMESPACE_OID, self.id)


class ScriptedEvent(_Strict):
    after: DurationText
    name: str = Field(min_length=1, max_length=200)
    properties: dict[str, Any] = Field(default_factory=dict)


class ScriptedReceipt(_Strict):
    node: str
    outcome: str
    after: DurationText = "PT0S"
    answer: Any = None  # of a webhook that succeeds: what `save_as` remembers


class ApiEntry(_Strict):
    properties: dict[str, Any] = Field(default_factory=dict)


class ScriptedEntry(_Strict):
    """How the person comes in: an event with its properties, a segment, a schedule, a date, or the API."""

    event: str | None = Field(default=None, min_length=1, max_length=200)
    properties: dict[str, Any] = Field(default_factory=dict)
    api: ApiEntry | None = None
    segment: str | dict[str, Any] | bool | None = None
    schedule: bool | None = None
    date: bool | None = None

    def fits(self, trigger: TriggerConfig) -> bool:
        """Whether the person comes in the way that the trigger is for. By the API people enter any journey."""
        if self.api is not None:
            return True
        said = {"event": self.event, "segment": self.segment, "schedule": self.schedule, "date": self.date}
        ways = {name for name, value in said.items() if value}
        if not ways <= {trigger.kind, *(["event"] if trigger.kind == "api" else [])}:
            return False
        named = self.segment.get("id") if isinstance(self.segment, dict) else self.segment
        return not isinstance(named, str) or named == trigger.segment


class Script(_Strict):
    """Instants are aware; `after` and `until` count from `start`, a receipt's `after` from that message's send."""

    profile: ScriptedPerson = ScriptedPerson()
    start: AwareDatetime | None = None
    entry: ScriptedEntry = ScriptedEntry()
    events: list[ScriptedEvent] = Field(default_factory=list, max_length=MOST_EVENTS)
    receipts: list[ScriptedReceipt] = Field(default_factory=list, max_length=MOST_EVENTS)
    until: DurationText = "P30D"


class Scenario(Script):
    """A script, and perhaps the graph that it is run through."""

    graph: dict[str, Any] | None = None

    @property
    def began(self) -> datetime:
        assert self.start is not None
        return self.start.astimezone(UTC)

    @property
    def entry_properties(self) -> dict[str, Any]:
        return self.entry.api.properties if self.entry.api else self.entry.properties

    def instant(self, after: str) -> datetime:
        return self.began + length(after)

    def scripted(self) -> list[EventArrived]:
        """The events to come, in the order in which they happen."""
        found = [
            EventArrived(
                event.name, event.properties, self.instant(event.after), str(uuid5(NAMESPACE_OID, f"event {place}"))
            )
            for place, event in enumerate(self.events)
        ]
        return sorted(found, key=lambda event: event.occurred_at)


def length(text: str) -> timedelta:
    return parse(text).fixed


_S = TypeVar("_S", bound=Script)


def read(request: Any, now: datetime) -> Scenario:
    """Read a request. Raises SimulationError with the place of the first fault."""
    scenario = _validated(Scenario, request)
    return scenario if scenario.start else scenario.model_copy(update={"start": now})


def read_script(content: Any) -> Script:
    """Read a script that is to be kept. Raises SimulationError with the place of the first fault."""
    return _validated(Script, content)


def _validated(kind: type[_S], content: Any) -> _S:
    try:
        return kind.model_validate(content)
    except ValidationError as error:
        fault = first_fault(error)
        raise SimulationError(
            "invalid_scenario", fault.en, attr=fault.place or None, extra={"messages": fault.messages}
        ) from error
