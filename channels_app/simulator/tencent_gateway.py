"""The front door of Tencent Cloud's API: signature version 3, clock skew and throttling, as strict as the vendor's.

Written from https://cloud.tencent.com/document/api/382/52072 and deliberately apart from the sender's own signing code,
so that a common mistake cannot hide; the vendor's SDK proves it in the tests. The vendor keeps no nonces: the same
signed bytes are good for five minutes.
"""

import hashlib
import hmac
import re
import time
from collections import defaultdict, deque
from datetime import UTC, datetime
from functools import reduce

from starlette.requests import Request

from channels_app.simulator.config import AccessKey
from channels_app.simulator.store import Store

MOST_SKEW_SECONDS = 300
AUTHORIZATION = re.compile(
    r"TC3-HMAC-SHA256 Credential=([^/,\s]+)/(\d{4}-\d\d-\d\d)/([a-z]+)/tc3_request,\s*"
    r"SignedHeaders=([a-z0-9;-]+),\s*Signature=([0-9a-f]{64})"
)


class Refusal(Exception):
    """A refusal in the vendor's words: `Response.Error` under HTTP 200."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code)
        self.code = code
        self.message = message


class TencentGateway:
    def __init__(self, store: Store, service: str, version: str) -> None:
        self._store = store
        self._service = service
        self._version = version
        self._calls: dict[str, deque[float]] = defaultdict(deque)

    def admit(self, request: Request, body: bytes) -> tuple[str, AccessKey]:
        """Return the caller's key id and account. Raises Refusal."""
        headers = request.headers
        for name in ("X-TC-Version", "X-TC-Timestamp", "X-TC-Region"):
            if not headers.get(name):
                raise Refusal("MissingParameter", f"The request is missing the required parameter `{name}`.")
        if headers["x-tc-version"] != self._version:
            raise Refusal("NoSuchVersion", "The requested version does not exist.")
        match = AUTHORIZATION.fullmatch(headers.get("authorization", ""))
        if match is None:
            raise Refusal("AuthFailure.InvalidAuthorization", "The Authorization header does not follow TC3.")
        key_id, day, service, signed, signature = match.groups()
        self._check_clock(headers["x-tc-timestamp"], day)
        key = self._store.access_key(key_id)
        if key is None or key.vendor != "tencent":
            raise Refusal("AuthFailure.SecretIdNotFound", "The SecretId is not found.")
        names = signed.split(";")
        if service != self._service or not {"content-type", "host"} <= set(names):
            raise Refusal("AuthFailure.SignatureFailure", "The signature covers another service, or too little.")
        if not hmac.compare_digest(_signature(request, body, names, day, service, key.secret), signature):
            raise Refusal(
                "AuthFailure.SignatureFailure",
                "The provided credentials could not be validated. Please check your signature is correct.",
            )
        if key.ips and (request.client is None or request.client.host not in key.ips):
            raise Refusal("UnauthorizedOperation.RequestIpNotInWhitelist", "The request IP is not in the whitelist.")
        self._throttle(key_id, key)
        return key_id, key

    def _check_clock(self, timestamp: str, day: str) -> None:
        if not timestamp.isascii() or not timestamp.isdigit() or len(timestamp) > 11:
            raise Refusal("InvalidParameter", "X-TC-Timestamp is not a UNIX time in seconds.")
        if abs(time.time() - int(timestamp)) > MOST_SKEW_SECONDS:
            raise Refusal("AuthFailure.SignatureExpire", "The signature has expired: more than 5 minutes off.")
        if datetime.fromtimestamp(int(timestamp), UTC).strftime("%Y-%m-%d") != day:
            raise Refusal("AuthFailure.SignatureFailure", "The credential scope's date is not the timestamp's.")

    def _throttle(self, key_id: str, key: AccessKey) -> None:
        if not key.qps:
            return
        calls, now = self._calls[key_id], time.monotonic()
        while calls and calls[0] <= now - 1:
            calls.popleft()
        if len(calls) >= key.qps:
            raise Refusal("RequestLimitExceeded", "Your current request times exceed the limit.")
        calls.append(now)


def _signature(request: Request, body: bytes, names: list[str], day: str, service: str, secret: str) -> str:
    lines = [f"{name}:{request.headers.get(name, '').strip().lower()}\n" for name in sorted(names)]
    payload = hashlib.sha256(body).hexdigest()
    canonical = f"{request.method}\n/\n{request.url.query}\n{''.join(lines)}\n{';'.join(names)}\n{payload}"
    digest = hashlib.sha256(canonical.encode()).hexdigest()
    to_sign = f"TC3-HMAC-SHA256\n{request.headers['x-tc-timestamp']}\n{day}/{service}/tc3_request\n{digest}"
    key = reduce(
        lambda key, part: hmac.digest(key, part.encode(), "sha256"),
        (day, service, "tc3_request"),
        b"TC3" + secret.encode(),
    )
    return hmac.digest(key, to_sign.encode(), "sha256").hex()
