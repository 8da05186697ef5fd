"""Counting what a person has been sent: quotas, frequency caps, windows after an interaction, credits."""

from calendar import monthrange
from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from channels_app.policy.hours import SHANGHAI
from channels_app.policy.reasons import Reason
from channels_app.policy.rules.counts import CREDIT_CHANNELS, DAYS_IN_MONTH, QUOTAS, WINDOWS, CountRule, WindowRule
from channels_app.policy.verdict import Blocked, Figures, Held, SendRequest

# Nothing that counts is older than a calendar month.
LONGEST = timedelta(days=31)


def counts(rules: Iterable[CountRule], request: SendRequest, now: datetime) -> Blocked | Held | None:
    """Object with the first rule that is used up; held, where the request says so, until all of them have room."""
    for rule in rules:
        if not rule.binds(request.channel, request.purpose, request.tags):
            continue
        since, ends = window_of(rule, now)
        counted = sorted(
            past.at for past in request.past if past.at > since and rule.binds(past.channel, past.purpose, past.tags)
        )
        most = most_of(rule, now)
        if len(counted) < most:
            continue
        # The window is free again when so many have left it that one more is under the limit.
        frees = ends if ends is not None or most < 1 else counted[len(counted) - most] + _length(rule)
        figures: Figures = {
            "sent": len(counted),
            "most": most,
            "window": "month" if rule.window == "month" else f"PT{int(_length(rule).total_seconds())}S",
            "frees_at": frees.isoformat() if frees else None,
        }
        name = f"{rule.id}@{rule.version}"
        if request.on_blocked == "hold" and frees is not None:
            return Held(frees, rule.reason, name, figures)
        return Blocked(rule.reason, name, figures)
    return None


def asks_past(channel: str, purpose: str, own_caps: Iterable[CountRule]) -> bool:
    """Tell whether what a person has been sent matters to a message on `channel` for `purpose`."""
    return any(rule.channel == channel for rule in WINDOWS) or any(
        (not rule.channels or channel in rule.channels) and (not rule.purposes or purpose in rule.purposes)
        for rule in (*QUOTAS, *own_caps)
    )


def asks_turned(channel: str) -> bool:
    """Tell whether a message on `channel` needs a window that the person has opened."""
    return any(rule.channel == channel for rule in WINDOWS)


def _length(rule: CountRule) -> timedelta:
    assert isinstance(rule.window, timedelta)
    return rule.window


def most_of(rule: CountRule, now: datetime) -> int:
    """Return how many messages the rule allows in the window that `now` is in."""
    if rule.most == DAYS_IN_MONTH:
        local = now.astimezone(SHANGHAI)
        return monthrange(local.year, local.month)[1]
    return int(rule.most)


def window_of(rule: CountRule, now: datetime) -> tuple[datetime, datetime | None]:
    """Return after which instant messages count, and when a calendar window ends."""
    if isinstance(rule.window, timedelta):
        return now - rule.window, None
    first = now.astimezone(SHANGHAI).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    following = (first + timedelta(days=32)).replace(day=1)
    # A message at the first instant of the month counts: the window's start is inclusive.
    return first - timedelta(microseconds=1), following


def windows(request: SendRequest, now: datetime, rules: Sequence[WindowRule] = WINDOWS) -> Blocked | None:
    """Block a message that no open window has room for; channels without windows need none."""
    own = [rule for rule in rules if rule.channel == request.channel]
    if not own or request.turned is None:
        return None
    used: list[tuple[WindowRule, int]] = []
    for rule in own:
        opened = request.turned.get(rule.kind)
        if opened is None or not opened <= now < opened + rule.lasts:
            continue
        sent = sum(past.at >= opened and past.channel == rule.channel for past in request.past)
        if sent < rule.most:
            return None
        used.append((rule, sent))
    if used:
        rule, sent = used[0]
        window = f"PT{int(rule.lasts.total_seconds())}S"
        figures: Figures = {"sent": sent, "most": rule.most, "window": window}
        return Blocked(Reason.QUOTA, f"{rule.id}@{rule.version}", figures)
    latest = max(request.turned.values(), default=None)
    closed: Figures = {"last_interaction": latest.isoformat() if latest else None}
    return Blocked(Reason.QUOTA, f"{own[0].id}@{own[0].version}", closed)


def credit(request: SendRequest, now: datetime) -> Blocked | None:
    """Block a message for which the person has given no permission that is left."""
    if request.channel not in CREDIT_CHANNELS or request.credits is None or request.credits > 0:
        return None
    return Blocked(Reason.QUOTA, "subscribe_credit", {"left": request.credits})
