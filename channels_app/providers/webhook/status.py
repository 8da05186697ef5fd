"""What a receiver of webhook messages reports: `{"type": "message.status", "data": {…}}`, or a list of such data."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson

from channels_app.providers.errors import MalformedCallback
from channels_app.providers.inbound import Inbound, ProviderReceipt

OUTCOMES = frozenset({"delivered", "read", "clicked", "replied", "failed"})
MOST_ENTRIES = 1000
MOST_TEXT = 500


def parse(call_id: str, body: bytes, now: datetime) -> Inbound:
    """Read one call; its id makes a repetition of it harmless. Raises MalformedCallback."""
    try:
        value = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise MalformedCallback("the body is not JSON") from error
    if not isinstance(value, dict) or value.get("type") != "message.status":
        raise MalformedCallback("type is not message.status")
    data = value.get("data")
    entries = data if isinstance(data, list) else [data]
    if not 0 < len(entries) <= MOST_ENTRIES:
        raise MalformedCallback(f"data is not 1 to {MOST_ENTRIES} reports")
    return Inbound(receipts=tuple(_receipt(call_id, n, entry, now) for n, entry in enumerate(entries)))


def _receipt(call_id: str, number: int, entry: Any, now: datetime) -> ProviderReceipt:
    if not isinstance(entry, dict):
        raise MalformedCallback("a report is not an object")
    status = _text(entry, "status")
    if status not in OUTCOMES:
        raise MalformedCallback(f"status is none of {', '.join(sorted(OUTCOMES))}")
    try:
        message_id = UUID(_text(entry, "id"))
        at = datetime.fromisoformat(_text(entry, "at")) if entry.get("at") else now
    except ValueError as error:
        raise MalformedCallback("id is not a message's, or at is not a time of ISO 8601") from error
    code, detail = _text(entry, "code")[:128], _text(entry, "detail")
    return ProviderReceipt(
        dedup_key=f"status:{call_id[:128]}:{number}",
        attempt=None,
        provider_id="",
        address="",
        outcome=status,
        code=code,
        detail=detail,
        reported_at=min(at if at.tzinfo else at.replace(tzinfo=UTC), now),
        payload={"id": str(message_id), "status": status, "code": code, "detail": detail},
        message_id=message_id,
        result=_text(entry, "result")[:32],
    )


def _text(entry: dict[str, Any], key: str) -> str:
    value = entry.get(key, "")
    if value is None:
        return ""
    if not isinstance(value, str) or len(value) > MOST_TEXT or "\0" in value:
        raise MalformedCallback(f"{key} is not a text of at most {MOST_TEXT} characters")
    return value
