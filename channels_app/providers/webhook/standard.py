"""Messages to a server of the operator's own, signed by Standard Webhooks (https://www.standardwebhooks.com).

The receiver tells repetitions by `webhook-id`, which is the message's id, and may report by the callback `status`.
"""

import base64
import binascii
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

import orjson
from django.conf import settings as installation

from channels_app.providers.base import Accepted, AccountConfig, BaseProvider, Outgoing, Refused, SendResult
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, ForgedCallback
from channels_app.providers.hosts import is_loopback
from channels_app.providers.inbound import CallbackRequest, Received
from channels_app.providers.sms.content import variables
from channels_app.providers.webhook.status import parse
from channels_app.webhooks.answers import Answer
from channels_app.webhooks.caller import Caller
from channels_app.webhooks.caller import Outgoing as Call
from channels_app.webhooks.signing import PREFIX, WrongSignature, signed_headers, verified

TIMEOUT_SECONDS = 10.0
MOST_TIMEOUT_SECONDS = 30
LEAST_KEY_BYTES, MOST_KEY_BYTES = 24, 64
GONE = 410
WORTH_ANOTHER_TRY = frozenset({408, 425, 429})


class StandardWebhook(BaseProvider):
    """Base URL: the receiver's whole address. Credentials: `secret` (`whsec_…`), optional `previous_secret`.

    Settings: optional `timeout` in seconds.
    """

    idempotent_for: ClassVar[timedelta] = timedelta(days=1)
    callback_kinds: ClassVar[frozenset[str]] = frozenset({"status"})
    needed_credentials: ClassVar[tuple[str, ...]] = ("secret",)

    def __init__(self, account: AccountConfig) -> None:
        super().__init__(account)
        # After a change both sign, so that the receiver can change over without missing a message.
        names = ("secret", "previous_secret")
        self._keys = [str(account.credentials[name]) for name in names if account.credentials.get(name)]
        self._timeout = float(account.settings.get("timeout") or TIMEOUT_SECONDS)
        self._caller = Caller(_allowed(account.base_url), redirects=0).__enter__()

    def check(self, message: Outgoing) -> Refused | None:
        for name in variables(message.template_body):
            if not message.params.get(name):
                return Refused(ErrorClass.CONTENT_PERMANENT, "missing_variable", f"Variable {name} has no value.")
        return None

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        (message,) = messages
        if not all(_is_key(key) for key in self._keys):
            detail = f"The secret is not {PREFIX} and the base64 of {LEAST_KEY_BYTES} to {MOST_KEY_BYTES} bytes."
            raise CallRefused(ErrorClass.ACCOUNT, "bad_secret", detail)
        body = _body(message)
        headers = signed_headers(self._keys, message.message_id, datetime.now(UTC), body)
        headers.append(("content-type", "application/json"))
        call = Call("POST", self.account.base_url, headers, body, self._timeout, keep=False)
        answer = self._caller.start(call).result()
        return {message.message_id: _result(answer, message.message_id)}

    def receive(self, request: CallbackRequest) -> Received:
        now = datetime.now(UTC)
        try:
            call_id = verified(self._keys, request.headers, request.body, now)
        except WrongSignature as error:
            raise ForgedCallback(str(error)) from error
        return Received(parse(call_id, request.body, now), b"{}")

    @classmethod
    def problem_with(cls, settings: Mapping[str, Any]) -> str | None:
        seconds = settings.get("timeout", TIMEOUT_SECONDS)
        if isinstance(seconds, bool) or not isinstance(seconds, int | float) or not 0 < seconds <= MOST_TIMEOUT_SECONDS:
            return f"timeout is a number of seconds above 0 and up to {MOST_TIMEOUT_SECONDS}."
        return None

    @classmethod
    def variables(cls, body: str, settings: Mapping[str, Any]) -> list[str]:
        return variables(body)

    def close(self) -> None:
        self._caller.__exit__(None, None, None)


def _body(message: Outgoing) -> bytes:
    """The same bytes for every try of a message, as a repetition must have."""
    data = {
        "id": str(message.message_id),
        "channel": message.channel,
        "purpose": message.purpose,
        "address": message.address,
        "template": message.template_code,
        "text": message.template_body,
        "params": dict(message.params),
        "settings": dict(message.template),
    }
    return orjson.dumps({"type": "message.send", "data": data}, option=orjson.OPT_SORT_KEYS)


def _result(answer: Answer, message_id: UUID) -> SendResult:
    """Judge an answer. Raises CallRefused for what stops or delays, CallOutcomeUnknown for silence."""
    status = answer.status
    if answer.outcome == "success":
        return Accepted(str(message_id))
    if status is None:
        if answer.reason == "connection_refused":
            raise CallRefused(ErrorClass.RETRY, "never_sent", answer.reason)
        if answer.outcome == "failure":
            # Our own guard: the address is private, or none at all.
            raise CallRefused(ErrorClass.ACCOUNT, answer.reason)
        raise CallOutcomeUnknown("no_answer", answer.reason)
    if status == GONE:
        raise CallRefused(ErrorClass.ACCOUNT, "status_410", "The receiver wants no more messages.")
    if status in WORTH_ANOTHER_TRY or status >= 500:
        kind = ErrorClass.DELAY_UNTIL if answer.retry_after else ErrorClass.RETRY
        return Refused(kind, f"status_{status}", delay=answer.retry_after)
    return Refused(ErrorClass.CONTENT_PERMANENT, f"status_{status}", answer.reason)


def _allowed(base_url: str) -> frozenset[str] | None:
    """Return the hosts that may be private: those of the installation, and its own simulator."""
    if installation.WEBHOOK_ALLOW_PRIVATE:
        return None
    url = urlsplit(base_url)
    simulator = {str(url.hostname)} if is_loopback(url.hostname) and url.port == installation.SIMULATOR_PORT else set()
    return frozenset(installation.WEBHOOK_ALLOWED_HOSTS) | simulator


def _is_key(secret: str) -> bool:
    try:
        key = base64.b64decode(secret.removeprefix(PREFIX), validate=True)
    except (binascii.Error, ValueError):
        return False
    return LEAST_KEY_BYTES <= len(key) <= MOST_KEY_BYTES
