"""Hours in which marketing may be sent at all: data of the Chinese market, not legal advice."""

from dataclasses import dataclass
from datetime import date

from channels_app.policy.hours import DailyHours


@dataclass(frozen=True, slots=True)
class MarketingWindow:
    """Marketing on `channel` is sent only inside `hours` on the clock of `zone`; no journey can widen it."""

    id: str
    version: int
    channel: str
    hours: DailyHours
    zone: str
    source: str
    as_of: date


MARKETING_WINDOWS = (
    MarketingWindow(
        id="cn.sms.marketing_hours",
        version=1,
        channel="sms",
        hours=DailyHours.parse("08:00", "21:00"),
        zone="Asia/Shanghai",
        source="Huawei Cloud, 消息&短信: 营销短信发送时段 8:00-21:00",
        as_of=date(2026, 11, 1),
    ),
    MarketingWindow(
        id="cn.call.marketing_hours",
        version=1,
        channel="call",
        hours=DailyHours.parse("08:00", "21:00"),
        zone="Asia/Shanghai",
        source="Tencent Cloud Contact Center: 外呼时段 8:00-21:00",
        as_of=date(2026, 11, 1),
    ),
)
