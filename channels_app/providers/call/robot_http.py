"""A robot vendor that speaks Zhitu's own contract: docs/reference/channels/call-robot-http.md."""

import logging
import re
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID, uuid4

import httpx
import orjson

from channels_app.providers.base import (
    Accepted,
    AccountConfig,
    Attempted,
    BaseProvider,
    Open,
    Outgoing,
    Reconciled,
    Refused,
    SendResult,
)
from channels_app.providers.call import robot_reports, robot_signing
from channels_app.providers.call.robot_script import problem_with_script, script_of, variables_of, window_of
from channels_app.providers.call.strategy import problem_with_strategy
from channels_app.providers.errors import (
    CallOutcomeUnknown,
    CallRefused,
    ErrorClass,
    MalformedCallback,
    TransportError,
)
from channels_app.providers.http import exchange, open_client
from channels_app.providers.inbound import CallbackRequest, Inbound, ProviderReceipt, Received
from channels_app.providers.sms.content import variables
from channels_app.providers.sms.phone import wire_phone

log = logging.getLogger(__name__)

TAKEN = orjson.dumps({"ok": True})
REPORT_WINDOW = timedelta(minutes=20)
MOST_RETRY_SECONDS = 24 * 3600
ACCOUNT_NAME = re.compile(r"[A-Za-z0-9._-]{1,64}")
UNKNOWN_CALL = "call_unknown"
RECIPIENT = frozenset({"number_invalid", "number_blocked"})


class RobotHttp(BaseProvider):
    """The vendor refuses a second call with the same id, and tells by that id what became of the first."""

    calls_at_once: ClassVar[int] = 8
    poll_every: ClassVar[timedelta | None] = timedelta(minutes=10)
    polled_for: ClassVar[timedelta] = timedelta(days=3)
    callback_kinds: ClassVar[frozenset[str]] = frozenset({"result"})
    needed_credentials: ClassVar[tuple[str, ...]] = ("secret",)
    needed_settings: ClassVar[tuple[str, ...]] = ("account",)

    def __init__(self, account: AccountConfig) -> None:
        super().__init__(account)
        self._secret = str(account.credentials.get("secret", ""))
        self._account = str(account.settings.get("account", ""))
        self._client = open_client(account.base_url.rstrip("/"))

    def check(self, message: Outgoing) -> Refused | None:
        if wire_phone(message.address) is None:
            return Refused(ErrorClass.RECIPIENT_PERMANENT, "number_invalid", "not a mainland mobile number")
        missing = next((name for name in variables(message.template_body) if not message.params.get(name)), None)
        if missing is not None:
            return Refused(ErrorClass.CONTENT_PERMANENT, "variable_missing", missing)
        return None

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        (message,) = messages
        wanted = {
            "id": str(attempt),
            "script": script_of(message),
            "to": message.address,
            "variables": variables_of(message),
            "purpose": message.purpose,
            "window": window_of({**self.account.settings, **message.template}),
        }
        if self.account.settings.get("callback_url"):
            wanted["callback"] = str(self.account.settings["callback_url"])
        answer = self._ask("POST", "/calls", str(attempt), wanted)
        return {message.message_id: Accepted(str(answer.get("call_id", "")))}

    def _ask(
        self, method: str, path: str, call: str, content: Any = None, *, needed: str = "call_id"
    ) -> Mapping[str, Any]:
        """Make one signed request. Raises TransportError unless it is answered 2xx with an object that has `needed`."""
        if not robot_signing.is_secret(self._secret):
            raise CallRefused(ErrorClass.ACCOUNT, "secret_unreadable", "the secret is not whsec_ and base64")
        body = orjson.dumps(content) if content is not None else b""
        signed = robot_signing.headers(self._secret, call, body, datetime.now(UTC))
        headers = {**signed, "robot-account": self._account, "content-type": "application/json"}
        response = exchange(self._client, self._client.build_request(method, path, content=body, headers=headers))
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            if 200 <= response.status_code < 300 or response.status_code >= 500:
                raise CallOutcomeUnknown(f"http_{response.status_code}", "the answer is not JSON") from error
            answer = {}
        answer = answer if isinstance(answer, dict) else {}
        if 200 <= response.status_code < 300 and answer.get(needed):
            return answer
        raise _error_of(response, answer)

    def reconcile(self, attempted: Sequence[Attempted]) -> Mapping[UUID, Reconciled | None]:
        now = datetime.now(UTC)
        found: dict[UUID, Reconciled | None] = {}
        for message in attempted:
            try:
                record = self._ask("GET", f"/calls/{message.attempt}", str(message.attempt))
                found[message.message_id] = robot_reports.reconciled(record, message)
            except CallRefused as error:
                # Not there yet may be on its way there; only after the window nobody has it.
                if error.code == UNKNOWN_CALL and now >= message.attempted_at + REPORT_WINDOW:
                    found[message.message_id] = None
            except (TransportError, MalformedCallback) as error:
                log.warning("message %s could not be looked up: %s", message.message_id, error)
        return found

    def poll(self, open_messages: Sequence[Open]) -> Inbound:
        """Ask about calls of which no result has come. Raises TransportError."""
        now = datetime.now(UTC)
        receipts: list[ProviderReceipt] = []
        for message in open_messages:
            try:
                record = self._ask("GET", f"/calls/{message.attempt}", str(message.attempt))
                receipt = robot_reports.of_record(record, message, now)
            except TransportError as error:
                if not receipts and error.code != UNKNOWN_CALL:
                    raise
                # One that the vendor has forgotten, or no answer after some: what has been heard counts.
                log.warning("call %s could not be asked about: %s", message.provider_id, error.code)
                continue
            except MalformedCallback as error:
                log.warning("the record of call %s cannot be read: %s", message.provider_id, error)
                continue
            if receipt is not None:
                receipts.append(receipt)
        return Inbound(receipts=tuple(receipts))

    def try_connection(self) -> str:
        """Ask for the account, which calls nobody."""
        answer = self._ask("GET", "/account", f"try-{uuid4()}", needed="account")
        if answer["account"] != self._account:
            raise CallRefused(ErrorClass.ACCOUNT, "wrong_account", "the vendor answers for another account")
        return f"{self._account}: {len(answer.get('scripts') or [])} scripts"

    def receive(self, request: CallbackRequest) -> Received:
        callback_id = robot_signing.verified_id(self._secret, request.headers, request.body, datetime.now(UTC))
        return Received(robot_reports.parse(request.body, callback_id), TAKEN)

    @classmethod
    def problem_with(cls, settings: Mapping[str, Any]) -> str | None:
        if not isinstance(settings.get("account"), str) or not ACCOUNT_NAME.fullmatch(settings["account"]):
            return "account is our name at the vendor: 1 to 64 letters, digits, dots, dashes."
        return problem_with_script(settings) or problem_with_strategy(settings)

    @classmethod
    def problem_with_template(cls, body: str, purpose: str, settings: Mapping[str, Any]) -> tuple[str, str, str] | None:
        problem = problem_with_script(settings) or problem_with_strategy(settings)
        return ("settings", "bad_call_setting", problem) if problem else None

    @classmethod
    def variables(cls, body: str, settings: Mapping[str, Any]) -> list[str]:
        return variables(body)

    def close(self) -> None:
        self._client.close()


