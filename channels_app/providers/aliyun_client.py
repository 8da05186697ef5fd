"""One signed call to an Aliyun RPC service (ACS3), and what its gateway's own refusals mean for any service."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import orjson

from channels_app.providers import aliyun_acs3
from channels_app.providers.base import AccountConfig
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, TransportError
from channels_app.providers.http import exchange, open_client

FORM = "application/x-www-form-urlencoded"
# The gateway refuses before the service sees anything: keys, clocks, rights.
ACCOUNT = frozenset(
    {
        "SignatureDoesNotMatch",
        "IncompleteSignature",
        "InvalidAccessKeyId.NotFound",
        "InvalidAccessKeyId.Inactive",
        "InvalidTimeStamp.Expired",
        "InvalidTimeStamp.Format",
        "InvalidVersion",
        "InvalidAction.NotFound",
        "NoPermission",
        "Forbidden.RAM",
    }
)
ASKING_AT_FAULT = ("Missing", "Invalid")


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: Mapping[str, Any]

    @property
    def code(self) -> str:
        return str(self.body.get("Code") or "")

    @property
    def message(self) -> str:
        return str(self.body.get("Message") or "")


class AliyunClient:
    """Calls one version of one service with an account's access key; threads share it."""

    def __init__(self, account: AccountConfig, version: str) -> None:
        self._key_id = str(account.credentials.get("access_key_id", ""))
        self._secret = str(account.credentials.get("access_key_secret", ""))
        self._host = urlsplit(account.base_url).netloc
        self._version = version
        self._client = open_client(account.base_url)

    def call(self, action: str, query: Mapping[str, str]) -> Answer:
        """Make a call with `query` and return whatever object is answered. Raises TransportError."""
        encoded = aliyun_acs3.query_string(query)
        headers = aliyun_acs3.signed_headers(
            host=self._host,
            action=action,
            version=self._version,
            query=encoded,
            body=b"",
            content_type=FORM,
            key_id=self._key_id,
            secret=self._secret,
            now=datetime.now(UTC),
        )
        request = self._client.build_request("POST", f"/?{encoded}", content=b"", headers=headers)
        response = exchange(self._client, request)
        try:
            body = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise CallOutcomeUnknown(f"http_{response.status_code}", "the answer is not JSON") from error
        if not isinstance(body, dict):
            raise CallOutcomeUnknown(f"http_{response.status_code}", "the answer is not an object")
        return Answer(response.status_code, body)

    def close(self) -> None:
        self._client.close()


def gateway_error(answer: Answer) -> TransportError | None:
    """Return the error of a refusal that every Aliyun service words alike, None for one of the service's own."""
    code, message = answer.code, answer.message
    if code.startswith("Throttling"):
        return CallRefused(ErrorClass.ACCOUNT_DELAY, code, message, timedelta(seconds=1))
    if code == "ServiceUnavailable":
        return CallRefused(ErrorClass.RETRY, code, message)
    if code in ACCOUNT:
        return CallRefused(ErrorClass.ACCOUNT, code, message)
    # A nonce that was used means that the same signed bytes have arrived before; what became of them is not said.
    if answer.status >= 500 or code in {"SignatureNonceUsed", ""}:
        return CallOutcomeUnknown(code or f"http_{answer.status}", message)
    if answer.status >= 400 and code.startswith(ASKING_AT_FAULT):
        return CallRefused(ErrorClass.ACCOUNT, code, message)
    return None
