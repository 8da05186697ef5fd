"""The one place that says whether a message may be sent: in the tick, and again at the send."""

from collections.abc import Sequence
from datetime import datetime
from hashlib import sha256

from channels_app.policy import checks, counting
from channels_app.policy.own import OwnRules
from channels_app.policy.rules.counts import QUOTAS, WINDOWS
from channels_app.policy.rules.marketing_hours import MARKETING_WINDOWS
from channels_app.policy.verdict import ALLOWED, Blocked, Held, SendRequest, Verdict

RULES: tuple[checks.Rule, ...] = (
    checks.identity,
    checks.consent,
    checks.template,
    checks.quiet_hours,
    checks.marketing_hours,
    checks.own_hours,
    checks.closed_days,
    counting.windows,
    counting.credit,
    checks.quotas,
    checks.caps,
)
_SHIPPED = sorted(f"{rule.id}@{rule.version}" for rule in (*MARKETING_WINDOWS, *QUOTAS, *WINDOWS))
SHIPPED_VERSION = sha256(" ".join(_SHIPPED).encode()).hexdigest()[:8]
# Two daily windows settle in two steps; hours that together never open would go on for ever.
MOST_STEPS = 8


def policy_version(own: OwnRules) -> str:
    """Name the rules that a verdict rests on: the shipped data and the version of the workspace's own."""
    return f"{SHIPPED_VERSION}.{own.version}"


def judge(request: SendRequest, now: datetime, rules: Sequence[checks.Rule] = RULES) -> Verdict:
    """Judge one message at `now` (aware).

    A message is held until the first instant at which no rule objects; rules that never let go together block it.
    The verdict names the rule that objected first.
    """
    objection = _first_objection(request, now, rules)
    if objection is None:
        return ALLOWED
    if isinstance(objection, Blocked):
        return objection
    until = objection.until
    for _ in range(MOST_STEPS):
        later = _first_objection(request, until, rules)
        if later is None:
            return Held(until, objection.reason, objection.rule, objection.figures)
        if isinstance(later, Blocked):
            return later
        until = later.until
    return Blocked(objection.reason, objection.rule, {**objection.figures, "opens": None})


def _first_objection(request: SendRequest, now: datetime, rules: Sequence[checks.Rule]) -> Blocked | Held | None:
    for rule in rules:
        objection = rule(request, now)
        if objection is not None:
            return objection
    return None
