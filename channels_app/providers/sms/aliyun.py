"""SMS by Aliyun (dysmsapi, version 2017-05-25).

https://help.aliyun.com/zh/sms/developer-reference/api-dysmsapi-2017-05-25-sendsms, -sendbatchsms, -querysenddetails
"""

import logging
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

import orjson

from channels_app.policy.hours import SHANGHAI
from channels_app.providers import aliyun_acs3 as acs3
from channels_app.providers.base import (
    Accepted,
    AccountConfig,
    Attempted,
    Outgoing,
    Reconciled,
    Refused,
    RemoteSignature,
    RemoteTemplate,
    SendResult,
)
from channels_app.providers.errors import CallOutcomeUnknown, ErrorClass, TransportError
from channels_app.providers.http import exchange, open_client
from channels_app.providers.inbound import CallbackRequest, Received
from channels_app.providers.sms import aliyun_callbacks, aliyun_registry, content
from channels_app.providers.sms.aliyun_codes import error_of
from channels_app.providers.sms.phone import wire_phone
from channels_app.providers.sms.provider import SmsProvider

log = logging.getLogger(__name__)

VERSION = "2017-05-25"
FORM = "application/x-www-form-urlencoded"
MOST_NUMBERS = 100
MOST_BYTES = 128 * 1024
RESERVED_BYTES = 4 * 1024  # headers, the query and the brackets of the arrays
PAGE = 50
QUERIES_AT_ONCE = 8
# Anything else, also a code in quotes, makes Aliyun push again after 1, 5 and 10 minutes.
TAKEN = orjson.dumps({"code": 0, "msg": "接收成功"})
OUTCOMES = {1: "accepted", 2: "failed", 3: "delivered"}


@dataclass(eq=False)
class _Call:
    messages: list[Outgoing] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    size: int = 0

    def takes(self, message: Outgoing, size: int) -> bool:
        return message.address not in self.addresses and self.size + size <= MOST_BYTES - RESERVED_BYTES

    def add(self, message: Outgoing, size: int) -> None:
        self.messages.append(message)
        self.addresses.add(message.address)
        self.size += size


