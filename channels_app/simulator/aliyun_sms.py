"""Aliyun's SMS service (dysmsapi 2017-05-25) as its callers see it: parameters checked in the vendor's words."""

import random
import re
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import orjson

from channels_app.simulator.aliyun_registry import query_signs, query_templates
from channels_app.simulator.aliyun_words import MOST_IN_PAGE, BusinessError, Params, require, shanghai
from channels_app.simulator.config import AccessKey, Limits
from channels_app.simulator.store import NewMessage, Store

VERSION = "2017-05-25"
SHANGHAI = ZoneInfo("Asia/Shanghai")
MAINLAND = re.compile(r"(?:\+?86|0086)?(1[3-9]\d{9})", re.ASCII)
VARIABLE = re.compile(r"\$\{(\w+)\}")
LINK = re.compile(r"https?://|www\.", re.IGNORECASE)
MOST_IN_SEND, MOST_IN_BATCH = 1000, 100
MOST_IN_VARIABLE, MOST_CHARACTERS, MOST_OUT_ID = 35, 500, 255
DELIVERED, FAILED = "DELIVERED", "UNDELIV"
LEVELS = (("per_minute", 60, "分钟级"), ("per_hour", 3600, "小时级"), ("per_day", 86400, "天级"))


class AliyunSms:
    def __init__(self, store: Store, draw: random.Random) -> None:
        self._store = store
        self._draw = draw
        self.actions: dict[str, Callable[[str, AccessKey, Params], dict[str, Any]]] = {
            "SendSms": self.send_sms,
            "SendBatchSms": self.send_batch_sms,
            "QuerySendDetails": self.query_send_details,
            "QuerySmsTemplateList": query_templates,
            "QuerySmsSignList": query_signs,
        }

    def send_sms(self, key_id: str, key: AccessKey, params: Params) -> dict[str, Any]:
        require(params, "PhoneNumbers", "SignName", "TemplateCode")
        phones = params["PhoneNumbers"].split(",")
        if len(phones) > MOST_IN_SEND:
            raise BusinessError("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制")
        values = _json(params.get("TemplateParam") or "{}", dict)
        over = self._over_limit(phones[0], key.limits) if len(phones) == 1 else None
        if over:
            raise BusinessError("isv.BUSINESS_LIMIT_CONTROL", over)
        return self._accept(key_id, key, params, [(phone, params["SignName"], values) for phone in phones])

    def send_batch_sms(self, key_id: str, key: AccessKey, params: Params) -> dict[str, Any]:
        require(params, "PhoneNumberJson", "SignNameJson", "TemplateCode")
        phones, signs = _json(params["PhoneNumberJson"], list), _json(params["SignNameJson"], list)
        values = _json(params["TemplateParamJson"], list) if params.get("TemplateParamJson") else [{}] * len(phones)
        if len(phones) > MOST_IN_BATCH:
            raise BusinessError("isv.MOBILE_COUNT_OVER_LIMIT", "手机号码数量超过限制")
        if not phones or not len(phones) == len(signs) == len(values):
            raise BusinessError("isv.INVALID_PARAMETERS", "PhoneNumberJson, SignNameJson, TemplateParamJson长度不一致")
        return self._accept(key_id, key, params, list(zip(phones, signs, values, strict=True)))

    def _accept(
        self, key_id: str, key: AccessKey, params: Params, wanted: list[tuple[Any, Any, Any]]
    ) -> dict[str, Any]:
        """Accept all or none: what one number's fate is, only its report says."""
        code, out_id = params["TemplateCode"], params.get("OutId", "")
        body = key.templates.get(code)
        if body is None or key.review_of_template(code).state != "approved":
            raise BusinessError("isv.SMS_TEMPLATE_ILLEGAL", "模板不合法(不存在或被拉黑)")
        if len(out_id) > MOST_OUT_ID:
            raise BusinessError("isv.PARAM_LENGTH_LIMIT", "OutId过长")
        names = VARIABLE.findall(body)
        messages = [self._message(key, body, names, *one) for one in wanted]
        now = time.time()
        biz_id = f"{self._draw.randrange(10**17, 10**18)}^0"
        report_at = [self._report_times(now, key) for _ in messages]
        self._store.accept(key_id, code, out_id, biz_id, now, messages, report_at)
        return {"BizId": biz_id}

    def _message(self, key: AccessKey, body: str, names: list[str], phone: Any, sign: Any, values: Any) -> NewMessage:
        match = MAINLAND.fullmatch(phone) if isinstance(phone, str) else None
        if match is None:
            raise BusinessError("isv.MOBILE_NUMBER_ILLEGAL", f"{phone}invalid mobile number")
        if sign not in key.signs or key.review_of_sign(sign).state != "approved":
            raise BusinessError("isv.SMS_SIGNATURE_ILLEGAL", "该账号下找不到对应签名")
        if isinstance(values, str):
            values = _json(values, dict)
        if not isinstance(values, dict):
            raise BusinessError("isv.INVALID_JSON_PARAM", "参数格式错误,请修改为字符串值")
        content = f"【{sign}】{_fill(body, names, values)}"
        if len(content) > MOST_CHARACTERS:
            raise BusinessError("isv.SMS_CONTENT_ILLEGAL", "短信内容超过限制")
        failed = self._draw.random() < self._store.faults().fail_delivery_rate or self._over_limit(match[1], key.limits)
        return NewMessage(match[1], sign, content, FAILED if failed else DELIVERED)

    def _over_limit(self, phone: str, limits: Limits) -> str | None:
        for name, seconds, words in LEVELS:
            most = getattr(limits, name)
            if most and self._store.received_since(phone, time.time() - seconds) >= most:
                return f"触发{words}流控Permits:{most}"
        return None

    def _report_times(self, now: float, key: AccessKey) -> list[float]:
        faults = self._store.faults()
        due = now + (key.delivery_ms + faults.late_callback_ms) / 1000
        if faults.reorder_callbacks:
            due += self._draw.uniform(0, 2)
        return [due, due + self._draw.uniform(0, 1)] if self._draw.random() < faults.duplicate_callback_rate else [due]

    def query_send_details(self, key_id: str, key: AccessKey, params: Params) -> dict[str, Any]:
        require(params, "PhoneNumber", "SendDate", "PageSize", "CurrentPage")
        match = MAINLAND.fullmatch(params["PhoneNumber"])
        if match is None:
            raise BusinessError("isv.MOBILE_NUMBER_ILLEGAL", "invalid mobile number")
        try:
            start = datetime.strptime(params["SendDate"], "%Y%m%d").replace(tzinfo=SHANGHAI).timestamp()
            size, page = int(params["PageSize"]), int(params["CurrentPage"])
        except ValueError as error:
            raise BusinessError("isv.INVALID_PARAMETERS", "参数格式不正确") from error
        if not 1 <= size <= MOST_IN_PAGE or page < 1:
            raise BusinessError("isv.INVALID_PARAMETERS", "PageSize取值范围为1~50")
        where = "from message where access_key = ? and phone = ? and accepted_at >= ? and accepted_at < ?"
        args: list[Any] = [key_id, match[1], start, start + 86400]
        if params.get("BizId"):
            where, args = f"{where} and biz_id = ?", [*args, params["BizId"]]
        total = self._store.rows(f"select count(*) as n {where}", *args)[0]["n"]
        rows = self._store.rows(
            f"select * {where} order by accepted_at desc, id desc limit ? offset ?", *args, size, (page - 1) * size
        )
        return {"TotalCount": total, "SmsSendDetailDTOs": {"SmsSendDetailDTO": [_detail(row) for row in rows]}}


