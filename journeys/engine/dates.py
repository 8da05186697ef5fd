"""An attribute read as an instant: RFC 3339, a date, or Unix time."""

import re
from datetime import UTC, date, datetime, time, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from profiles.rules.compare import INSTANT, NUMBER
from workspaces.localtime import instant_of

_INSTANT: Final = re.compile(INSTANT, re.ASCII)
_DATE: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", re.ASCII)
_NUMBER: Final = re.compile(NUMBER, re.ASCII)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
# As seconds this is the year 5138, as milliseconds March 1973: nobody means the one, and before the other there was
# nothing to record.
LEAST_MILLISECONDS: Final = 1e11


def instant_from(value: Any, zone: ZoneInfo) -> datetime | None:
    """Return the UTC instant that `value` names, a date as midnight of `zone`; None if it names none."""
    if isinstance(value, bool) or value is None:
        return None
    text = str(value)
    try:
        if isinstance(value, int | float) or _NUMBER.fullmatch(text):
            number = float(value)
            return _EPOCH + timedelta(seconds=number / 1000 if abs(number) >= LEAST_MILLISECONDS else number)
        if _INSTANT.fullmatch(text):
            return datetime.fromisoformat(text.upper()).astimezone(UTC)
        if _DATE.fullmatch(text):
            return instant_of(datetime.combine(date.fromisoformat(text), time()), zone)
    except (ValueError, OverflowError):
        return None
    return None
