"""The clock of Shanghai, on which Chinese vendors write times and start quotas anew. It has no daylight-saving time."""

from datetime import datetime, timedelta

from channels_app.policy.hours import SHANGHAI
from channels_app.providers.errors import MalformedCallback


def shanghai_time(text: str) -> datetime:
    """Read a time that is on the clock of Shanghai and does not say so. Raises MalformedCallback."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise MalformedCallback(f"{text!r} is not a time") from error


def until_hour(hour: int, now: datetime) -> timedelta:
    """Return how long it is until the clock of Shanghai next shows that hour: a whole day at that very instant."""
    local = now.astimezone(SHANGHAI)
    at = local.replace(hour=hour, minute=0, second=0, microsecond=0)
    return (at if at > local else at + timedelta(days=1)) - local
