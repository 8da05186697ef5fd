"""Aliyun's SmsReport and SmsUp pushes: JSON arrays over HTTP POST, unsigned, repeated after 1, 5 and 10 minutes.

https://help.aliyun.com/zh/sms/developer-reference/smsreport-2 and smsup-2
"""

from collections.abc import Iterator
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson

from channels_app.providers.errors import MalformedCallback
from channels_app.providers.inbound import Inbound, ProviderReceipt, ProviderReply
from channels_app.providers.sms.phone import address_of

SHANGHAI = ZoneInfo("Asia/Shanghai")
OPT_OUT_WORDS = frozenset({"R", "TD", "T", "退订"})
MOST_ENTRIES = 10_000
MOST_DEPTH = 8


def parse_reports(body: bytes) -> Inbound:
    return Inbound(receipts=tuple(_receipt(entry) for entry in _entries(body)))


def parse_replies(body: bytes) -> Inbound:
    return Inbound(replies=tuple(_reply(entry) for entry in _entries(body)))


def _entries(body: bytes) -> Iterator[dict[str, Any]]:
    try:
        value = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise MalformedCallback(f"the body is not JSON: {error}") from error
    if not isinstance(value, list) or len(value) > MOST_ENTRIES or not all(isinstance(entry, dict) for entry in value):
        raise MalformedCallback(f"the body is not an array of at most {MOST_ENTRIES} objects")
    if any(_unstorable(entry, MOST_DEPTH) for entry in value):
        raise MalformedCallback("a text contains the character NUL, or it is nested too deeply")
    return iter(value)


def _unstorable(value: object, depth: int) -> bool:
    """Tell whether PostgreSQL could not store `value`, because of a NUL or because it is deeper than `depth`."""
    if isinstance(value, str):
        return "\0" in value
    if not isinstance(value, dict | list):
        return False
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    return depth == 0 or any(_unstorable(part, depth - 1) for part in parts)


def _receipt(entry: dict[str, Any]) -> ProviderReceipt:
    phone, biz_id, code = _text(entry, "phone_number"), _text(entry, "biz_id", 128), _text(entry, "err_code", 128, "")
    success = entry.get("success")
    if not isinstance(success, bool):
        raise MalformedCallback("success is not true or false")
    return ProviderReceipt(
        dedup_key=f"report:{biz_id}:{phone}:{code}",
        attempt=_uuid(entry.get("out_id")),
        provider_id=biz_id,
        address=address_of(phone),
        outcome="delivered" if success else "failed",
        code=code,
        detail=_text(entry, "err_msg", 1000, ""),
        reported_at=_instant(_text(entry, "report_time")),
        payload=entry,
    )


def _reply(entry: dict[str, Any]) -> ProviderReply:
    phone, content, sent = _text(entry, "phone_number"), _text(entry, "content", 1000, ""), _text(entry, "send_time")
    sequence = entry.get("sequence_id")
    if isinstance(sequence, bool) or not isinstance(sequence, int | str | None):
        raise MalformedCallback("sequence_id is not a number")
    return ProviderReply(
        dedup_key=f"reply:{phone}:{sent if sequence is None else str(sequence)[:64]}",
        address=address_of(phone),
        content=content,
        opts_out=content.strip().upper() in OPT_OUT_WORDS,
        at=_instant(sent),
        payload=entry,
    )


def _text(entry: dict[str, Any], key: str, most: int = 64, default: str | None = None) -> str:
    value = entry.get(key, default)
    if value is None and default is not None:
        value = default
    if not isinstance(value, str) or len(value) > most or "\0" in value:
        raise MalformedCallback(f"{key} is not a text of at most {most} characters")
    return value


def _uuid(value: object) -> UUID | None:
    """Read our attempt id; a report of a message that another program sent has something else here."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _instant(text: str) -> datetime:
    """Read a time of Aliyun's, which is on the clock of Shanghai and does not say so."""
    try:
        return datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise MalformedCallback(f"{text!r} is not a time") from error
