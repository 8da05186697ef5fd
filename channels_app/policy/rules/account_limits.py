"""How much an account may send in a day: data of vendors, shown to operators and enforced by the vendor."""

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class AccountLimit:
    """At most `most` calls of one account on `channel` in a day on the clock of Shanghai."""

    id: str
    version: int
    channel: str
    most: int
    source: str
    as_of: date = date(2026, 11, 1)


ACCOUNT_LIMITS = (
    AccountLimit(
        "wechat.template_per_day",
        1,
        "wechat_template",
        100_000,
        "WeChat, 模板消息接口: 每个账号每日 10 万次，随粉丝数提高",
    ),
)