class AliyunSms(SmsProvider):
    """OutId carries the attempt: an echo that reports and queries return, not an idempotency key."""

    # At 100 ms a call, as over the Internet, this is 8,000 messages a second.
    calls_at_once: ClassVar[int] = 8
    most_in_call: ClassVar[int] = MOST_NUMBERS
    callback_kinds: ClassVar[frozenset[str]] = frozenset({"report", "up"})
    needed_credentials: ClassVar[tuple[str, ...]] = ("access_key_id", "access_key_secret")
    needed_settings: ClassVar[tuple[str, ...]] = ("sign_name",)
    dialect: ClassVar[content.Dialect] = content.ALIYUN

    def __init__(self, account: AccountConfig) -> None:
        super().__init__(account)
        self._key_id = str(account.credentials.get("access_key_id", ""))
        self._secret = str(account.credentials.get("access_key_secret", ""))
        self._host = urlsplit(account.base_url).netloc
        self._client = open_client(account.base_url)

    def check(self, message: Outgoing) -> Refused | None:
        if wire_phone(message.address) is None:
            return Refused(ErrorClass.RECIPIENT_PERMANENT, "isv.MOBILE_NUMBER_ILLEGAL", "not a mainland mobile number")
        return super().check(message)

    def plan(self, messages: Sequence[Outgoing]) -> list[list[Outgoing]]:
        """One template a call, at most 100 numbers and 128 KB, and no number twice.

        A report names the attempt and the number; with a number twice in one attempt it would name nobody.
        """
        calls: list[_Call] = []
        with_room: dict[str, list[_Call]] = {}
        for message in messages:
            size = self._size(message)
            of_template = with_room.setdefault(message.template_code, [])
            call = next((call for call in of_template if call.takes(message, size)), None)
            if call is None:
                call = _Call()
                calls.append(call)
                of_template.append(call)
            call.add(message, size)
            if len(call.messages) == MOST_NUMBERS:
                of_template.remove(call)
        return [call.messages for call in calls]

    def _size(self, message: Outgoing) -> int:
        # At most: each byte of UTF-8 becomes three characters.
        encoded = 3 * len("".join([*message.params, *message.params.values()]).encode())
        punctuation = 32 + 24 * len(message.params)
        return encoded + punctuation + 9 * len(self.sign_of(message)) + len(message.address)

    def send_batch(self, attempt: UUID, messages: Sequence[Outgoing]) -> Mapping[UUID, SendResult]:
        answer = self._send_one(attempt, messages[0]) if len(messages) == 1 else self._send_many(attempt, messages)
        # The answer has one BizId for all numbers; what becomes of each is only in the reports.
        accepted = Accepted(str(answer.get("BizId", "")))
        return {message.message_id: accepted for message in messages}

    def _send_one(self, attempt: UUID, message: Outgoing) -> dict[str, Any]:
        query = {
            "PhoneNumbers": self._phone(message),
            "SignName": self.sign_of(message),
            "TemplateCode": message.template_code,
            "TemplateParam": orjson.dumps(dict(message.params)).decode(),
            "OutId": str(attempt),
        }
        return self._call("SendSms", query)

    def _send_many(self, attempt: UUID, messages: Sequence[Outgoing]) -> dict[str, Any]:
        form = {
            "PhoneNumberJson": orjson.dumps([self._phone(message) for message in messages]).decode(),
            "SignNameJson": orjson.dumps([self.sign_of(message) for message in messages]).decode(),
            "TemplateParamJson": orjson.dumps([dict(message.params) for message in messages]).decode(),
        }
        return self._call("SendBatchSms", {"TemplateCode": messages[0].template_code, "OutId": str(attempt)}, form)

    @staticmethod
    def _phone(message: Outgoing) -> str:
        return wire_phone(message.address) or message.address

    def reconcile(self, attempted: Sequence[Attempted]) -> Mapping[UUID, Reconciled | None]:
        def ask(message: Attempted) -> tuple[UUID, Reconciled | None] | None:
            try:
                return message.message_id, self._find(message)
            except TransportError as error:
                log.warning("message %s could not be looked up: %s", message.message_id, error.code)
                return None

        with ThreadPoolExecutor(QUERIES_AT_ONCE) as pool:
            return dict(answer for answer in pool.map(ask, attempted) if answer is not None)

    def _find(self, message: Attempted) -> Reconciled | None:
        phone = wire_phone(message.address) or message.address
        day = message.attempted_at.astimezone(SHANGHAI).strftime("%Y%m%d")
        page, seen, total = 1, 0, 1
        while seen < total:
            query = {"PhoneNumber": phone, "SendDate": day, "PageSize": str(PAGE), "CurrentPage": str(page)}
            answer = self._call("QuerySendDetails", query)
            details = (answer.get("SmsSendDetailDTOs") or {}).get("SmsSendDetailDTO") or []
            for detail in details:
                if detail.get("OutId") == str(message.attempt):
                    return Reconciled(
                        OUTCOMES.get(detail.get("SendStatus"), "accepted"), code=str(detail.get("ErrCode") or "")
                    )
            if not details:
                return None
            page, seen, total = page + 1, seen + len(details), int(answer.get("TotalCount") or 0)
        return None

    def _call(self, action: str, query: Mapping[str, str], form: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Make one signed call and return its answer. Raises TransportError unless the answer's Code is OK."""
        now = datetime.now(UTC)
        encoded = acs3.query_string(query)
        body = acs3.query_string(form).encode() if form else b""
        headers = acs3.signed_headers(
            host=self._host,
            action=action,
            version=VERSION,
            query=encoded,
            body=body,
            content_type=FORM,
            key_id=self._key_id,
            secret=self._secret,
            now=now,
        )
        response = exchange(
            self._client, self._client.build_request("POST", f"/?{encoded}", content=body, headers=headers)
        )
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise CallOutcomeUnknown(f"http_{response.status_code}", "the answer is not JSON") from error
        if not isinstance(answer, dict):
            raise CallOutcomeUnknown(f"http_{response.status_code}", "the answer is not an object")
        if response.status_code == 200 and answer.get("Code") == "OK":
            return answer
        raise error_of(str(answer.get("Code") or ""), str(answer.get("Message") or ""), response.status_code, now)

    def receive(self, request: CallbackRequest) -> Received:
        """Unsigned: the secret part of the address is all that tells Aliyun from others."""
        parse = aliyun_callbacks.parse_reports if request.kind == "report" else aliyun_callbacks.parse_replies
        return Received(parse(request.body), TAKEN)

    def templates(self) -> list[RemoteTemplate]:
        return aliyun_registry.templates(self._call)

    def signatures(self) -> list[RemoteSignature]:
        return aliyun_registry.signatures(self._call)

    def try_connection(self) -> str:
        return aliyun_registry.try_connection(self._call)

    def close(self) -> None:
        self._client.close()
