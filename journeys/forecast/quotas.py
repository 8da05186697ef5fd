"""When the quotas of channel accounts run out: what they may send a day and an hour against what a forecast sends."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any

from channels_app.models import ChannelAccount
from journeys.engine.nodes.send import SendConfig
from journeys.engine.plan import Plan
from workspaces.localtime import zone_of
from workspaces.models import Workspace

Minutes = Mapping[datetime, int]


def quotas(
    workspace: Workspace, plan: Plan, sent: Mapping[tuple[str, datetime], int], scale: float
) -> list[dict[str, Any]]:
    """One row for each account that the graph names.

    `exhausted_at` is the minute in which this journey alone sends more than `settings.daily_quota` of one day, by the
    clock of the workspace; `rate_exceeded_at` the same for `settings.hourly_rate` and an hour. Null: never, or no limit.
    """
    by_account: dict[str, Counter[datetime]] = defaultdict(Counter)
    for (account, minute), count in sent.items():
        by_account[account][minute] += count
    return [_row(account, by_account, workspace, scale) for account in _accounts(workspace, plan)]


def _accounts(workspace: Workspace, plan: Plan) -> Iterator[ChannelAccount]:
    names = {node.config.account for node in plan.nodes.values() if isinstance(node.config, SendConfig)}
    for account in ChannelAccount.objects.filter(workspace=workspace).order_by("key"):
        if account.key in names or str(account.id) in names:
            yield account


def _row(
    account: ChannelAccount, by_account: Mapping[str, Counter[datetime]], workspace: Workspace, scale: float
) -> dict[str, Any]:
    minutes = by_account[str(account.id)]
    zone = zone_of(workspace.timezone)
    daily, hourly = _limit(account, "daily_quota"), _limit(account, "hourly_rate")
    days = _periods(minutes, scale, lambda minute: minute.astimezone(zone).date())
    hours = _periods(minutes, scale, lambda minute: minute.replace(minute=0))
    return {
        "account": str(account.id),
        "key": account.key,
        "name": account.name,
        "daily_quota": daily,
        "exhausted_at": _passed(days, daily),
        "most_a_day": _most(days),
        "hourly_rate": hourly,
        "rate_exceeded_at": _passed(hours, hourly),
        "most_an_hour": _most(hours),
    }


def _limit(account: ChannelAccount, name: str) -> int | None:
    value = account.settings.get(name)
    return value if isinstance(value, int) and not isinstance(value, bool) and value >= 0 else None


def _periods(minutes: Minutes, scale: float, period: Any) -> dict[Any, list[tuple[datetime, float]]]:
    """For each period, how much of it is sent by the end of each minute."""
    found: dict[Any, list[tuple[datetime, float]]] = defaultdict(list)
    for minute in sorted(minutes):
        steps = found[period(minute)]
        steps.append((minute, (steps[-1][1] if steps else 0.0) + minutes[minute] * scale))
    return found


def _passed(periods: Mapping[Any, list[tuple[datetime, float]]], limit: int | None) -> str | None:
    if limit is None:
        return None
    passed = (minute for steps in periods.values() for minute, sent in steps if sent > limit)
    first = min(passed, default=None)
    return first.isoformat() if first else None


def _most(periods: Mapping[Any, list[tuple[datetime, float]]]) -> int:
    return round(max((steps[-1][1] for steps in periods.values()), default=0.0))
