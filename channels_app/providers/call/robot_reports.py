"""Callbacks of a robot vendor that speaks docs/reference/channels/call-robot-http.md: read as strictly as documented."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from channels_app.choices import MessageState
from channels_app.providers.base import Attempted, Open, Reconciled
from channels_app.providers.call import results
from channels_app.providers.call.json_body import DEPTH, text
from channels_app.providers.call.results import outcome_of
from channels_app.providers.errors import MalformedCallback
from channels_app.providers.inbound import Inbound, InboundEvent, ProviderReceipt, ProviderReply
from channels_app.providers.pushed_json import read_object
from channels_app.providers.sms.phone import address_of

PROGRESS, ENDED, CORRECTED = "call.progress", "call.ended", "call.corrected"
MOST_SUMMARY, MOST_URL, MOST_TAGS = 500, 2000, 50
KEPT = (
    "type",
    "id",
    "call_id",
    "result",
    "intent",
    "seconds",
    "rounds",
    "tags",
    "recording_url",
    "summary",
    "hung_up_by",
    "keys",
)


def parse(body: bytes, callback_id: str) -> Inbound:
    """Read one callback. Raises MalformedCallback."""
    said = read_object(body, DEPTH)
    kind = text(said, "type")
    if kind not in (PROGRESS, ENDED, CORRECTED):
        raise MalformedCallback(f"{kind!r} is no type of callback")
    address, at = address_of(text(said, "to")), _instant(text(said, "at"))
    receipt = receipt_of(said, address, at, f"robot:{callback_id}")
    events: tuple[InboundEvent, ...] = ()
    keys = text(said, "keys", default="")
    if keys and kind == ENDED:
        call = text(said, "call_id", 128)
        events = (
            InboundEvent(
                event_id=f"robot_call:{call}:keys:{keys}",
                name="call_key_pressed",
                identities={"phone": address},
                occurred_at=at,
                properties={"keys": keys, "call_id": call},
            ),
        )
    replies: tuple[ProviderReply, ...] = ()
    if said.get("opted_out") is True:
        replies = (ProviderReply(f"robot:{callback_id}:opt_out", address, "opted_out", True, at, {"type": kind}),)
    return Inbound(receipts=(receipt,), replies=replies, events=events)


def receipt_of(said: Mapping[str, Any], address: str, at: datetime, dedup_key: str) -> ProviderReceipt:
    """Return what a callback, or a call's own record, says of one try. Raises MalformedCallback."""
    ended = said.get("type") != PROGRESS
    result = _result(said) if ended else ""
    return ProviderReceipt(
        dedup_key=dedup_key,
        attempt=_uuid(text(said, "id")),
        provider_id=text(said, "call_id", 128),
        address=address,
        outcome=outcome_of(result) if ended else MessageState.ACCEPTED,
        code=text(said, "code", default=result),
        detail=text(said, "detail", 1000, default=""),
        reported_at=at,
        payload=_payload(said),
        result=result,
    )


def of_record(record: Mapping[str, Any], message: Open, now: datetime) -> ProviderReceipt | None:
    """Return the receipt of a call that was asked about, None if it has not ended. Raises MalformedCallback."""
    if record.get("state") != "ended":
        return None
    at = _instant(text(record, "at")) if record.get("at") else now
    said = {**record, "type": ENDED, "id": str(message.attempt)}
    result = _result(said)
    return receipt_of(said, message.address, at, f"robot:{message.attempt}:record:{result}")


def reconciled(record: Mapping[str, Any], message: Attempted) -> Reconciled:
    """Return what the vendor's record of a try whose answer was lost makes of it: its end comes as a report."""
    return Reconciled("accepted", provider_id=text(record, "call_id", 128))


def _result(said: Mapping[str, Any]) -> str:
    result = text(said, "result", 32)
    if result not in results.RESULTS or result in results.INTENTS:
        raise MalformedCallback(f"{result!r} is no result of a call")
    intent = text(said, "intent", 16, default="")
    return results.intent_result(intent) if intent and result == results.ANSWERED else result


def _payload(said: Mapping[str, Any]) -> dict[str, Any]:
    kept = {key: said[key] for key in KEPT if said.get(key) is not None}
    kept["summary"] = text(said, "summary", 100_000, default="")[:MOST_SUMMARY]
    kept["recording_url"] = text(said, "recording_url", MOST_URL, default="")
    tags = said.get("tags") or []
    if not isinstance(tags, list) or len(tags) > MOST_TAGS or not all(isinstance(tag, str) for tag in tags):
        raise MalformedCallback(f"tags is not a list of at most {MOST_TAGS} texts")
    for key in ("rounds", "seconds"):
        number = said.get(key)
        if number is not None and (isinstance(number, bool) or not isinstance(number, int | float) or number < 0):
            raise MalformedCallback(f"{key} is not a number")
    return kept


def _uuid(value: str) -> UUID:
    try:
        return UUID(value)
    except ValueError as error:
        raise MalformedCallback("id is not one of ours") from error


def _instant(value: str) -> datetime:
    try:
        at = datetime.fromisoformat(value)
    except ValueError as error:
        raise MalformedCallback(f"{value!r} is not an instant of ISO 8601") from error
    if at.tzinfo is None:
        raise MalformedCallback("an instant names its offset from UTC")
    return at.astimezone(UTC)
