"""Tencent Cloud's pushes: an array of delivery states, or one reply, unsigned JSON over HTTP POST.

https://cloud.tencent.com/document/product/382/52077 (短信下发状态通知) and 52078 (短信回复状态通知)
"""

import hashlib
from datetime import UTC, datetime
from typing import Any

from channels_app.providers.errors import MalformedCallback
from channels_app.providers.inbound import Inbound, ProviderReceipt, ProviderReply
from channels_app.providers.pushed_json import read_list, read_object, text_of
from channels_app.providers.refusal import refuses
from channels_app.providers.shanghai import shanghai_time
from channels_app.providers.sms.pushes import DEPTH

OUTCOMES = {"SUCCESS": "delivered", "FAIL": "failed"}
LAST_SECOND = datetime(9999, 1, 1, tzinfo=UTC).timestamp()


def parse_states(body: bytes) -> Inbound:
    return Inbound(receipts=tuple(_receipt(entry) for entry in read_list(body, DEPTH)))


def parse_reply(body: bytes) -> Inbound:
    return Inbound(replies=(_reply(read_object(body, DEPTH)),))


def _receipt(entry: dict[str, Any]) -> ProviderReceipt:
    """Read one state. It does not echo the attempt, so the message is found by `sid`, which SendSms answered."""
    sid, code = text_of(entry, "sid", 128), text_of(entry, "errmsg", 128, "")
    status = text_of(entry, "report_status")
    if status not in OUTCOMES:
        raise MalformedCallback(f"report_status is {status!r}")
    return ProviderReceipt(
        dedup_key=f"status:{sid}:{status}:{code}"[:255],
        attempt=None,
        provider_id=sid,
        address=_address(entry),
        outcome=OUTCOMES[status],
        code=code,
        detail=text_of(entry, "description", 1000, ""),
        reported_at=shanghai_time(text_of(entry, "user_receive_time")),
        payload=entry,
        by_address=True,
    )


def _reply(entry: dict[str, Any]) -> ProviderReply:
    content, second, address = text_of(entry, "text", 1000, ""), entry.get("time"), _address(entry)
    if isinstance(second, bool) or not isinstance(second, int) or not 0 < second < LAST_SECOND:
        raise MalformedCallback("time is not a UNIX time in seconds")
    # The push has no number of its own; the same text in the same second from one phone is a repetition of it.
    digest = hashlib.sha256(content.encode("utf-8", "surrogatepass")).hexdigest()[:16]
    return ProviderReply(
        dedup_key=f"reply:{address}:{second}:{digest}",
        address=address,
        content=content,
        opts_out=refuses(content),
        at=datetime.fromtimestamp(second, UTC),
        payload=entry,
    )


def _address(entry: dict[str, Any]) -> str:
    country, mobile = text_of(entry, "nationcode", 8), text_of(entry, "mobile", 20)
    if not (country.isascii() and country.isdigit() and mobile.isascii() and mobile.isdigit()):
        raise MalformedCallback("nationcode and mobile are not digits")
    return f"+{country}{mobile}"
