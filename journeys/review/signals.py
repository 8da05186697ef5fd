"""What an operator should see on the cards of a journey besides its faults: accounts that stand still, quotas that run out,
sends that are blocked a lot, people who are stuck, and who was lost where.
"""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import Count, Q

from channels_app.breaker import ACCOUNT_STOPPED
from channels_app.models import Alert, ChannelAccount, Message, SendingStop
from journeys.engine.issues import Issue, error, warning
from journeys.explain.noted import Number
from journeys.models import Enrollment, Journey
from journeys.review.counted import lost
from journeys.review.counts import counts
from workspaces.localtime import zone_of
from workspaces.models.base import first_id

# A handful of refusals is chance; from a fifth of a dozen on somebody should ask why.
FEW: Final = 10
OFTEN: Final = 0.2
NEARLY: Final = 0.8  # of an account's daily quota


def signals(journey: Journey, now: datetime) -> dict[str, Any]:
    """Return `{"warnings": [Issue], "lost": {node: runs that ended there without having met a goal}}`.

    Warnings are about the nodes of the draft. Counting is of all versions.
    """
    numbers = counts(journey)["nodes"]
    ended = Enrollment.objects.filter(lost(), journey=journey).values_list("node").annotate(people=Count("pk"))
    return {
        "warnings": [*_about_sends(journey, now), *_about_numbers(journey, numbers)],
        "lost": dict(ended.order_by()),
    }


def _nodes(journey: Journey) -> list[Mapping[str, Any]]:
    """The nodes of a draft that can be read; the rest is validation's to name."""
    nodes = journey.draft.get("nodes") if isinstance(journey.draft, dict) else None
    found = [node for node in nodes if isinstance(node, dict)] if isinstance(nodes, list) else []
    return [node for node in found if isinstance(node.get("id"), str) and isinstance(node.get("config"), dict)]


def _about_sends(journey: Journey, now: datetime) -> Iterator[Issue]:
    sends = [node for node in _nodes(journey) if node.get("type") == "send"]
    if not sends:
        return
    workspace = journey.workspace
    stopped = set(SendingStop.objects.filter(workspace=workspace).values_list("channel", flat=True))
    accounts: dict[str, ChannelAccount] = {}
    for account in ChannelAccount.objects.filter(workspace=workspace):
        accounts[account.key] = accounts[str(account.pk)] = account
    refused = set(
        Alert.objects.filter(workspace=workspace, kind=ACCOUNT_STOPPED, closed_at=None).values_list(
            "subject", flat=True
        )
    )
    used = _used_today(journey, now) if any("daily_quota" in one.settings for one in accounts.values()) else {}
    for node in sends:
        id_, channel = node["id"], str(node["config"].get("channel"))
        if "" in stopped or channel in stopped:
            yield error(
                "sending_stopped", "发送已被紧急停止。", "Sending is stopped by an operator's kill switch.", id_
            )
        used_here = accounts.get(str(node["config"].get("account")))
        if used_here is not None:
            yield from _about_account(used_here, id_, refused, used, now)


def _about_account(
    account: ChannelAccount, node: str, refused: set[str], used: Mapping[Any, int], now: datetime
) -> Iterator[Issue]:
    name = account.name or account.key
    if not account.enabled:
        yield error("account_disabled", f"账号「{name}」已停用。", f"The account {name!r} is disabled.", node)
    elif str(account.pk) in refused:
        yield error(
            "account_stopped",
            f"账号「{name}」被服务商拒绝，已停发。",
            f"The provider refuses the account {name!r}.",
            node,
        )
    elif account.paused_until is not None and account.paused_until > now:
        yield warning("account_paused", f"账号「{name}」暂停发送中。", f"The account {name!r} is paused.", node)
    quota = account.settings.get("daily_quota")
    spent = used.get(account.pk, 0)
    if isinstance(quota, int) and quota > 0 and spent >= quota * NEARLY:
        share = int(spent * 100 / quota)
        yield warning(
            "quota_nearly_used",
            f"账号「{name}」今日额度已用 {share}%（{spent}/{quota}）。",
            f"The account {name!r} has used {share}% of its quota of today ({spent} of {quota}).",
            node,
        )


def _used_today(journey: Journey, now: datetime) -> dict[Any, int]:
    midnight = now.astimezone(zone_of(journey.workspace.timezone)).replace(hour=0, minute=0, second=0, microsecond=0)
    tried = Q(id__gte=first_id(midnight), workspace=journey.workspace_id, attempted_at__gte=midnight)
    return dict(Message.objects.filter(tried).order_by().values_list("account_id").annotate(sent=Count("id")))


def _about_numbers(journey: Journey, numbers: Mapping[str, Mapping[str, Any]]) -> Iterator[Issue]:
    for node in _nodes(journey):
        number = numbers.get(node["id"])
        if number is None:
            continue
        asked = number["sent"] + number["failed"] + number["blocked"]
        for metric, zh, en in (("blocked", "被拦截", "are blocked"), ("failed", "发送失败", "fail")):
            if number[metric] >= FEW and number[metric] >= asked * OFTEN:
                share = int(number[metric] * 100 / asked)
                yield warning(
                    f"often_{metric}",
                    f"{share}% 的消息{zh}（{number[metric]} 条）。",
                    f"{share}% of the messages {en} ({number[metric]}).",
                    node["id"],
                )
        if number.get("stuck", 0) > 0:
            stuck = Number(number["stuck"])
            yield warning(
                "people_stuck",
                f"{stuck} 人在此出错，等待处理。",
                f"{stuck:person is|people are} stuck here.",
                node["id"],
            )
