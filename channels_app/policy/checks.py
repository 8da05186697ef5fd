"""The rules of policy, one small object each. A new rule is a new object in `judge.RULES`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Protocol
from zoneinfo import ZoneInfo

from channels_app.policy.counting import counts
from channels_app.policy.hours import MINUTES_A_DAY, SHANGHAI, DailyHours, clock, end_of_hours
from channels_app.policy.own import opens_after_closed_days
from channels_app.policy.reasons import Reason
from channels_app.policy.rules.counts import QUOTAS
from channels_app.policy.rules.marketing_hours import MARKETING_WINDOWS, MarketingWindow
from channels_app.policy.verdict import Blocked, Held, SendRequest

MARKETING = "marketing"
GRANTED = "granted"
WITHDRAWN = "withdrawn"
DEFAULT_ZONE = "Asia/Shanghai"


class Rule(Protocol):
    """Objects to one message at one instant, or returns None."""

    def __call__(self, request: SendRequest, now: datetime) -> Blocked | Held | None: ...


def identity(request: SendRequest, now: datetime) -> Blocked | None:
    return None if request.has_address else Blocked(Reason.NO_IDENTITY, "identity", {"channel": request.channel})


def consent(request: SendRequest, now: datetime) -> Blocked | None:
    """Marketing needs a grant (PIPL art. 13, 工信部令31号); anything else only the absence of a withdrawal."""
    if request.suppressed:
        return Blocked(Reason.OPTED_OUT, "suppression_list", {"channel": request.channel})
    if request.consent == GRANTED:
        return None
    figures = {"channel": request.channel, "purpose": request.purpose, "consent": request.consent}
    if request.consent == WITHDRAWN:
        return Blocked(Reason.OPTED_OUT, "consent", figures)
    return Blocked(Reason.NO_CONSENT, "consent", figures) if request.purpose == MARKETING else None


def template(request: SendRequest, now: datetime) -> Blocked | None:
    return None if request.template_approved else Blocked(Reason.TEMPLATE_NOT_APPROVED, "template")


@lru_cache(maxsize=1024)
def _zone(name: str) -> tuple[ZoneInfo, bool]:
    try:
        return ZoneInfo(name), True
    except (KeyError, ValueError, OSError):
        return ZoneInfo(DEFAULT_ZONE), False


def _may_hold(request: SendRequest) -> bool:
    """Whether hours that are closed hold a message: the journey's quiet hours say so, else the node."""
    return (request.quiet_hours.policy if request.quiet_hours else request.on_blocked) == "hold"


def _out_of_hours(
    request: SendRequest, now: datetime, until: datetime, rule: str, hours: DailyHours, zone_name: str
) -> Blocked | Held:
    zone, known = _zone(zone_name)
    figures: dict[str, str | int | float | bool | None] = {
        "from": clock(hours.start),
        "to": clock(hours.end),
        "zone": zone.key,
        "local_time": now.astimezone(zone).strftime("%H:%M:%S"),
    }
    if not known:
        figures["unknown_zone"] = zone_name
    if _may_hold(request):
        return Held(until, Reason.QUIET_HOURS, rule, figures)
    return Blocked(Reason.QUIET_HOURS, rule, figures)


def quiet_hours(request: SendRequest, now: datetime) -> Blocked | Held | None:
    """The journey's own quiet hours; they bind marketing only."""
    quiet = request.quiet_hours
    if quiet is None or request.purpose != MARKETING:
        return None
    until = end_of_hours(quiet.hours, _zone(request.zone)[0], now)
    if until is None:
        return None
    return _out_of_hours(request, now, until, "quiet_hours", quiet.hours, request.zone)


@dataclass(frozen=True, slots=True)
class MarketingHours:
    """The windows outside which no marketing is sent on a channel, whatever the journey says."""

    windows: Mapping[str, tuple[MarketingWindow, DailyHours]]

    @classmethod
    def of(cls, windows: tuple[MarketingWindow, ...]) -> "MarketingHours":
        return cls({window.channel: (window, _complement(window.hours)) for window in windows})

    def __call__(self, request: SendRequest, now: datetime) -> Blocked | Held | None:
        if request.purpose != MARKETING:
            return None
        found = self.windows.get(request.channel)
        if found is None:
            return None
        window, closed = found
        until = end_of_hours(closed, _zone(window.zone)[0], now)
        if until is None:
            return None
        return _out_of_hours(request, now, until, f"{window.id}@{window.version}", closed, window.zone)


def own_hours(request: SendRequest, now: datetime) -> Blocked | Held | None:
    """The workspace's narrower hours for marketing, on the clock of Shanghai."""
    if request.purpose != MARKETING:
        return None
    for own in request.own.hours:
        if own.channel in ("", request.channel):
            closed = _complement(DailyHours.parse(own.start, own.end))
            until = end_of_hours(closed, SHANGHAI, now)
            if until is not None:
                return _out_of_hours(request, now, until, f"own_hours@{request.own.version}", closed, SHANGHAI.key)
    return None


def closed_days(request: SendRequest, now: datetime) -> Blocked | Held | None:
    """Days on which the workspace sends no marketing."""
    if request.purpose != MARKETING:
        return None
    until = opens_after_closed_days(request.own.closed_days, now)
    if until is None:
        return None
    figures = {"day": now.astimezone(SHANGHAI).date().isoformat(), "opens": until.isoformat()}
    rule = f"closed_days@{request.own.version}"
    if _may_hold(request):
        return Held(until, Reason.QUIET_HOURS, rule, figures)
    return Blocked(Reason.QUIET_HOURS, rule, figures)


def quotas(request: SendRequest, now: datetime) -> Blocked | Held | None:
    return counts(QUOTAS, request, now)


def caps(request: SendRequest, now: datetime) -> Blocked | Held | None:
    """The workspace's frequency caps, over all journeys, unless the journey passes over them."""
    return None if request.ignore_caps else counts(request.own.caps, request, now)


def _complement(hours: DailyHours) -> DailyHours:
    """Turn opening hours that do not span midnight into the closed hours between them."""
    return DailyHours(hours.end % MINUTES_A_DAY, hours.start)


marketing_hours = MarketingHours.of(MARKETING_WINDOWS)
