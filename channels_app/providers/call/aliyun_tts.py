"""Voice notifications by Aliyun (dyvmsapi, version 2017-05-25): a template read out to one number.

https://help.aliyun.com/zh/vms/developer-reference/api-dyvmsapi-2017-05-25-singlecallbytts
"""

import logging
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from uuid import UUID

import orjson

from channels_app.providers.aliyun_client import AliyunClient
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
from channels_app.providers.call import aliyun_reports, content
from channels_app.providers.call.aliyun_codes import error_of
from channels_app.providers.call.reference import reference_of
from channels_app.providers.call.strategy import problem_with_strategy
from channels_app.providers.errors import CallOutcomeUnknown, ErrorClass, MalformedCallback, TransportError
from channels_app.providers.inbound import CallbackRequest, Inbound, ProviderReceipt, Received
from channels_app.providers.shanghai import shanghai_time
from channels_app.providers.sms.content import variables
from channels_app.providers.sms.phone import wire_phone

log = logging.getLogger(__name__)

VERSION = "2017-05-25"
PROD_ID = "11010000138001"
TAKEN = orjson.dumps({"code": 0, "msg": "接收成功"})
# A report is pushed when the call has ended, and again 1, 6 and 16 minutes later if it was not taken.
REPORT_WINDOW = timedelta(minutes=20)
# A call that is still going on has no record; asking earlier would only cost calls.
ASK_AFTER = timedelta(minutes=2)
RANGES = {"play_times": (1, 3), "volume": (0, 100), "speed": (-500, 500)}


class AliyunTts(BaseProvider):
    """OutId carries a reference to message and attempt: an echo in reports, not an idempotency key."""

    calls_at_once: ClassVar[int] = 8
    poll_every: ClassVar[timedelta | None] = timedelta(minutes=10)
    polled_for: ClassVar[timedelta] = timedelta(hours=24)
    callback_kinds: ClassVar[frozenset[str]] = frozenset({"report", "progress"})
    needed_credentials: ClassVar[tuple[str, ...]] = ("access_key_id", "access_key_secret")

    def __init__(self, account: AccountConfig) -> None:
        super().__init__(account)
        self._aliyun = AliyunClient(account, VERSION)

    def check(self, message: Outgoing) -> Refused | None:
        if wire_phone(message.address) is None:
            return Refused(ErrorClass.RECIPIENT_PERMANENT, "isv.MOBILE_NUMBER_ILLEGAL", "not a mainland mobile number")
        fault = content.check_values(message.template_body, message.params)
        return Refused(ErrorClass.CONTENT_PERMANENT, fault.fault, fault.detail) if fault else None

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        (message,) = messages
        query = {
            "CalledNumber": wire_phone(message.address) or message.address,
            "TtsCode": message.template_code,
            "TtsParam": content.tts_param(message.template_body, message.params),
            "OutId": reference_of(message.message_id, attempt),
        }
        if self.account.settings.get("called_show_number"):
            query["CalledShowNumber"] = str(self.account.settings["called_show_number"])
        names = (("play_times", "PlayTimes"), ("volume", "Volume"), ("speed", "Speed"))
        chosen = {**self.account.settings, **message.template}
        query |= {wire: str(chosen[name]) for name, wire in names if chosen.get(name) is not None}
        answer = self._call("SingleCallByTts", query)
        return {message.message_id: Accepted(str(answer.get("CallId", "")))}

    def _call(self, action: str, query: Mapping[str, str]) -> Mapping[str, Any]:
        answer = self._aliyun.call(action, query)
        if answer.status == 200 and answer.code == "OK":
            return answer.body
        raise error_of(answer, datetime.now(UTC))

    def reconcile(self, attempted: Sequence[Attempted]) -> Mapping[UUID, Reconciled | None]:
        """Without a CallId nothing can be asked: its report is waited for, and only then is it known that none comes."""
        now = datetime.now(UTC)
        return {message.message_id: None for message in attempted if now >= message.attempted_at + REPORT_WINDOW}

    def poll(self, open_messages: Sequence[Open]) -> Inbound:
        """Ask about calls whose report has not come. Raises TransportError if the first question is refused."""
        now = datetime.now(UTC)
        receipts: list[ProviderReceipt] = []
        for message in open_messages:
            if not message.provider_id or now < message.accepted_at + ASK_AFTER:
                continue
            try:
                receipt = self._asked(message)
            except TransportError as error:
                if not receipts:
                    raise
                # What has been heard counts; the others are asked about next time.
                log.warning("call %s could not be asked about: %s", message.provider_id, error.code)
                break
            if receipt is not None:
                receipts.append(receipt)
        return Inbound(receipts=tuple(receipts))

    def _asked(self, message: Open) -> ProviderReceipt | None:
        # Only calls that began within 24 hours after QueryDate are found; ours began just before it was accepted.
        since = message.accepted_at - timedelta(minutes=5)
        query = {
            "CallId": message.provider_id,
            "ProdId": PROD_ID,
            "QueryDate": str(int(since.timestamp() * 1000)),
        }
        data = self._call("QueryCallDetailByCallId", query).get("Data")
        if not data:
            return None
        try:
            detail = orjson.loads(str(data))
            state, ended = str(detail.get("state") or ""), str(detail.get("endDate") or detail.get("gmtCreate") or "")
            if not state:
                return None
            at = shanghai_time(ended)
            return aliyun_reports.final_receipt(message.provider_id, state, message.address, at, detail)
        except (orjson.JSONDecodeError, AttributeError, MalformedCallback) as error:
            log.warning("the record of call %s cannot be read: %s", message.provider_id, error)
            return None

    def receive(self, request: CallbackRequest) -> Received:
        """Unsigned: the secret part of the address is all that tells Aliyun from others."""
        parse = aliyun_reports.parse_reports if request.kind == "report" else aliyun_reports.parse_progress
        return Received(parse(request.body), TAKEN)

    def try_connection(self) -> str:
        """Ask for a call that does not exist: an answer of any kind but a refusal of the key shows that it works."""
        query = {"CallId": "0^0", "ProdId": PROD_ID, "QueryDate": str(int(datetime.now(UTC).timestamp() * 1000))}
        answer = self._aliyun.call("QueryCallDetailByCallId", query)
        if answer.code == "OK" or answer.code == "isv.INVALID_PARAMETERS":
            return "OK"
        error: TransportError = error_of(answer, datetime.now(UTC))
        if isinstance(error, CallOutcomeUnknown):
            raise CallOutcomeUnknown(error.code, error.detail)
        raise error

    @classmethod
    def problem_with(cls, settings: Mapping[str, Any]) -> str | None:
        return _out_of_range(settings) or problem_with_strategy(settings)

    @classmethod
    def problem_with_template(cls, body: str, purpose: str, settings: Mapping[str, Any]) -> tuple[str, str, str] | None:
        fault = content.check_body(body)
        if fault:
            return "body", fault.fault, fault.detail
        problem = _out_of_range(settings) or problem_with_strategy(settings)
        return ("settings", "bad_call_setting", problem) if problem else None

    @classmethod
    def variables(cls, body: str, settings: Mapping[str, Any]) -> list[str]:
        return variables(body)

    def close(self) -> None:
        self._aliyun.close()


def _out_of_range(settings: Mapping[str, Any]) -> str | None:
    for name, (least, most) in RANGES.items():
        value = settings.get(name)
        if value is not None and (isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most):
            return f"{name} is not a whole number from {least} to {most}"
    return None
