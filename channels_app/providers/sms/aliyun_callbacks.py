"""Aliyun's SmsReport and SmsUp pushes: JSON arrays over HTTP POST, unsigned, repeated after 1, 5 and 10 minutes.

https://help.aliyun.com/zh/sms/developer-reference/smsreport-2 and smsup-2
"""

from typing import Any

from channels_app.providers.errors import MalformedCallback
from channels_app.providers.inbound import Inbound, ProviderReceipt, ProviderReply
from channels_app.providers.pushed_json import read_list, text_of
from channels_app.providers.refusal import refuses
from channels_app.providers.shanghai import shanghai_time
from channels_app.providers.sms.phone import address_of
from channels_app.providers.sms.pushes import DEPTH, uuid_of


def parse_reports(body: bytes) -> Inbound:
    return Inbound(receipts=tuple(_receipt(entry) for entry in read_list(body, DEPTH)))


def parse_replies(body: bytes) -> Inbound:
    return Inbound(replies=tuple(_reply(entry) for entry in read_list(body, DEPTH)))


def _receipt(entry: dict[str, Any]) -> ProviderReceipt:
    phone, biz_id, code = (
        text_of(entry, "phone_number"),
        text_of(entry, "biz_id", 128),
        text_of(entry, "err_code", 128, ""),
    )
    success = entry.get("success")
    if not isinstance(success, bool):
        raise MalformedCallback("success is not true or false")
    return ProviderReceipt(
        dedup_key=f"report:{biz_id}:{phone}:{code}",
        attempt=uuid_of(entry.get("out_id")),
        provider_id=biz_id,
        address=address_of(phone),
        outcome="delivered" if success else "failed",
        code=code,
        detail=text_of(entry, "err_msg", 1000, ""),
        reported_at=shanghai_time(text_of(entry, "report_time")),
        payload=entry,
    )


def _reply(entry: dict[str, Any]) -> ProviderReply:
    phone, content, sent = (
        text_of(entry, "phone_number"),
        text_of(entry, "content", 1000, ""),
        text_of(entry, "send_time"),
    )
    sequence = entry.get("sequence_id")
    if isinstance(sequence, bool) or not isinstance(sequence, int | str | None):
        raise MalformedCallback("sequence_id is not a number")
    return ProviderReply(
        dedup_key=f"reply:{phone}:{sent if sequence is None else str(sequence)[:64]}",
        address=address_of(phone),
        content=content,
        opts_out=refuses(content),
        at=shanghai_time(sent),
        payload=entry,
    )
