"""How many messages one person may get in how long a time: data of vendors and the Chinese market, not legal advice."""

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal, TypeAlias

from channels_app.policy.reasons import Reason

# A calendar month on the clock of Shanghai, and as many messages in it as it has days.
MONTH: Literal["month"] = "month"
DAYS_IN_MONTH: Literal["days_in_month"] = "days_in_month"

Window: TypeAlias = timedelta | Literal["month"]
Most: TypeAlias = int | Literal["days_in_month"]


@dataclass(frozen=True, slots=True)
class CountRule:
    """At most `most` messages in `window` to one person: rolling back from the moment of sending, or a calendar month.

    It binds, and counts, messages on one of `channels` (empty: any), for one of `purposes` (empty: any), whose
    template has one of `tags` (empty: any).
    """

    id: str
    version: int
    most: Most
    window: Window
    channels: tuple[str, ...] = ()
    purposes: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    reason: Reason = Reason.QUOTA
    source: str = ""
    as_of: date = date(2026, 11, 1)

    def binds(self, channel: str, purpose: str, tags: tuple[str, ...]) -> bool:
        return (
            (not self.channels or channel in self.channels)
            and (not self.purposes or purpose in self.purposes)
            and (not self.tags or not set(self.tags).isdisjoint(tags))
        )


QUOTAS = (
    CountRule(
        id="cn.sms.marketing_per_minute",
        version=1,
        most=2,
        window=timedelta(minutes=1),
        channels=("sms",),
        purposes=("marketing",),
        source="Huawei Cloud, 消息&短信: 营销短信同一号码 1 分钟不超过 2 条",
    ),
    CountRule(
        id="cn.sms.marketing_per_day",
        version=1,
        most=10,
        window=timedelta(hours=24),
        channels=("sms",),
        purposes=("marketing",),
        source="Huawei Cloud, 消息&短信: 营销短信同一号码 24 小时不超过 10 条",
    ),
    CountRule(
        id="cn.call.per_5_minutes",
        version=1,
        most=3,
        window=timedelta(minutes=5),
        channels=("call",),
        source="Tencent Cloud Contact Center: 同一被叫 5 分钟不超过 3 次",
    ),
    CountRule(
        id="cn.call.per_day",
        version=1,
        most=5,
        window=timedelta(hours=24),
        channels=("call",),
        source="Tencent Cloud Contact Center: 同一被叫 24 小时不超过 5 次",
    ),
    CountRule(
        id="wecom.customer_per_month",
        version=1,
        most=DAYS_IN_MONTH,
        window=MONTH,
        channels=("wecom_customer",),
        source="WeCom 92135 (2025-11-17): 每位客户每月最多可接收当月天数条群发消息",
    ),
)


@dataclass(frozen=True, slots=True)
class WindowRule:
    """After a person turned to the account (`kind`), at most `most` messages on `channel` for as long as `lasts`.

    Windows do not add up: a message needs one that is open and not used up.
    """

    id: str
    version: int
    channel: str
    kind: str
    most: int
    lasts: timedelta
    source: str
    as_of: date = date(2026, 11, 1)


WECHAT_SERVICE = "WeChat, 客服消息下发条数规则 (2023-06-12)"
WINDOWS = (
    WindowRule("wechat.service_after_message", 1, "wechat_service", "message", 5, timedelta(hours=48), WECHAT_SERVICE),
    WindowRule("wechat.service_after_menu", 1, "wechat_service", "menu", 3, timedelta(minutes=1), WECHAT_SERVICE),
    WindowRule("wechat.service_after_follow", 1, "wechat_service", "follow", 3, timedelta(minutes=1), WECHAT_SERVICE),
    WindowRule("wechat.service_after_scan", 1, "wechat_service", "scan", 3, timedelta(minutes=1), WECHAT_SERVICE),
)
# Channels on which one permission is one message, so that the ledger of credits decides.
CREDIT_CHANNELS = frozenset({"wechat_subscribe"})
