"""Events, of a name and a time or all of them."""

from django.db.models import QuerySet

from profiles.exports.people import identities_of
from profiles.exports.sources import (
    ExportPage,
    InvalidExport,
    Request,
    Source,
    after,
    at_path,
    check_filters,
    masked_at,
    register,
    text_of,
)
from profiles.models import Event
from workspaces.errors import DomainError
from workspaces.instants import parse_instant

OWN = ("id", "event_id", "name", "occurred_at", "received_at", "profile_id")
COLUMNS = (*OWN, "identity.<type>", "property.<key>")
_FILTERS = ("name", "from", "to")


def _check(request: Request) -> None:
    check_filters(request.filters, _FILTERS)
    for column in request.columns:
        prefix, _, rest = column.partition(".")
        if column not in OWN and (prefix not in {"identity", "property"} or not rest):
            raise InvalidExport("unknown_column", f"There is no column {column[:100]}.", "columns")
    _events(request)


def _events(request: Request) -> QuerySet[Event]:
    events = Event.objects.filter(workspace=request.workspace)
    if name := request.filters.get("name"):
        events = events.filter(name=str(name))
    try:
        # [from, to), as in rules.
        if start := request.filters.get("from"):
            events = events.filter(occurred_at__gte=parse_instant(start, "filters.from"))
        if end := request.filters.get("to"):
            events = events.filter(occurred_at__lt=parse_instant(end, "filters.to"))
    except DomainError as error:
        raise InvalidExport(error.code, error.detail, error.attr) from error
    return events


def _count(request: Request) -> int:
    return _events(request).count()


def _page(request: Request, cursor: str, limit: int) -> ExportPage:
    events = list(_events(request).filter(id__gt=after(cursor)).order_by("id")[:limit])
    identities = identities_of([event.profile_id for event in events], request)
    rows = []
    for event in events:
        cells = []
        for column in request.columns:
            prefix, _, rest = column.partition(".")
            if prefix == "identity":
                cells.append(identities.get((event.profile_id, rest), ""))
            elif prefix == "property":
                path = rest.split(".")
                cells.append(text_of(masked_at(request, path, at_path(event.properties, path))))
            else:
                cells.append(text_of(getattr(event, column)))
        rows.append(cells)
    return ExportPage(rows, str(events[-1].pk) if len(events) == limit else "")


register("events", Source(COLUMNS, _check, _count, _page))
