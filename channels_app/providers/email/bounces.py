"""Bounces (RFC 3464) and complaints (RFC 5965) that the mail server's pipe hands on as they came.

Header values are read without the standard library's structured parsers, which take quadratic time on hostile input.
"""

import re
from datetime import UTC, datetime
from email import message_from_bytes
from email.message import Message
from email.policy import compat32
from email.utils import parseaddr, parsedate_to_datetime
from uuid import UUID

from channels_app.providers.errors import MalformedCallback
from channels_app.providers.inbound import Inbound, InboundEvent, ProviderReceipt

_ID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_RETURN_PATH = re.compile(rf"bounce\+({_ID})@", re.IGNORECASE)
_MESSAGE_ID = re.compile(rf"<({_ID})@", re.IGNORECASE)
_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")
ENVELOPE_HEADERS = ("X-Original-To", "Delivered-To", "To", "Envelope-To")
MOST_DETAIL = 1000
MOST_RECIPIENTS = 100
# RFC 3463: x.1 is about the address itself. What else is permanent (a full mailbox, a policy) may change.
HARD = "5.1."
# Kinds of feedback by which a person wants no more mail.
COMPLAINTS = frozenset({"abuse", "fraud", "opt-out", "virus"})


def parse(body: bytes, now: datetime) -> Inbound:
    """Read one mail that came to a return path. One that is no notification (an absence note) says nothing.

    Raises MalformedCallback for what is not a mail, and for a notification that cannot be read.
    """
    try:
        mail = message_from_bytes(body, policy=compat32)
        if not mail.keys():
            raise MalformedCallback("the body is not a mail")
        parts = list(mail.walk())
    except RecursionError as error:
        raise MalformedCallback("the mail is nested too deeply") from error
    except (LookupError, ValueError, AssertionError, TypeError) as error:
        if isinstance(error, MalformedCallback):
            raise
        raise MalformedCallback(f"the mail cannot be read: {type(error).__name__}") from error
    feedback = _part(parts, "message/feedback-report")
    if feedback is not None:
        return _complained(mail, feedback, _original(parts), now)
    status = _part(parts, "message/delivery-status")
    if status is None:
        return Inbound()
    blocks = status.get_payload()
    if not isinstance(blocks, list) or not 2 <= len(blocks) <= MOST_RECIPIENTS + 1:
        raise MalformedCallback("the notification names no recipient")
    original = _original(parts)
    message_id = _message_of(mail, original)
    if message_id is None:
        raise MalformedCallback("the notification names no message of ours")
    at = _instant(mail, now)
    told = [
        _told(block, message_id, _address(block, original), at) for block in blocks[1:] if isinstance(block, Message)
    ]
    return Inbound(
        receipts=tuple(receipt for receipt, _ in told if receipt is not None),
        events=tuple(event for _, event in told if event is not None),
    )


def _part(parts: list[Message], content_type: str) -> Message | None:
    return next((part for part in parts if part.get_content_type() == content_type), None)


def _complained(mail: Message, feedback: Message, original: Message | None, now: datetime) -> Inbound:
    """Read a mailbox provider's report that somebody has called our mail spam."""
    fields = feedback.get_payload()
    if not isinstance(fields, list) or not fields or not isinstance(fields[0], Message):
        raise MalformedCallback("the report has no fields")
    kind = _text(fields[0], "Feedback-Type").lower()
    message_id = _message_of(mail, original)
    named = [_text(fields[0], "Original-Rcpt-To"), _text(original, "To") if original is not None else ""]
    address = next((one for text in named if "@" in (one := parseaddr(text)[1].strip().lower()[:254])), "")
    if not kind or message_id is None or not address:
        raise MalformedCallback("the report says not of what kind it is, or names no message or recipient of ours")
    if kind not in COMPLAINTS:
        # not-spam and the like.
        return Inbound()
    event = InboundEvent(
        event_id=f"email_complained:{message_id}",
        name="email_complained",
        identities={"email": address},
        occurred_at=_instant(mail, now),
        properties={"message_id": str(message_id), "kind": kind},
        traits={"email_complained": True},
    )
    return Inbound(events=(event,))


def _told(
    block: Message, message_id: UUID, address: str, at: datetime
) -> tuple[ProviderReceipt | None, InboundEvent | None]:
    action = _text(block, "Action").lower()
    found = _STATUS.search(_text(block, "Status"))
    if found is None:
        raise MalformedCallback("the notification has no status code")
    if action not in {"failed", "delivered"}:
        # Delayed, relayed, expanded: nothing is decided.
        return None, None
    status, detail = found[0], _text(block, "Diagnostic-Code")
    receipt = ProviderReceipt(
        dedup_key=f"dsn:{message_id}:{action}:{status}",
        attempt=None,
        provider_id="",
        address=address,
        outcome=action,
        code=status,
        detail=detail,
        reported_at=at,
        payload={"action": action, "status": status, "diagnostic": detail, "recipient": address},
        message_id=message_id,
    )
    return receipt, _bounced(message_id, address, status, detail, at) if action == "failed" and address else None


def _bounced(message_id: UUID, address: str, status: str, detail: str, at: datetime) -> InboundEvent:
    hard = status.startswith(HARD)
    return InboundEvent(
        event_id=f"email_bounced:{message_id}",
        name="email_bounced",
        identities={"email": address},
        occurred_at=at,
        properties={"message_id": str(message_id), "status": status, "hard": hard, "detail": detail},
        traits={"email_bounced": True} if hard else {},
    )


def _message_of(mail: Message, original: Message | None) -> UUID | None:
    envelope = " ".join(_text(mail, name) for name in ENVELOPE_HEADERS)
    found = _RETURN_PATH.search(envelope)
    if found is None and original is not None:
        found = _MESSAGE_ID.search(_text(original, "Message-ID"))
    return UUID(found[1]) if found else None


def _original(parts: list[Message]) -> Message | None:
    """Return our mail's headers as the notification gives them back, whole or headers only."""
    for part in parts:
        kind, payload = part.get_content_type(), part.get_payload()
        if kind == "message/rfc822" and isinstance(payload, list) and payload and isinstance(payload[0], Message):
            return payload[0]
        if kind == "text/rfc822-headers":
            # An attachment's bytes; a part of ASCII headers has no other form.
            decoded = part.get_payload(decode=True)
            return message_from_bytes(decoded if isinstance(decoded, bytes) else b"", policy=compat32)
    return None


def _address(block: Message, original: Message | None) -> str:
    """Return whom we wrote to. The final recipient comes last: it may be where somebody forwards to."""
    named = [_text(block, "Original-Recipient").partition(";")[2]]
    named.append(parseaddr(_text(original, "To"))[1] if original is not None else "")
    named.append(_text(block, "Final-Recipient").partition(";")[2])
    return next((address.strip().lower()[:254] for address in named if "@" in address), "")


def _text(mail: Message, name: str) -> str:
    """Return a header's value on one line, as PostgreSQL can store it."""
    text = " ".join(str(mail.get(name, "")).split())
    return text.encode(errors="replace").decode().replace("\0", "")[:MOST_DETAIL]


def _instant(mail: Message, now: datetime) -> datetime:
    try:
        at = parsedate_to_datetime(_text(mail, "Date"))
    except ValueError:
        return now
    # A clock of somebody else's: the future would overrule every later report.
    return min(at if at.tzinfo else at.replace(tzinfo=UTC), now)
