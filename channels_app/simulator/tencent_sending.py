"""What Tencent Cloud makes of SendSms: a whole call is refused, or each number has a fate of its own."""

import re
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from channels_app.simulator.config import AccessKey
from channels_app.simulator.store import NewMessage
from channels_app.simulator.tencent_gateway import Refusal
from channels_app.simulator.vendor import Surroundings

SHANGHAI = ZoneInfo("Asia/Shanghai")
DOMESTIC = re.compile(r"(?:\+86|0086|86)?(1[3-9]\d{9})", re.ASCII)
FOREIGN = re.compile(r"\+(?!86)[1-9]\d{6,14}", re.ASCII)
HOLE = re.compile(r"\{(\d+)\}")
ADDRESS = re.compile(r"https?://|www\.", re.IGNORECASE)
MOST_NUMBERS, MOST_CHARACTERS, MOST_CONTEXT = 200, 500, 512
SUFFIX = "拒收请回复R"
DELIVERED, FAILED = "DELIVRD", "UNDELIV"
LIMITS = (
    ("per_minute", 30, "PhoneNumberThirtySecondLimit", "30s"),
    ("per_hour", 3600, "PhoneNumberOneHourLimit", "1 hour"),
    ("per_day", 86400, "PhoneNumberDailyLimit", "1 day"),
)
REQUIRED = {"PhoneNumberSet": list, "SmsSdkAppId": str, "TemplateId": str}


