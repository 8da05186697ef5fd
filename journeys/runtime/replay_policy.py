"""A recorded verdict on a message, judged again from what policy was told then."""

from datetime import datetime
from typing import Final

from channels_app.policy.judge import judge, policy_version
from channels_app.policy.own import NONE
from channels_app.policy.reasons import Reason
from channels_app.policy.rules.counts import QUOTAS
from channels_app.policy.rules.marketing_hours import MARKETING_WINDOWS
from channels_app.policy.verdict import Blocked, Held, QuietHours, SendRequest
from journeys.engine.decision import SendFacts
from journeys.engine.enrollment import Enrollment
from journeys.engine.nodes.send import SendConfig
from journeys.engine.plan import Plan
from journeys.runtime.touches import from_data

# What these rules need is recorded. Of a rule that is not here, or no longer the same, the verdict is believed.
JUDGED_AGAIN: Final = frozenset(
    {"", "identity", "suppression_list", "consent", "template", "quiet_hours"}
    | {f"{rule.id}@{rule.version}" for rule in (*MARKETING_WINDOWS, *QUOTAS)}
)

RULES_NOW: Final = policy_version(NONE)


def differs_from_policy(plan: Plan, state: Enrollment, send: SendFacts, at: datetime) -> str | None:
    """Return what policy says, if it is not the recorded verdict. Rules that need more than was recorded are believed."""
    config = plan.nodes[state.node].config
    if not send.judged or not isinstance(config, SendConfig) or send.rule not in JUDGED_AGAIN:
        return None
    # Verdicts of other rules, shipped or the workspace's own, cannot be made again by these.
    if send.judged.get("policy", RULES_NOW) != RULES_NOW:
        return None
    quiet = plan.settings.quiet_hours
    request = SendRequest(
        channel=config.channel,
        purpose=config.purpose or "marketing",
        consent=send.judged.get("consent"),
        suppressed=send.rule == "suppression_list",
        has_address=send.reason != Reason.NO_IDENTITY,
        template_approved=send.reason != Reason.TEMPLATE_NOT_APPROVED,
        quiet_hours=None if quiet is None else QuietHours.parse(quiet.model_dump(by_alias=True)),
        zone=send.judged.get("zone", "Asia/Shanghai"),
        on_blocked=config.on_blocked,
        past=from_data(send.judged.get("past", ())),
    )
    verdict = judge(request, at)
    match verdict:
        case Held(until, reason, rule):
            again: tuple[object, ...] = ("held", str(reason), rule, until)
        case Blocked(reason, rule):
            again = ("blocked", str(reason), rule, None)
        case _:
            again = ("allowed", "", "", None)
    if again == (send.verdict, send.reason, send.rule, send.not_before):
        return None
    return " ".join(str(part) for part in again if part)
