"""Keyed journeys: which run of a person an event belongs to. Keys compare as rules do: "100" equals 100."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from decimal import Context, Decimal
from hashlib import blake2b
from typing import Any, Final

from profiles.rules.compare import get, instant, number, text

# As many digits as a number may have in rules.
_EXACT: Final = Context(prec=400)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
LONGEST: Final = 200


def key_of(properties: Mapping[str, Any], key: str) -> str | None:
    """Return the value at `key` as a text that is the same for values that are equal in rules; None if there is none.

    A long value is replaced by its hash: what is kept must fit an index.
    """
    value = get(properties, key)
    as_number, as_instant, as_text = number(value), instant(value), text(value)
    if as_number is not None:
        return f"number:{_written(as_number)}"
    if as_instant is not None:
        # Counted and not converted: in UTC, the first hours of the year 1 may have no date.
        return f"instant:{(as_instant - _EPOCH) // timedelta(microseconds=1)}"
    if not as_text:
        return None
    return f"text:{_short(as_text)}"


def _written(value: Decimal) -> str:
    # Zero has a sign and an exponent, which do not count.
    return _short(str(_EXACT.normalize(value))) if value else "0"


def _short(value: str) -> str:
    return value if len(value) <= LONGEST else f"#{blake2b(value.encode(), digest_size=32).hexdigest()}"
