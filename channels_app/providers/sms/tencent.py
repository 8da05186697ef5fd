"""SMS by Tencent Cloud (sms, version 2021-01-11).

https://cloud.tencent.com/document/api/382/55981 (SendSms), 55973 (PullSmsSendStatusByPhoneNumber)
"""

import logging
import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from channels_app.providers import tc3
from channels_app.providers.base import (
    Accepted,
    AccountConfig,
    Attempted,
    OutcomeUnknown,
    Outgoing,
    Reconciled,
    Refused,
    RemoteSignature,
    RemoteTemplate,
    SendResult,
)
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, TransportError
from channels_app.providers.http import exchange, open_client
from channels_app.providers.inbound import CallbackRequest, Received
from channels_app.providers.sms import tencent_callbacks, tencent_registry
from channels_app.providers.sms.content import Dialect, Fault
from channels_app.providers.sms.phone import wire_phone
from channels_app.providers.sms.provider import SmsProvider
from channels_app.providers.sms.tencent_codes import ACCOUNT_CLASSES, error_of, verdict_on

log = logging.getLogger(__name__)

VERSION, SERVICE, REGION = "2021-01-11", "sms", "ap-guangzhou"
MOST_NUMBERS = 200
MOST_PULLED = 100
E164 = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
# Anything else is pushed again.
TAKEN = orjson.dumps({"result": 0, "errmsg": "OK"})
OUTCOMES = {"SUCCESS": "delivered", "FAIL": "failed"}
# Since 2024-01-25 a value has at most 6 characters unless the account has been given more.
DIALECT = Dialect(
    re.compile(r"\{(\d{1,2})\}", re.ASCII),
    6,
    re.compile(r"\d{1,6}", re.ASCII),
    numbered=True,
    codes={
        Fault.MISSING: "FailedOperation.TemplateParamSetNotMatchApprovedTemplate",
        Fault.VARIABLE_LENGTH: "InvalidParameterValue.TemplateParameterLengthLimit",
        Fault.VARIABLE_FORMAT: "InvalidParameterValue.TemplateParameterFormatError",
        Fault.URL: "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter",
        Fault.CONTENT: "FailedOperation.ContainSensitiveWord",
        Fault.SIGN: "FailedOperation.SignatureIncorrectOrUnapproved",
        Fault.NO_OPT_OUT: "InvalidParameterValue.MarketingTemplateWithoutUnsubscribe",
    },
)


