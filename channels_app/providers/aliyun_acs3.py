"""Aliyun's request signature, version 3 (ACS3-HMAC-SHA256).

https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import UTC, datetime
from urllib.parse import quote
from uuid import uuid4

ALGORITHM = "ACS3-HMAC-SHA256"


def percent_encode(text: str) -> str:
    """Encode by RFC 3986: only A-Za-z0-9-_.~ stay."""
    return quote(text, safe="~")


def query_string(params: Mapping[str, str]) -> str:
    """Write parameters in the order in which they are signed."""
    return "&".join(f"{percent_encode(key)}={percent_encode(params[key])}" for key in sorted(params))


def signed_headers(
    *,
    host: str,
    action: str,
    version: str,
    query: str,
    body: bytes,
    content_type: str,
    key_id: str,
    secret: str,
    now: datetime,
) -> dict[str, str]:
    """Return the headers of one signed POST to `/`. Each call has a nonce of its own, so a replay is refused."""
    body_hash = hashlib.sha256(body).hexdigest()
    headers = {
        "host": host,
        "x-acs-action": action,
        "x-acs-content-sha256": body_hash,
        "x-acs-date": now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "x-acs-signature-nonce": uuid4().hex,
        "x-acs-version": version,
    }
    if body:
        headers["content-type"] = content_type
    names = sorted(headers)
    canonical = "\n".join(
        ("POST", "/", query, *(f"{name}:{headers[name].strip()}" for name in names), "", ";".join(names), body_hash)
    )
    to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
    signature = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
    headers["authorization"] = f"{ALGORITHM} Credential={key_id},SignedHeaders={';'.join(names)},Signature={signature}"
    return headers