class TencentSending:
    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings

    def send_sms(self, key_id: str, key: AccessKey, asked: Mapping[str, Any]) -> dict[str, Any]:
        for name, kind in REQUIRED.items():
            if not isinstance(asked.get(name), kind):
                raise Refusal("MissingParameter", f"The request is missing the required parameter `{name}`.")
        context = asked.get("SessionContext", "")
        if not isinstance(context, str) or len(context.encode()) >= MOST_CONTEXT:
            raise Refusal("InvalidParameterValue.SessionContextLengthLimit", "SessionContext is 512 bytes or longer.")
        phones = asked["PhoneNumberSet"]
        if not phones:
            raise Refusal("InvalidParameterValue.EmptyPhoneNumberSet", "PhoneNumberSet is empty.")
        if len(phones) > MOST_NUMBERS:
            raise Refusal("LimitExceeded.PhoneNumberCountLimit", "More than 200 numbers in one call.")
        if asked["SmsSdkAppId"] not in key.apps:
            raise Refusal("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId verify fail.")
        domestic = [bool(DOMESTIC.fullmatch(str(phone))) for phone in phones]
        if any(domestic) and any(FOREIGN.fullmatch(str(phone)) for phone in phones):
            raise Refusal(
                "UnsupportedOperation.ContainDomesticAndInternationalPhoneNumber", "Domestic and foreign numbers."
            )
        wrong = self._wrong_content(key, asked)
        return {"SendStatusSet": [self._one(key_id, key, asked, phone, context, wrong) for phone in phones]}

    def _wrong_content(self, key: AccessKey, asked: Mapping[str, Any]) -> tuple[str, str] | None:
        """Return the (code, message) with which each number of the call is refused, None if the text may go out."""
        code, sign, values = asked["TemplateId"], asked.get("SignName", ""), asked.get("TemplateParamSet") or []
        body, review = key.templates.get(code), key.review_of_template(asked["TemplateId"])
        if body is None:
            return "FailedOperation.TemplateUnapprovedOrNotExist", "template is not approved or does not exist"
        if review.state != "approved":
            return "FailedOperation.TemplateIncorrectOrUnapproved", "template is not approved or request is not match"
        if sign not in key.signs or key.review_of_sign(sign).state != "approved":
            return "FailedOperation.SignatureIncorrectOrUnapproved", "signature is incorrect or unapproved"
        if not isinstance(values, list) or len(values) != len(set(HOLE.findall(body))):
            return "FailedOperation.TemplateParamSetNotMatchApprovedTemplate", "the number of values does not match"
        return self._wrong_value(key, values) or self._wrong_whole(key, review.kind, sign, body, values)

    @staticmethod
    def _wrong_value(key: AccessKey, values: list[Any]) -> tuple[str, str] | None:
        for value in values:
            if not isinstance(value, str) or not value:
                return "InvalidParameterValue.TemplateParameterFormatError", "a value is no text, or empty"
            if len(value) > key.most_in_variable:
                return "InvalidParameterValue.TemplateParameterLengthLimit", "a value is too long"
            if ADDRESS.search(value):
                return "InvalidParameterValue.ProhibitedUseUrlInTemplateParameter", "a value contains a URL"
            if any(ord(character) > 0xFFFF for character in value):
                return "FailedOperation.ContainSensitiveWord", "a value contains what is not allowed"
        return None

    @staticmethod
    def _wrong_whole(key: AccessKey, kind: str, sign: str, body: str, values: list[str]) -> tuple[str, str] | None:
        if len(_text(sign, body, values)) > MOST_CHARACTERS:
            return "InvalidParameterValue.ContentLengthLimit", "the text is too long"
        if kind != "marketing":
            return None
        if not body.endswith(SUFFIX):
            code = "InvalidParameterValue.MarketingTemplateWithoutUnsubscribe"
            return code, "a marketing template says how to unsubscribe"
        opens, closes = key.marketing_hours
        if not opens <= datetime.now(SHANGHAI).hour < closes:
            return "FailedOperation.MarketingSendTimeConstraint", f"marketing goes out from {opens}:00 to {closes}:00"
        return None

    def _one(
        self,
        key_id: str,
        key: AccessKey,
        asked: Mapping[str, Any],
        phone: Any,
        context: str,
        wrong: tuple[str, str] | None,
    ) -> dict[str, Any]:
        match = DOMESTIC.fullmatch(phone) if isinstance(phone, str) else None
        number = match[1] if match else ""
        code, message = wrong or self._refusal(key, number) or ("Ok", "send success")
        status = {"SerialNo": "", "Fee": 0, "SessionContext": context, "Code": code, "Message": message}
        if code == "Ok":
            text = _text(asked["SignName"], key.templates[asked["TemplateId"]], asked.get("TemplateParamSet") or [])
            status["SerialNo"] = self._accept(key_id, key, asked, number, text, context)
            status["Fee"] = 1 if len(text) <= 70 else -(-len(text) // 67)
        return {**status, "PhoneNumber": f"+86{number}" if number else str(phone), "IsoCode": "CN" if number else "DEF"}

    def _refusal(self, key: AccessKey, number: str) -> tuple[str, str] | None:
        if not number:
            return "InvalidParameterValue.IncorrectPhoneNumber", "invalid phone number"
        if number in key.blacklist or self._around.strikes(self._around.faults().partial_failure_rate):
            return "FailedOperation.PhoneNumberInBlacklist", "the number is in the blacklist"
        for name, seconds, code, words in LIMITS:
            most = getattr(key.limits, name)
            if most and self._around.store.received_since(number, time.time() - seconds) >= most:
                return f"LimitExceeded.{code}", f"more than {most} messages to one number in {words}"
        return None

    def _accept(
        self, key_id: str, key: AccessKey, asked: Mapping[str, Any], number: str, text: str, context: str
    ) -> str:
        faults, now = self._around.faults(), time.time()
        serial = f"{self._around.draw.randrange(1000, 9999)}:{self._around.draw.randrange(10**18, 10**19)}"
        due = now + key.delivery_ms / 1000 + self._around.delay_of_callback()
        dues = [due, due + 0.5] if self._around.strikes(faults.duplicate_callback_rate) else [due]
        fate = FAILED if self._around.strikes(faults.fail_delivery_rate) else DELIVERED
        message = NewMessage(number, asked["SignName"], text, fate)
        self._around.store.accept(key_id, asked["TemplateId"], context, serial, now, [message], [dues])
        return serial

    def pull_by_number(self, key_id: str, key: AccessKey, asked: Mapping[str, Any]) -> dict[str, Any]:
        match = DOMESTIC.fullmatch(str(asked.get("PhoneNumber")))
        begin, limit = asked.get("BeginTime"), asked.get("Limit")
        if match is None or not isinstance(begin, int) or not isinstance(limit, int) or asked.get("Offset") != 0:
            raise Refusal("InvalidParameter", "PhoneNumber, BeginTime, Limit or Offset is wrong.")
        if asked.get("SmsSdkAppId") not in key.apps or not 0 < limit <= 100:
            raise Refusal("UnauthorizedOperation.SmsSdkAppIdVerifyFail", "SmsSdkAppId verify fail.")
        rows = self._around.store.rows(
            "select * from message where access_key = ? and phone = ? and reported_at >= ? order by id limit ?",
            key_id,
            match[1],
            begin,
            limit,
        )
        return {"PullSmsSendStatusSet": [_state(row) for row in rows]}


def _text(sign: str, body: str, values: list[str]) -> str:
    return f"【{sign}】" + HOLE.sub(lambda hole: values[int(hole[1]) - 1], body)


def _state(row: Mapping[str, Any]) -> dict[str, Any]:
    delivered = row["fate"] == DELIVERED
    return {
        "UserReceiveTime": int(row["reported_at"]),
        "CountryCode": "86",
        "SubscriberNumber": row["phone"],
        "PhoneNumber": f"+86{row['phone']}",
        "SerialNo": row["biz_id"],
        "ReportStatus": "SUCCESS" if delivered else "FAIL",
        "Description": row["fate"],
        "SessionContext": row["out_id"],
    }