class TencentSms(SmsProvider):
    """SessionContext carries the attempt: an echo of the answer, not an idempotency key, and not in the pushes."""

    dialect: ClassVar[Dialect] = DIALECT
    most_in_call: ClassVar[int] = MOST_NUMBERS
    callback_kinds: ClassVar[frozenset[str]] = frozenset({"status", "reply"})
    needed_credentials: ClassVar[tuple[str, ...]] = ("secret_id", "secret_key")
    needed_settings: ClassVar[tuple[str, ...]] = ("sdk_app_id", "sign_name")

    def __init__(self, account: AccountConfig) -> None:
        super().__init__(account)
        self._secret_id = str(account.credentials.get("secret_id", ""))
        self._secret_key = str(account.credentials.get("secret_key", ""))
        self._app_id = str(account.settings.get("sdk_app_id", ""))
        self._region = str(account.settings.get("region") or REGION)
        self._host = urlsplit(account.base_url).netloc
        self._client = open_client(account.base_url)

    def check(self, message: Outgoing) -> Refused | None:
        foreign = wire_phone(message.address) is None
        if foreign and not (E164.fullmatch(message.address) and message.template.get("international") is True):
            code, detail = "InvalidParameterValue.IncorrectPhoneNumber", "not a number that the template may go to"
            return Refused(ErrorClass.RECIPIENT_PERMANENT, code, detail)
        return super().check(message)

    def plan(self, messages: Sequence[Outgoing]) -> list[list[Outgoing]]:
        """At most 200 numbers a call, which share template, signature and values, all domestic or all foreign.

        No number is in a call twice, because the answer names numbers.
        """
        calls: list[list[Outgoing]] = []
        with_room: dict[tuple[Any, ...], list[tuple[list[Outgoing], set[str]]]] = defaultdict(list)
        for message in messages:
            foreign = wire_phone(message.address) is None
            alike = with_room[message.template_code, self.sign_of(message), foreign, *self._values(message)]
            number = self._phone(message)
            found = next(((call, numbers) for call, numbers in alike if number not in numbers), None)
            if found is None:
                found = ([], set())
                calls.append(found[0])
                alike.append(found)
            found[0].append(message)
            found[1].add(number)
            if len(found[0]) == MOST_NUMBERS:
                alike.remove(found)
        return calls

    def _values(self, message: Outgoing) -> list[str]:
        return [message.params.get(name, "") for name in self.dialect.variables(message.template_body)]

    @staticmethod
    def _phone(message: Outgoing) -> str:
        domestic = wire_phone(message.address)
        return f"+86{domestic}" if domestic else message.address

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        first = messages[0]
        answer = self._call(
            "SendSms",
            {
                "PhoneNumberSet": [self._phone(message) for message in messages],
                "SmsSdkAppId": self._app_id,
                "TemplateId": first.template_code,
                "SignName": self.sign_of(first),
                "TemplateParamSet": self._values(first),
                "SessionContext": str(attempt),
            },
        )
        statuses = answer.get("SendStatusSet")
        if not isinstance(statuses, list):
            raise CallOutcomeUnknown("unreadable_answer", "SendStatusSet is not a list")
        now = datetime.now(UTC)
        of_number = {
            str(status.get("PhoneNumber")): _result(status, now) for status in statuses if isinstance(status, dict)
        }
        missing = OutcomeUnknown("unreadable_answer", "the answer does not name the number")
        return _resting({m.message_id: of_number.get(self._phone(m), missing) for m in messages})

    def reconcile(self, attempted: Sequence[Attempted]) -> Mapping[UUID, Reconciled | None]:
        """Look for the attempt among what has reached the number, which shows it to accounts that had this opened."""
        found: dict[UUID, Reconciled | None] = {}
        for message in attempted:
            try:
                found[message.message_id] = self._find(message)
            except CallRefused as error:
                # Not open to this account, or not now: only the status push can tell what became of it.
                log.info("message %s is not looked up: %s", message.message_id, error.code)
                found[message.message_id] = None
            except TransportError as error:
                log.warning("message %s could not be looked up: %s", message.message_id, error.code)
        return found

    def _find(self, message: Attempted) -> Reconciled | None:
        asked = {
            "BeginTime": int((message.attempted_at - timedelta(minutes=1)).timestamp()),
            "EndTime": int(datetime.now(UTC).timestamp()),
            "Offset": 0,
            "Limit": MOST_PULLED,
            "PhoneNumber": message.address,
            "SmsSdkAppId": self._app_id,
        }
        for row in self._call("PullSmsSendStatusByPhoneNumber", asked).get("PullSmsSendStatusSet") or []:
            if row.get("SessionContext") == str(message.attempt) and row.get("ReportStatus") in OUTCOMES:
                serial, code = str(row.get("SerialNo", "")), str(row.get("Description", ""))[:128]
                return Reconciled(OUTCOMES[row["ReportStatus"]], serial, code)
        return None

    def _call(self, action: str, asked: Mapping[str, Any]) -> dict[str, Any]:
        """Make one signed call and return its Response. Raises TransportError for one that holds an Error."""
        now, body = datetime.now(UTC), orjson.dumps(asked)
        headers = tc3.signed_headers(
            host=self._host,
            service=SERVICE,
            action=action,
            version=VERSION,
            region=self._region,
            body=body,
            secret_id=self._secret_id,
            secret_key=self._secret_key,
            now=now,
        )
        response = exchange(self._client, self._client.build_request("POST", "/", content=body, headers=headers))
        try:
            answer = orjson.loads(response.content)["Response"]
            refusal = answer.get("Error")
        except (orjson.JSONDecodeError, KeyError, TypeError, AttributeError) as error:
            raise CallOutcomeUnknown(f"http_{response.status_code}", "the answer is not Tencent Cloud's") from error
        if refusal:
            raise error_of(str(refusal.get("Code") or ""), str(refusal.get("Message") or ""), now)
        return dict(answer)

    def receive(self, request: CallbackRequest) -> Received:
        """Unsigned: the secret part of the address is all that tells Tencent Cloud from others."""
        parse = tencent_callbacks.parse_states if request.kind == "status" else tencent_callbacks.parse_reply
        return Received(parse(request.body), TAKEN)

    def templates(self) -> list[RemoteTemplate]:
        return tencent_registry.templates(self._call)

    def signatures(self) -> list[RemoteSignature]:
        return tencent_registry.signatures(self._call)

    def try_connection(self) -> str:
        return tencent_registry.try_connection(self._call)

    @classmethod
    def problem_with(cls, settings: Mapping[str, Any]) -> str | None:
        app_id = settings.get("sdk_app_id")
        if not isinstance(app_id, str) or not app_id.isascii() or not app_id.isdigit():
            return "sdk_app_id is the SmsSdkAppId, a text of digits such as 1400006666."
        return super().problem_with(settings)

    def close(self) -> None:
        self._client.close()


def _result(status: Mapping[str, Any], now: datetime) -> SendResult:
    code = str(status.get("Code") or "")
    if code == "Ok":
        return Accepted(str(status.get("SerialNo", "")))
    return verdict_on(code, str(status.get("Message") or ""), now)


def _resting(results: dict[UUID, SendResult]) -> dict[UUID, SendResult]:
    """Raise what refuses the account rather than its numbers, so that the account rests.

    If only some numbers met it (the package ran out between two of them), those wait by themselves.
    """
    refused = {
        id_: result
        for id_, result in results.items()
        if isinstance(result, Refused) and result.error_class in ACCOUNT_CLASSES
    }
    if refused and len(refused) == len(results):
        first = next(iter(refused.values()))
        raise CallRefused(first.error_class, first.code, first.detail, first.delay)
    return results | {
        id_: Refused(ErrorClass.DELAY_UNTIL, r.code, r.detail, r.delay or timedelta(minutes=1))
        for id_, r in refused.items()
    }
