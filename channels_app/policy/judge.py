"""The one place that says whether a message may be sent: in the tick, and again at the send."""

from collections.abc import Sequence
from datetime import datetime

from channels_app.policy import checks
from channels_app.policy.verdict import ALLOWED, Blocked, Held, SendRequest, Verdict

RULES: tuple[checks.Rule, ...] = (
    checks.identity,
    checks.consent,
    checks.template,
    checks.quiet_hours,
    checks.marketing_hours,
)
# Two daily windows settle in two steps; hours that together never open would go on for ever.
MOST_STEPS = 8


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