def request_id() -> str:
    return str(uuid4()).upper()


def _detail(row: Mapping[str, Any]) -> dict[str, Any]:
    detail = {
        "PhoneNum": row["phone"],
        "SendStatus": row["status"],
        "ErrCode": row["err_code"],
        "TemplateCode": row["template_code"],
        "Content": row["content"],
        "SendDate": shanghai(row["accepted_at"]),
        "OutId": row["out_id"],
    }
    return detail | ({"ReceiveDate": shanghai(row["reported_at"])} if row["reported_at"] else {})


def _json(text: str, kind: type) -> Any:
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BusinessError("isv.INVALID_JSON_PARAM", "参数格式错误,不是合法的JSON") from error
    if not isinstance(value, kind):
        raise BusinessError("isv.INVALID_JSON_PARAM", "参数格式错误")
    return value


def _fill(body: str, names: list[str], values: Mapping[str, Any]) -> str:
    for name in names:
        value = values.get(name)
        if value is None or value == "":
            raise BusinessError("isv.TEMPLATE_MISSING_PARAMETERS", f"模板缺少变量: {name}")
        if not isinstance(value, str):
            raise BusinessError("isv.INVALID_JSON_PARAM", "参数格式错误,请修改为字符串值")
        if len(value) > MOST_IN_VARIABLE:
            raise BusinessError("isv.PARAM_LENGTH_LIMIT", "参数超过长度限制")
        if LINK.search(value):
            raise BusinessError("isv.PARAM_NOT_SUPPORT_URL", "变量不支持传入URL")
    return VARIABLE.sub(lambda match: str(values[match[1]]), body)
