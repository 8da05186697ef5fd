"""Yunpian's pushes: a form with one field that holds JSON.

https://www.yunpian.com/official/document/sms/zh_cn/domestic_push_report (3 repetitions, 5 minutes apart) and
domestic_push_reply (5 repetitions, a minute apart, with a signature). Anything but SUCCESS or 0 is a failure.
"""

import hashlib
import hmac
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qs, unquote_plus

import orjson

from channels_app.providers import refusal
from channels_app.providers.errors import ForgedCallback, MalformedCallback
from channels_app.providers.inbound import Inbound, ProviderReceipt, ProviderReply
from channels_app.providers.shanghai import shanghai_time
from channels_app.providers.sms.phone import address_of
from channels_app.providers.sms.pushes import uuid_of

MOST_REPORTS = 500
OUTCOMES = {"SUCCESS": "delivered", "FAIL": "failed"}
# Its own texts say 回N退订 too.
WORDS = refusal.WORDS | {"N"}


def parse_reports(body: bytes) -> Inbound:
    rows = _field(body, "sms_status")
    if (
        not isinstance(rows, list)
        or not 0 < len(rows) <= MOST_REPORTS
        or not all(isinstance(row, dict) for row in rows)
    ):
        raise MalformedCallback(f"sms_status is not an array of 1 to {MOST_REPORTS} objects")
    return Inbound(receipts=tuple(_receipt(row) for row in rows))


def parse_reply(body: bytes, apikey: str) -> Inbound:
    row = _field(body, "sms_reply")
    if not isinstance(row, dict) or not all(isinstance(value, str | None) for value in row.values()):
        raise MalformedCallback("sms_reply is not an object of texts")
    if not hmac.compare_digest(signature(row, apikey), str(row.get("_sign") or "").encode(errors="replace")):
        raise ForgedCallback("_sign is not right")
    text = _text(row, "text", 1000)
    reply = ProviderReply(
        dedup_key=f"reply:{_text(row, 'id')}",
        address=address_of(_text(row, "mobile")),
        content=text,
        opts_out=refusal.refuses(text, WORDS),
        at=shanghai_time(_text(row, "reply_time")),
        payload={name: value for name, value in row.items() if name != "_sign"},
    )
    return Inbound(replies=(reply,))


def signature(row: Mapping[str, Any], apikey: str) -> bytes:
    """MD5 over the values in the order of their names, and the apikey, with commas between."""
    values = [str(row[name] or "") for name in sorted(row) if name != "_sign"]
    joined = ",".join([*values, apikey]).encode(errors="replace")
    return hashlib.md5(joined, usedforsecurity=False).hexdigest().encode()


def _field(body: bytes, name: str) -> Any:
    try:
        text = parse_qs(body.decode(), strict_parsing=True, max_num_fields=10)[name][0]
        # Some of its servers encode twice.
        return orjson.loads(text if text.lstrip()[:1] in {"[", "{"} else unquote_plus(text))
    except (UnicodeDecodeError, ValueError, KeyError, RecursionError) as error:
        raise MalformedCallback(f"{name} is not JSON in a form") from error


def _receipt(row: dict[str, Any]) -> ProviderReceipt:
    sid, status = row.get("sid"), row.get("report_status")
    if isinstance(sid, bool) or not isinstance(sid, int | str) or not str(sid).isdigit() or len(str(sid)) > 64:
        raise MalformedCallback("sid is not a number")
    if status not in OUTCOMES:
        raise MalformedCallback("report_status is neither SUCCESS nor FAIL")
    phone, code, detail = _text(row, "mobile"), _text(row, "error_msg", 128), _text(row, "error_detail", 500)
    time = _text(row, "user_receive_time")
    return ProviderReceipt(
        dedup_key=f"report:{sid}:{status}",
        attempt=None,
        provider_id=str(sid),
        address=address_of(phone),
        outcome=OUTCOMES[status],
        code=code,
        detail=detail,
        reported_at=shanghai_time(time),
        payload={
            "sid": str(sid),
            "mobile": phone,
            "report_status": status,
            "error_msg": code,
            "user_receive_time": time,
        },
        message_id=uuid_of(row.get("uid")),
    )


def _text(row: Mapping[str, Any], key: str, most: int = 64) -> str:
    value = row.get(key) or ""
    if not isinstance(value, str) or len(value) > most or "\0" in value:
        raise MalformedCallback(f"{key} is not a text of at most {most} characters")
    return value
