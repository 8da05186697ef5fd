"""Messages as a source of exports: the one thing to export that profiles does not know."""

from uuid import UUID

from django.db.models import QuerySet

from channels_app.models import Message
from profiles.exports.sources import ExportPage, InvalidExport, Request, Source, after, check_filters, text_of
from workspaces.masking import mask_address

COLUMNS = (
    "id",
    "requested_at",
    "channel",
    "purpose",
    "state",
    "reason",
    "result",
    "address",
    "profile_id",
    "journey_id",
    "node",
    "accepted_at",
    "delivered_at",
    "cost",
    "error_code",
)
_FILTERS = ("channel", "state", "journey")


def _check(request: Request) -> None:
    check_filters(request.filters, _FILTERS)
    if unknown := set(request.columns) - set(COLUMNS):
        raise InvalidExport("unknown_column", f"There is no column {min(unknown)[:100]}.", "columns")
    if journey := request.filters.get("journey"):
        try:
            UUID(str(journey))
        except ValueError as error:
            raise InvalidExport("unknown_journey", "There is no such journey.", "filters.journey") from error
    if any(not isinstance(value, str) for value in request.filters.values()):
        raise InvalidExport("invalid_filter", "A filter of messages is a text.", "filters")


def _messages(request: Request) -> QuerySet[Message]:
    messages = Message.objects.filter(workspace=request.workspace, requested_at__lte=request.at)
    for name in ("channel", "state"):
        if value := request.filters.get(name):
            messages = messages.filter(**{name: value})
    if journey := request.filters.get("journey"):
        messages = messages.filter(journey_id=UUID(journey))
    return messages


def _count(request: Request) -> int:
    return _messages(request).count()


def _page(request: Request, cursor: str, limit: int) -> ExportPage:
    messages = list(_messages(request).filter(id__gt=after(cursor)).order_by("id")[:limit])
    rows = [[_cell(message, column, request.masked) for column in request.columns] for message in messages]
    return ExportPage(rows, str(messages[-1].pk) if len(messages) == limit else "")


def _cell(message: Message, column: str, masked: bool) -> str:
    if column == "address" and masked:
        return mask_address(message.address)
    return text_of(getattr(message, column))


SOURCE = Source(COLUMNS, _check, _count, _page)
