"""Exact values as JSON. Pure."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

# Beyond it, readers of JSON disagree about whole numbers.
LARGEST_WHOLE = 2**53


def as_json(value: Any) -> Any:
    """A computed value as JSON keeps it: exactly.

    A decimal is a number where JSON's numbers can say it (`199.9`), else numeric text, which rules compare as a number
    just as well. An instant is RFC 3339 in UTC.
    """
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if not isinstance(value, Decimal):
        return value
    if value == value.to_integral_value() and abs(value) <= LARGEST_WHOLE:
        return int(value)
    near = float(value)
    return near if Decimal(repr(near)) == value else format(value.normalize(), "f")
