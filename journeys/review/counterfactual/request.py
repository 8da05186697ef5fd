"""What a counterfactual is asked: an edited graph, and the period whose recorded entries go through it. Read strictly."""

from datetime import UTC, datetime, timedelta
from typing import Annotated, Any, Final

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from journeys.engine.validation.validate import is_publishable, validate
from journeys.forecast.request import MOST_PEOPLE
from journeys.models import Journey
from journeys.runtime.publish import InvalidGraph
from profiles.rules.wording import first_fault
from workspaces.errors import DomainError

# What "last month" means where nothing is said.
PERIOD: Final = timedelta(days=30)
LONGEST: Final = timedelta(days=366)


class CounterfactualError(DomainError):
    """What is asked of a counterfactual is malformed or contradicts itself."""

    def __init__(self, detail: str, attr: str | None = None, **extra: Any) -> None:
        super().__init__("invalid_counterfactual", detail, attr=attr, **extra)


class CounterfactualRequest(BaseModel):
    """`since` and `until` (aware, half-open) bound the entries; without them the 30 days before `until`, which is now.

    `as_of` is set when it is asked: what was recorded up to then is known, and both paths are read as of then.
    `from_entry` has everybody simulated from their entry on, where else a run follows its record up to the first
    difference that the edit makes: the measure of how well the simulation knows the past.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    graph: dict[str, Any] | None = None
    since: Annotated[AwareDatetime, Field(strict=False)] | None = None
    until: Annotated[AwareDatetime, Field(strict=False)] | None = None
    as_of: Annotated[AwareDatetime, Field(strict=False)] | None = None
    sample: int | None = Field(default=None, ge=1, le=MOST_PEOPLE)
    from_entry: bool = False

    @property
    def most(self) -> int:
        """How many people are looked at at most."""
        return min(self.sample or MOST_PEOPLE, MOST_PEOPLE)


class Ready(BaseModel):
    """A request with everything said. Instants are aware UTC."""

    graph: dict[str, Any]
    since: AwareDatetime
    until: AwareDatetime
    as_of: AwareDatetime
    most: int
    from_entry: bool


def read(body: Any) -> CounterfactualRequest:
    """Read a request. Raises CounterfactualError with the place of the first fault."""
    try:
        return CounterfactualRequest.model_validate(body)
    except ValidationError as error:
        fault = first_fault(error)
        raise CounterfactualError(fault.en, fault.place or None, extra={"messages": fault.messages}) from error


def asked(journey: Journey, body: Any, now: datetime) -> CounterfactualRequest:
    """Read what is asked of `journey`, with the graph, the period and the instant that it will use.

    Raises CounterfactualError, and InvalidGraph for a graph that has errors.
    """
    request = read(body)
    graph = request.graph if request.graph is not None else journey.draft
    issues = validate(graph)
    if not is_publishable(issues):
        raise InvalidGraph(issues)
    as_of = request.as_of or now
    if as_of > now:
        raise CounterfactualError("What is recorded ends now.", "as_of")
    until = min(request.until or as_of, as_of)
    if not 1970 <= until.year <= 9000 or (request.since is not None and not 1970 <= request.since.year <= 9000):
        raise CounterfactualError("The period lies beyond the calendar.", "since")
    since = request.since or until - PERIOD
    if since >= until:
        raise CounterfactualError("The period ends before it begins.", "since")
    if until - since > LONGEST:
        raise CounterfactualError(f"The period is longer than {LONGEST.days} days.", "since")
    return request.model_copy(update={"graph": graph, "since": since, "until": until, "as_of": as_of})


def ready(body: Any) -> Ready:
    """Read a stored request, which says everything."""
    request = read(body)
    assert request.graph is not None
    assert request.since is not None
    assert request.until is not None
    assert request.as_of is not None
    return Ready(
        graph=request.graph,
        since=request.since.astimezone(UTC),
        until=request.until.astimezone(UTC),
        as_of=request.as_of.astimezone(UTC),
        most=request.most,
        from_entry=request.from_entry,
    )
