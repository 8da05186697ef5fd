"""Standard Webhooks signatures on what a robot vendor sends: https://www.standardwebhooks.com."""

import base64
import binascii
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from channels_app.providers.errors import ForgedCallback
from channels_app.webhooks.signing import PREFIX, signature

TOLERANCE = timedelta(minutes=5)
LEAST_BYTES, MOST_BYTES = 24, 64
MOST_ID = 128


def is_secret(secret: str) -> bool:
    """Tell whether `secret` is one of the standard: whsec_ and the base64 of 24 to 64 bytes."""
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return secret.startswith(PREFIX) and LEAST_BYTES <= len(key) <= MOST_BYTES


def headers(secret: str, call_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """Return the three headers of the standard for a request of ours."""
    timestamp = int(now.timestamp())
    return {
        "webhook-id": call_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signature(secret, call_id, timestamp, body),
    }


def verified_id(secret: str, given: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the id of a signed callback. Raises ForgedCallback for a wrong or old signature."""
    call_id, timestamp = given.get("webhook-id", ""), given.get("webhook-timestamp", "")
    if not call_id or len(call_id) > MOST_ID or not timestamp.isascii() or not timestamp.isdigit():
        raise ForgedCallback("webhook-id and webhook-timestamp are missing")
    if not is_secret(secret):
        raise ForgedCallback("the account has no secret to verify with")
    if len(timestamp) > 12 or abs(now - datetime.fromtimestamp(int(timestamp), UTC)) > TOLERANCE:
        raise ForgedCallback("the signature is too old, or from the future")
    expected = signature(secret, call_id, int(timestamp), body).encode()
    # Several signatures stand side by side while a secret is rotated.
    offered = given.get("webhook-signature", "").split(" ")
    if not any(hmac.compare_digest(expected, one.encode()) for one in offered):
        raise ForgedCallback("the signature is not the vendor's")
    return call_id
