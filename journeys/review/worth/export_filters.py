"""What an export of the review is asked for: of which journey, and which of its runs."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

from journeys.models import Journey
from journeys.review.paths.asked import filters_of
from journeys.review.paths.filters import Filters
from profiles.exports.sources import InvalidExport, Request, check_filters

KNOWN: Final = (
    *("journey", "table", "since", "until", "version", "variant", "channel", "segment", "attribute"),
    *("event", "goal"),
)


def journey_of(request: Request) -> Journey:
    """Raises InvalidExport."""
    journeys = Journey.objects.select_related("workspace").filter(workspace=request.workspace)
    journey = journeys.filter(pk=_uuid(request.filters.get("journey"))).first()
    if journey is None:
        raise InvalidExport("unknown_journey", "There is no such journey.", "journey")
    return journey


def chosen_of(request: Request, journey: Journey, without: Sequence[str] = ()) -> Filters:
    """The filters but for those `without` which a table is. Raises InvalidExport, and DomainError as `filters_of`."""
    given = request.filters
    check_filters(given, KNOWN)
    asked: dict[str, Any] = {
        **{name: given[name] for name in ("version", "channel") if given.get(name)},
        **{name: _day(given, name) for name in ("since", "until")},
        # JSON has no pairs.
        **{name: tuple(given[name]) for name in ("variant", "attribute") if given.get(name)},
    }
    if given.get("segment"):
        asked["segment"] = UUID(given["segment"])
    return filters_of(journey, {name: value for name, value in asked.items() if name not in without})


def _uuid(text: object) -> UUID:
    try:
        return UUID(str(text))
    except ValueError as error:
        raise InvalidExport("unknown_journey", "There is no such journey.", "journey") from error


def _day(filters: Mapping[str, Any], name: str) -> date | None:
    if not (text := filters.get(name)):
        return None
    try:
        return date.fromisoformat(str(text))
    except ValueError as error:
        raise InvalidExport("invalid_date", "This is not a date.", name) from error
