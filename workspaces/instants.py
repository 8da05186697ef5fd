"""Instants as the contracts write them: RFC 3339 with an offset."""

import re
from datetime import UTC, datetime

from workspaces.errors import DomainError

# RFC 3339 section 5.6; `datetime.fromisoformat` alone also takes week dates and instants without an offset.
_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d{1,9})?([Zz]|[+-]\d\d:\d\d)", re.ASCII)


class InvalidInstant(DomainError):
    def __init__(self, attr: str | None = None) -> None:
        super().__init__("invalid_instant", "This is not an RFC 3339 instant with an offset.", attr)


def parse_instant(text: object, attr: str | None = None) -> datetime:
    """Read an instant and return it in UTC; digits beyond microseconds are cut off.

    Raises InvalidInstant for anything else, also for an instant without an offset: nobody could tell when it was.
    """
    if not isinstance(text, str) or not _RFC_3339.fullmatch(text):
        raise InvalidInstant(attr)
    try:
        return datetime.fromisoformat(text.upper()).astimezone(UTC)
    except (ValueError, OverflowError) as error:
        raise InvalidInstant(attr) from error
