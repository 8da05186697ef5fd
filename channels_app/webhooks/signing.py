"""Standard Webhooks signatures (https://www.standardwebhooks.com), and the secret that a workspace signs with."""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction

from channels_app.models import WebhookSecret

PREFIX = "whsec_"
SECRET_BYTES = 32  # the standard asks for 24 to 64
# After a rotation both secrets sign, so that receivers can change over without missing a call.
OVERLAP = timedelta(hours=24)
TOLERANCE = timedelta(minutes=5)
MOST_SIGNATURES = 16


class WrongSignature(ValueError):
    """A call that claims to be signed is not, or not lately."""

    code = "wrong_signature"


def signature(secret: str, call_id: str, timestamp: int, body: bytes) -> str:
    """Sign one call: `v1,` and the base64 of HMAC-SHA256 over `id.timestamp.body`. `timestamp` is in Unix seconds."""
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = hmac.new(key, f"{call_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return "v1," + base64.b64encode(signed).decode()


def signed_headers(keys: Sequence[str], call_id: UUID, now: datetime, body: bytes) -> list[tuple[str, str]]:
    """Return the three headers of the standard; one signature for each key, separated by spaces."""
    timestamp = int(now.timestamp())
    signatures = " ".join(signature(key, str(call_id), timestamp, body) for key in keys)
    return [
        ("webhook-id", str(call_id)),
        ("webhook-timestamp", str(timestamp)),
        ("webhook-signature", signatures),
    ]


def verified(keys: Sequence[str], headers: Mapping[str, str], body: bytes, now: datetime) -> str:
    """Return the id of a call that one of `keys` signed within the last or next five minutes.

    Header names are in lower case. Raises WrongSignature.
    """
    call_id, timestamp = headers.get("webhook-id", ""), headers.get("webhook-timestamp", "")
    if not call_id or not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 12:
        raise WrongSignature("webhook-id or webhook-timestamp is missing")
    if abs(int(timestamp) - now.timestamp()) > TOLERANCE.total_seconds():
        raise WrongSignature("webhook-timestamp is more than five minutes off")
    wanted = [signature(key, call_id, int(timestamp), body).encode() for key in keys]
    given = headers.get("webhook-signature", "").encode(errors="replace").split(b" ")[:MOST_SIGNATURES]
    # Every pair is compared, so that the time it takes says nothing.
    if not any([hmac.compare_digest(one, other) for one in given for other in wanted]):  # noqa: C419
        raise WrongSignature("no signature in webhook-signature is right")
    return call_id


def new_secret() -> str:
    return PREFIX + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def secret_of(workspace_id: UUID) -> WebhookSecret:
    """Return the workspace's secret, made when it is first asked for."""
    row, _ = WebhookSecret.objects.get_or_create(
        workspace_id=workspace_id, defaults={"secrets": {"current": new_secret(), "previous": None}}
    )
    return row


def rotate(workspace_id: UUID, now: datetime) -> WebhookSecret:
    """Replace the secret; the one before goes on signing beside it for a day."""
    secret_of(workspace_id)
    with transaction.atomic():
        row = WebhookSecret.objects.select_for_update().get(workspace_id=workspace_id)
        row.secrets = {"current": new_secret(), "previous": row.secrets["current"]}
        row.rotated_at = now
        row.save(update_fields=["secrets", "rotated_at"])
    return row


def previous_until(row: WebhookSecret) -> datetime | None:
    """When the secret before stops signing (None: there is none)."""
    return row.rotated_at + OVERLAP if row.rotated_at is not None and row.secrets["previous"] else None


def signing_keys(workspace_id: UUID, now: datetime) -> list[str]:
    """Return the secrets that sign at `now`, the present one first."""
    row = secret_of(workspace_id)
    until = previous_until(row)
    return [row.secrets["current"], *([row.secrets["previous"]] if until is not None and now < until else [])]
