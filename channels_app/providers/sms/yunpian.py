"""SMS by Yunpian (云片), API version 2, one number a call.

https://www.yunpian.com/official/document/sms/zh_cn/domestic_single_send, domestic_sms_record, domestic_push_report and
domestic_push_reply. `uid` is an echo and no key: a repetition is a second SMS.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import orjson

from channels_app.policy.hours import SHANGHAI
from channels_app.providers.base import (
    Accepted,
    AccountConfig,
    Attempted,
    BaseProvider,
    Outgoing,
    Reconciled,
    Refused,
    SendResult,
)
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, TransportError
from channels_app.providers.http import exchange, open_client
from channels_app.providers.inbound import CallbackRequest, Received
from channels_app.providers.sms import content, yunpian_callbacks
from channels_app.providers.sms.phone import wire_phone

AROUND = timedelta(minutes=10)
OUTCOMES = {"SUCCESS": "delivered", "FAIL": "failed"}
ACCOUNT = frozenset({3, 18, 26, 27, -1, -2, -3, -57})
RECIPIENT = frozenset({10, 20, 23})
BUSY = frozenset({28, -51})
TOO_FAST = frozenset({-4, -5})
# What one number may get: after this long it may get the next.
LIMITS = {8: timedelta(seconds=30), 9: timedelta(minutes=5), 22: timedelta(hours=1), 17: timedelta(days=1)}
SUSPENDED = 13  # marketing, by the carriers
UNCLEAR = frozenset({-50, -53})  # "unknown exception", "submitting the SMS failed"


class YunpianSms(BaseProvider):
    """Credentials: `apikey`. Settings: `sign_name`."""

    callback_kinds: ClassVar[frozenset[str]] = frozenset({"report", "reply"})
    needed_credentials: ClassVar[tuple[str, ...]] = ("apikey",)
    needed_settings: ClassVar[tuple[str, ...]] = ("sign_name",)

    def __init__(self, account: AccountConfig) -> None:
        super().__init__(account)
        self._apikey = str(account.credentials["apikey"])
        self._sign_name = str(account.settings["sign_name"])
        self._client = open_client(account.base_url)

    def check(self, message: Outgoing) -> Refused | None:
        if wire_phone(message.address) is None:
            return Refused(ErrorClass.RECIPIENT_PERMANENT, "2", "This is not a mainland mobile number.")
        fault = content.check_message(self._sign_name, message.template_body, message.params)
        return Refused(ErrorClass.CONTENT_PERMANENT, fault.fault, fault.detail) if fault else None

    def text(self, message: Outgoing) -> str:
        return content.render(self._sign_name, message.template_body, message.params)

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        (message,) = messages
        text = content.render(self._sign_name, message.template_body, message.params)
        phone = wire_phone(message.address) or message.address
        answer = self._call("sms/single_send.json", mobile=phone, text=text, uid=str(message.message_id))
        return {message.message_id: Accepted(str(answer["sid"]))}

    def reconcile(self, attempted: Sequence[Attempted]) -> Mapping[UUID, Reconciled | None]:
        found = {}
        for message in attempted:
            try:
                found[message.message_id] = self._find(message)
            except TransportError:
                continue  # missing from the result: asked again later
        return found

    def _find(self, message: Attempted) -> Reconciled | None:
        start, end = message.attempted_at - AROUND, message.attempted_at + AROUND
        rows = self._call(
            "sms/get_record.json",
            mobile=wire_phone(message.address) or message.address,
            start_time=start.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
            end_time=end.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S"),
            page_size="100",
        )
        for row in rows if isinstance(rows, list) else []:
            if row.get("uid") == str(message.message_id):
                outcome = OUTCOMES.get(str(row.get("report_status")), "accepted")
                return Reconciled(outcome, str(row.get("sid") or ""), str(row.get("error_msg") or ""))
        return None

    def _call(self, path: str, **form: str) -> Any:
        """Make one call and return its JSON. Raises TransportError unless it is a success."""
        data = {"apikey": self._apikey, **form}
        response = exchange(self._client, self._client.build_request("POST", f"v2/{path}", data=data))
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise CallOutcomeUnknown(f"http_{response.status_code}", "the answer is not JSON") from error
        if response.status_code == 200 and (isinstance(answer, list) or answer.get("code", 0) == 0):
            return answer
        raise error_of(answer, response.status_code, datetime.now(UTC))

    def receive(self, request: CallbackRequest) -> Received:
        """Reports are unsigned: the secret part of the address is all there is. Replies are signed by the apikey."""
        if request.kind == "report":
            inbound = yunpian_callbacks.parse_reports(request.body)
        else:
            inbound = yunpian_callbacks.parse_reply(request.body, self._apikey)
        return Received(inbound, b"SUCCESS", "text/plain")

    def try_connection(self) -> str:
        return f"{self._call('user/get.json').get('balance')} CNY"

    def parts(self, message: Outgoing) -> int:
        return content.segments(content.render(self._sign_name, message.template_body, message.params))

    @classmethod
    def problem_with(cls, settings: Mapping[str, Any]) -> str | None:
        return content.problem_with_sign(settings.get("sign_name"))

    @classmethod
    def problem_with_template(cls, body: str, purpose: str, settings: Mapping[str, Any]) -> tuple[str, str, str] | None:
        fault = content.check_body(body, purpose)
        return ("body", fault.fault, fault.detail) if fault else None

    @classmethod
    def variables(cls, body: str, settings: Mapping[str, Any]) -> list[str]:
        return content.variables(body)

    def close(self) -> None:
        self._client.close()


def error_of(answer: Mapping[str, Any], status: int, now: datetime) -> TransportError:
    """Return what a refusal means; a code that is not known, with a server error, may have been taken."""
    code = answer.get("code")
    detail = str(answer.get("detail") or answer.get("msg") or "")[:500]
    if not isinstance(code, int) or code in UNCLEAR or (status >= 500 and code not in BUSY):
        return CallOutcomeUnknown(str(code), detail)
    if code in ACCOUNT:
        return CallRefused(ErrorClass.ACCOUNT, str(code), detail)
    if code in TOO_FAST:
        return CallRefused(ErrorClass.ACCOUNT_DELAY, str(code), detail, timedelta(seconds=1))
    if code in BUSY:
        return CallRefused(ErrorClass.RETRY, str(code), detail)
    if code in LIMITS or code == SUSPENDED:
        return CallRefused(ErrorClass.DELAY_UNTIL, str(code), detail, LIMITS.get(code, timedelta(hours=1)))
    kind = ErrorClass.RECIPIENT_PERMANENT if code in RECIPIENT else ErrorClass.CONTENT_PERMANENT
    return CallRefused(kind, str(code), detail)
