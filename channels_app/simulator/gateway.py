"""The front door of Aliyun's API: signature version 3, replay, clock skew and throttling, as strict as the vendor's.

Written from https://help.aliyun.com/zh/sdk/product-overview/v3-request-structure-and-signature and deliberately apart
from the sender's own signing code, so that a common mistake cannot hide; the vendor's SDK proves it in the tests.
"""

import hashlib
import hmac
import re
import time
from collections import defaultdict, deque
from datetime import UTC, datetime
from typing import Protocol
from urllib.parse import parse_qsl, quote

from starlette.requests import Request

from channels_app.simulator.config import AccessKey

ALGORITHM = "ACS3-HMAC-SHA256"
MOST_SKEW_SECONDS = 15 * 60
MUST_BE_SIGNED = (
    "host",
    "x-acs-action",
    "x-acs-content-sha256",
    "x-acs-date",
    "x-acs-signature-nonce",
    "x-acs-version",
)
AUTHORIZATION = re.compile(
    rf"{ALGORITHM}\s+Credential=([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=([0-9a-f]{{64}})"
)


class GatewayError(Exception):
    """A call that the gateway refuses, with the HTTP status and code the vendor uses."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(code)
        self.status = status
        self.code = code
        self.message = message


class Keys(Protocol):
    """Where a service's access keys and used nonces are kept."""

    def access_key(self, key_id: str) -> AccessKey | None: ...

    def use_nonce(self, value: str, now: float, keep_seconds: float) -> bool: ...


class Gateway:
    def __init__(self, store: Keys) -> None:
        self._store = store
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def admit(self, request: Request, body: bytes, version: str) -> tuple[str, AccessKey]:
        """Return the caller's access key. Raises GatewayError."""
        for name in MUST_BE_SIGNED:
            if not request.headers.get(name):
                raise GatewayError(400, f"Missing{name}", f"{name} is mandatory for this action.")
        match = AUTHORIZATION.fullmatch(request.headers.get("authorization", ""))
        if match is None:
            raise GatewayError(
                400, "IncompleteSignature", "The request signature does not conform to Aliyun standards."
            )
        key_id, signed, signature = match[1], match[2].split(";"), match[3]
        if request.headers["x-acs-version"] != version:
            raise GatewayError(400, "InvalidVersion", "Specified parameter Version is not valid.")
        self._check_clock(request.headers["x-acs-date"])
        key = self._store.access_key(key_id)
        if key is None or key.vendor != "aliyun":
            raise GatewayError(404, "InvalidAccessKeyId.NotFound", "Specified access key is not found.")
        self._check_signature(request, body, signed, signature, key.secret)
        if not self._store.use_nonce(
            f"{key_id}:{request.headers['x-acs-signature-nonce']}", time.time(), 2 * MOST_SKEW_SECONDS
        ):
            raise GatewayError(400, "SignatureNonceUsed", "Specified signature nonce was used already.")
        if key.ips and (request.client is None or request.client.host not in key.ips):
            raise GatewayError(200, "isv.DENY_IP_RANGE", "源IP地址所在的地区被禁用")
        self._throttle(key_id, key)
        return key_id, key

    def _check_clock(self, date: str) -> None:
        try:
            sent = datetime.strptime(date, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC).timestamp()
        except ValueError as error:
            raise GatewayError(
                400, "InvalidTimeStamp.Format", "Specified time stamp or date value is not well formatted."
            ) from error
        if abs(time.time() - sent) > MOST_SKEW_SECONDS:
            raise GatewayError(400, "InvalidTimeStamp.Expired", "Specified time stamp or date value is expired.")

    def _check_signature(self, request: Request, body: bytes, signed: list[str], signature: str, secret: str) -> None:
        body_hash = hashlib.sha256(body).hexdigest()
        complete = set(MUST_BE_SIGNED) <= set(signed) and all(name in request.headers for name in signed)
        if not complete or request.headers["x-acs-content-sha256"] != body_hash:
            raise GatewayError(400, "SignatureDoesNotMatch", "Specified signature does not cover the request.")
        pairs = sorted(parse_qsl(request.url.query, keep_blank_values=True))
        query = "&".join(f"{quote(key, safe='~')}={quote(value, safe='~')}" for key, value in pairs)
        headers = "".join(f"{name}:{','.join(request.headers.getlist(name)).strip()}\n" for name in sorted(signed))
        canonical = f"{request.method}\n/\n{query}\n{headers}\n{';'.join(sorted(signed))}\n{body_hash}"
        to_sign = f"{ALGORITHM}\n{hashlib.sha256(canonical.encode()).hexdigest()}"
        expected = hmac.new(secret.encode(), to_sign.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(expected, signature):
            text = f"Specified signature is not matched with our calculation. server string to sign is:{to_sign}"
            raise GatewayError(400, "SignatureDoesNotMatch", text)

    def _throttle(self, key_id: str, key: AccessKey) -> None:
        if not key.qps:
            return
        calls, now = self._calls[key_id], time.monotonic()
        while calls and calls[0] <= now - 1:
            calls.popleft()
        if len(calls) >= key.qps:
            raise GatewayError(400, "Throttling.User", "Request was denied due to user flow control.")
        calls.append(now)
