"""What an answer means: success, a failure for good, or another try, and when."""

import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, Literal

import orjson

MOST_TRIES = 6
# After each failed try but the last: an hour in all.
DELAYS = (
    timedelta(seconds=10),
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(minutes=40),
)
# A server that asks for more patience than this gets its call then.
LONGEST_RETRY_AFTER = timedelta(hours=1)
# A null character, which the database's JSON cannot hold; an even number of backslashes before it are themselves.
_NULL = re.compile(rb"(?<!\\)(?:\\\\)*\\u0000")
WORTH_ANOTHER_TRY = frozenset({408, 429})


@dataclass(frozen=True, slots=True)
class Answer:
    """What came of one try. `reason` is a code for the log; `status` is HTTP's, if there was an answer at all."""

    outcome: Literal["success", "retry", "failure"]
    reason: str = ""
    status: int | None = None
    value: Any = None
    retry_after: timedelta | None = None


def judged(status: int, retry_after: timedelta | None = None) -> Answer:
    """Judge an answer by its HTTP status."""
    if 200 <= status < 300:
        return Answer("success", status=status)
    again = status in WORTH_ANOTHER_TRY or status >= 500
    return Answer("retry" if again else "failure", f"status_{status}", status, retry_after=retry_after)


def remembered(status: int, body: bytes, *, whole: bool) -> Answer:
    """Read the JSON of a success that the enrollment is to remember."""
    if not whole:
        return Answer("failure", "answer_too_large", status)
    try:
        value = orjson.loads(body)
        storable = _NULL.search(orjson.dumps(value)) is None
    except (orjson.JSONDecodeError, orjson.JSONEncodeError):
        # The latter: it is nested too deeply to be written again.
        storable = False
    return Answer("success", status=status, value=value) if storable else Answer("failure", "answer_not_json", status)


def retry_after(text: str | None, now: datetime) -> timedelta | None:
    """Read a Retry-After header: seconds or an HTTP date (RFC 9110, section 10.2.3). None: there is none to read."""
    if text is None:
        return None
    if text.isascii() and text.isdigit():
        pause = timedelta(seconds=min(int(text[:10]), LONGEST_RETRY_AFTER.total_seconds()))
    else:
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        pause = (until if until.tzinfo else until.replace(tzinfo=UTC)) - now
    return min(max(pause, timedelta()), LONGEST_RETRY_AFTER)


def next_delay(tries: int, answer: Answer) -> timedelta | None:
    """How long to wait after the failed try number `tries`; None: it was the last."""
    if tries >= MOST_TRIES:
        return None
    return max(DELAYS[tries - 1], answer.retry_after or timedelta())
