"""Aliyun's VoiceReport (how a call ended) and VoiceCallReport (how it goes): arrays over HTTP POST, unsigned.

https://help.aliyun.com/zh/vms/developer-reference/voicereport-4 and voicecallreport-4
"""

from datetime import datetime
from typing import Any

from channels_app.choices import MessageState
from channels_app.providers.call.aliyun_codes import result_of
from channels_app.providers.call.json_body import DEPTH, text
from channels_app.providers.call.results import outcome_of
from channels_app.providers.inbound import Inbound, InboundEvent, ProviderReceipt
from channels_app.providers.pushed_json import read_list
from channels_app.providers.shanghai import shanghai_time
from channels_app.providers.sms.phone import address_of

KEY_PRESSED = "call_key_pressed"


def parse_reports(body: bytes) -> Inbound:
    """Read VoiceReport. Raises MalformedCallback."""
    found = read_list(body, DEPTH)
    events = [event for entry in found if (event := _key_pressed(entry)) is not None]
    return Inbound(receipts=tuple(_final(entry) for entry in found), events=tuple(events))


def parse_progress(body: bytes) -> Inbound:
    """Read VoiceCallReport, which names no number: what it says is kept, and the end comes by VoiceReport.

    Raises MalformedCallback.
    """
    return Inbound(receipts=tuple(_step(entry) for entry in read_list(body, DEPTH)))


def final_receipt(call_id: str, status: str, address: str, at: datetime, payload: dict[str, Any]) -> ProviderReceipt:
    """Return the receipt of a call's end; pushed or asked for, it is the same and has effect once."""
    result = result_of(status, str(payload.get("hangup_direction") or ""))
    return ProviderReceipt(
        dedup_key=f"end:{call_id}:{status}",
        attempt=None,
        provider_id=call_id,
        address=address,
        outcome=outcome_of(result),
        code=status,
        detail=str(payload.get("status_msg") or payload.get("stateDesc") or "")[:1000],
        reported_at=at,
        payload=payload,
        result=result,
        reference=str(payload.get("out_id") or "")[:64],
    )


def _final(entry: dict[str, Any]) -> ProviderReceipt:
    text(entry, "out_id", default="")
    call_id, status, callee = text(entry, "call_id", 128), text(entry, "status_code"), text(entry, "callee")
    return final_receipt(call_id, status, address_of(callee), _ended(entry), entry)


def _ended(entry: dict[str, Any]) -> datetime:
    """A call that was never answered has no end, and one refused at once only the time of its order."""
    for key in ("end_time", "ring_time", "start_time", "originate_time"):
        value = text(entry, key, default="")
        if value:
            return shanghai_time(value)
    return shanghai_time("")


def _key_pressed(entry: dict[str, Any]) -> InboundEvent | None:
    keys = text(entry, "dtmf", default="")
    if not keys:
        return None
    call_id = text(entry, "call_id", 128)
    return InboundEvent(
        event_id=f"aliyun_call:{call_id}:keys:{keys}",
        name=KEY_PRESSED,
        identities={"phone": address_of(text(entry, "callee"))},
        occurred_at=_ended(entry),
        properties={"keys": keys, "call_id": call_id},
    )


def _step(entry: dict[str, Any]) -> ProviderReceipt:
    call_id, status, time = text(entry, "call_id", 128), text(entry, "status_code"), text(entry, "status_time")
    keys = text(entry, "dtmf", default="")
    return ProviderReceipt(
        dedup_key=f"step:{call_id}:{status}:{time}:{keys}",
        attempt=None,
        provider_id=call_id,
        address="",
        outcome=MessageState.ACCEPTED,
        code=status,
        detail=keys,
        reported_at=shanghai_time(time),
        payload=entry,
        reference=text(entry, "out_id", default=""),
    )