def _error_of(response: httpx.Response, answer: Mapping[str, Any]) -> TransportError:
    """Sort an answer by the contract: only 429 and 503 may be tried again, and any other 5xx says nothing."""
    status, code = response.status_code, str(answer.get("code") or f"http_{response.status_code}")[:128]
    detail = str(answer.get("detail") or "")[:1000]
    if status == 429:
        delay = _retry_after(response)
        if code == "callee_limit":
            return CallRefused(ErrorClass.DELAY_UNTIL, code, detail, delay or timedelta(minutes=5))
        return CallRefused(ErrorClass.ACCOUNT_DELAY, code, detail, delay or timedelta(seconds=1))
    if status == 503:
        return CallRefused(ErrorClass.RETRY, code, detail, _retry_after(response))
    if status in (401, 403):
        return CallRefused(ErrorClass.ACCOUNT, code, detail)
    if 300 <= status < 400:
        return CallRefused(ErrorClass.ACCOUNT, "redirected", "the base URL is not the vendor's own")
    if 400 <= status < 500:
        error_class = ErrorClass.RECIPIENT_PERMANENT if code in RECIPIENT else ErrorClass.CONTENT_PERMANENT
        return CallRefused(error_class, code, detail)
    return CallOutcomeUnknown(code, detail)


def _retry_after(response: httpx.Response) -> timedelta | None:
    seconds = response.headers.get("retry-after", "")
    return timedelta(seconds=min(int(seconds), MOST_RETRY_SECONDS)) if seconds.isascii() and seconds.isdigit() else None
