"""When a call that did not reach the person is made again, and what follows a call: read from a template's settings."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from channels_app.policy.hours import DAY, DailyHours, end_of_hours, instant
from channels_app.providers.call.results import REDIALABLE, RESULTS, matches

MOST_REDIALS = 10
LONGEST_INTERVAL_MINUTES = 7 * 24 * 60
DEFAULT_INTERVAL_MINUTES = 30
DEFAULT_ZONE = "Asia/Shanghai"
# 工信部 drafts and every vendor's terms keep outbound calls inside these hours.
DEFAULT_WINDOWS = (("08:00", "21:00"),)


class BadStrategy(ValueError):
    """A retry or follow-up setting that cannot be read."""

    code = "bad_call_setting"


@dataclass(frozen=True, slots=True)
class Retry:
    """At most `count` more tries, `interval` apart, after an end named in `reasons`, inside `windows` of the day."""

    count: int
    interval: timedelta
    reasons: frozenset[str]
    windows: tuple[DailyHours, ...]
    zone: ZoneInfo

    def next_at(self, result: str, tries: int, now: datetime) -> datetime | None:
        """Return when the call is made again after `tries` tries of which the last ended in `result`; None: it is not."""
        if tries > self.count or result not in self.reasons:
            return None
        return self._opening(now + self.interval)

    def _opening(self, at: datetime) -> datetime | None:
        if any(end_of_hours(hours, self.zone, at) for hours in self.windows):
            return at
        today = at.astimezone(self.zone).date()
        starts = [instant(day, hours.start, self.zone) for day in (today, today + DAY) for hours in self.windows]
        return min((start for start in starts if start >= at), default=None)


@dataclass(frozen=True, slots=True)
class FollowUp:
    """A text message after the call, by the template `template`, if the call ended in one of `when`."""

    template: str
    when: tuple[str, ...]

    def wanted(self, result: str) -> bool:
        return any(matches(name, result) for name in self.when)


def parse_retry(settings: Mapping[str, Any]) -> Retry | None:
    """Read `settings["retry"]`; None if there is none. Raises BadStrategy."""
    raw = settings.get("retry")
    if raw is None:
        return None
    if not isinstance(raw, Mapping):
        raise BadStrategy("retry is not an object")
    unknown = set(raw) - {"count", "interval_minutes", "reasons", "windows", "zone"}
    if unknown:
        raise BadStrategy(f"retry has no {min(unknown)!r}")
    minutes = raw.get("interval_minutes", DEFAULT_INTERVAL_MINUTES)
    reasons = raw.get("reasons", sorted(REDIALABLE))
    if not isinstance(reasons, list) or not set(map(str, reasons)) <= REDIALABLE:
        raise BadStrategy(f"retry.reasons are some of {', '.join(sorted(REDIALABLE))}")
    return Retry(
        count=_whole(raw.get("count", 0), "retry.count", 0, MOST_REDIALS),
        interval=timedelta(minutes=_whole(minutes, "retry.interval_minutes", 1, LONGEST_INTERVAL_MINUTES)),
        reasons=frozenset(reasons),
        windows=parse_windows(raw.get("windows", DEFAULT_WINDOWS)),
        zone=parse_zone(raw.get("zone", DEFAULT_ZONE)),
    )


def parse_follow_up(settings: Mapping[str, Any]) -> FollowUp | None:
    """Read `settings["follow_up"]`; None if there is none. Raises BadStrategy."""
    raw = settings.get("follow_up")
    if raw is None:
        return None
    if not isinstance(raw, Mapping) or not isinstance(raw.get("template"), str) or not raw["template"]:
        raise BadStrategy("follow_up.template is not the key of a template")
    when = raw.get("when")
    if not isinstance(when, list) or not when or not set(map(str, when)) <= RESULTS:
        raise BadStrategy(f"follow_up.when is a list of {', '.join(sorted(RESULTS))}")
    return FollowUp(raw["template"], tuple(when))


def parse_windows(raw: Any) -> tuple[DailyHours, ...]:
    """Read a list of ["HH:MM", "HH:MM"]. Raises BadStrategy."""
    try:
        windows = tuple(DailyHours.parse(start, end) for start, end in raw)
    except (ValueError, TypeError) as error:
        raise BadStrategy(f"windows are pairs of times of day: {error}") from error
    if not windows or any(hours.start == hours.end for hours in windows):
        raise BadStrategy("windows must be open at some time of day")
    return windows


def parse_zone(raw: Any) -> ZoneInfo:
    """Read the name of a time zone. Raises BadStrategy."""
    try:
        return ZoneInfo(raw)
    except (ZoneInfoNotFoundError, ValueError, TypeError) as error:
        raise BadStrategy(f"{raw!r} is not a time zone") from error


def problem_with_strategy(settings: Mapping[str, Any]) -> str | None:
    """Say what is wrong with `retry` and `follow_up`, None if they are in order."""
    try:
        parse_retry(settings)
        parse_follow_up(settings)
    except BadStrategy as error:
        return str(error)
    return None


def _whole(value: Any, name: str, least: int, most: int) -> int:
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise BadStrategy(f"{name} is not a whole number from {least} to {most}")
    return value
