"""Aliyun's voice notifications (dyvmsapi 2017-05-25) as their callers see them, and the reports it pushes."""

import time
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from channels_app.simulator.aliyun_sms import LINK, MAINLAND, VARIABLE
from channels_app.simulator.aliyun_words import BusinessError
from channels_app.simulator.vendor import Surroundings
from channels_app.simulator.voice_aliyun import AcsService, Params, require
from channels_app.simulator.voice_calls import Calls, Order, Row
from channels_app.simulator.voice_config import HEARD, End, VoiceAccount

SERVICE = "aliyun_tts"
SHANGHAI = ZoneInfo("Asia/Shanghai")
PROD_ID = "11010000138001"
DAY_MS = 86_400_000
PAUSES_SECONDS = (60, 300, 600)
MOST_OUT_ID_BYTES, LEAST_TOO_LONG_PARAM = 15, 250
RANGES = (("PlayTimes", 1, 3), ("Volume", 0, 100), ("Speed", -500, 500))
STATUS = {
    End.COMPLETED: ("200000", "用户听完"),
    End.HUNG_UP: ("200001", "用户提前挂断"),
    End.BUSY: ("200002", "用户正忙"),
    End.NO_ANSWER: ("200003", "用户无人接听"),
    End.INVALID: ("200004", "空号"),
    End.REJECTED: ("200005", "用户拒接或无法接通"),
    End.UNREACHABLE: ("200005", "用户拒接或无法接通"),
    End.POWERED_OFF: ("200010", "用户关机"),
    End.SUSPENDED: ("200011", "用户停机"),
    End.OUT_OF_HOURS: ("200118", "时段限制"),
    End.TOO_OFTEN: ("200119", "呼叫频次超限"),
    End.CANCELLED: ("999999", "其他"),
}
PROGRESS = {"ringing": ("200101", "200201"), "answered": ("200102",), "keys": ("300000",), "ended": ("200100",)}


class Tts:
    def __init__(self, surroundings: Surroundings, calls: Calls) -> None:
        self._surroundings = surroundings
        self._calls = calls
        calls.listen(SERVICE, self._tell)

    def route(self) -> AcsService:
        return AcsService(
            self._surroundings,
            self._calls,
            service=SERVICE,
            version="2017-05-25",
            host="dyvmsapi.aliyuncs.com",
            actions={"SingleCallByTts": self.single_call_by_tts, "QueryCallDetailByCallId": self.query},
            sends=frozenset({"SingleCallByTts"}),
            success={},
        )

    def single_call_by_tts(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        require(params, "CalledNumber", "TtsCode")
        number = MAINLAND.fullmatch(params["CalledNumber"])
        if number is None:
            raise BusinessError("isv.MOBILE_NUMBER_ILLEGAL", "号码格式非法")
        out_id = params.get("OutId")
        if out_id is not None and not 1 <= len(out_id.encode()) <= MOST_OUT_ID_BYTES:
            raise BusinessError("isv.INVALID_PARAMETERS", "OutId长度为1~15字节")
        shown = params.get("CalledShowNumber")
        if (account.show_numbers or shown) and shown not in account.show_numbers:
            raise BusinessError("isv.DISPLAY_NUMBER_ILLEGAL", "号显不合法")
        for name, least, most in RANGES:
            if name in params and not _whole(params[name], least, most):
                raise BusinessError("isv.INVALID_PARAMETERS", f"{name}取值范围为{least}~{most}")
        values = _values(params.get("TtsParam"))
        content = _fill(account, params["TtsCode"], values)
        order = Order(SERVICE, key_id, number[1], out_id or "", params["TtsCode"], content, values)
        return {"CallId": self._calls.place(order, account)["call_id"]}

    def query(self, key_id: str, account: VoiceAccount, params: Params) -> dict[str, Any]:
        require(params, "CallId", "ProdId", "QueryDate")
        if params["ProdId"] != PROD_ID or not params["QueryDate"].isdigit():
            raise BusinessError("isv.INVALID_PARAMETERS", "参数异常")
        found = self._calls.where("service = ? and account = ? and call_id = ?", SERVICE, key_id, params["CallId"])
        since = int(params["QueryDate"])
        calls = [call for call in found if since <= call["placed_at"] * 1000 < since + DAY_MS]
        return {"Data": orjson.dumps(_detail(calls[0])).decode() if calls else ""}

    def _tell(self, call: Row, what: str) -> None:
        account = self._calls.account(SERVICE, call["account"])
        if account is None:
            return
        for code in PROGRESS.get(what, ()):
            step = {
                "status_code": code,
                "status_time": shanghai(time.time()),
                "out_id": call["reference"],
                "call_id": call["call_id"],
                **({"dtmf": call["keys"]} if what == "keys" else {}),
            }
            self._push(account, account.progress_url, [step])
        if what == "ended":
            self._push(account, account.report_url, [_report(call)])
            if self._surroundings.strikes(self._surroundings.faults().corrected_receipt_rate):
                self._push(account, account.report_url, [_corrected(call)])

    def _push(self, account: VoiceAccount, url: str, entries: list[dict[str, Any]]) -> None:
        around = self._surroundings
        for _ in range(2 if around.strikes(around.faults().duplicate_callback_rate) else 1):
            around.callbacks.push(
                url,
                orjson.dumps(entries),
                content_type="application/json",
                taken_if="code_0",
                after=around.delay_of_callback(),
                pauses=[pause * account.retry_scale for pause in PAUSES_SECONDS],
            )


def shanghai(at: float | None) -> str:
    return "" if at is None else datetime.fromtimestamp(at, SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


def _report(call: Row) -> dict[str, Any]:
    code, message = STATUS[End(call["ending"])]
    answered = call["answered_at"]
    return {
        "status_code": code,
        "status_msg": message,
        "hangup_direction": "用户" if call["ending"] in (End.HUNG_UP, End.REJECTED) else "机器",
        "callee": call["callee"],
        "caller": "057100000000",
        "originate_time": shanghai(call["placed_at"]),
        "ring_time": shanghai(call["placed_at"]),
        "start_time": shanghai(answered),
        "end_time": shanghai(call["ended_at"]),
        "duration": str(_seconds(call)),
        "voice_type": "voice",
        "call_id": call["call_id"],
        "out_id": call["reference"],
        "dtmf": call["keys"],
        "toll_type": "LOCAL",
        "tts_code": call["script"],
    }


def _corrected(call: Row) -> dict[str, Any]:
    """The opposite of what was reported, a second later by its own clock."""
    code, message = STATUS[End.NO_ANSWER if call["ending"] in HEARD else End.COMPLETED]
    at = shanghai((call["ended_at"] or 0) + 1)
    return {**_report(call), "status_code": code, "status_msg": message, "end_time": at}


def _detail(call: Row) -> dict[str, Any]:
    code, message = STATUS[End(call["ending"])] if call["ending"] else ("", "")
    return {
        "caller": "057100000000",
        "callee": call["callee"],
        "startDate": shanghai(call["answered_at"]),
        "endDate": shanghai(call["ended_at"]),
        "duration": _seconds(call),
        "gmtCreate": shanghai(call["placed_at"]),
        "state": code,
        "stateDesc": message,
    }


def _seconds(call: Row) -> int:
    return round(call["ended_at"] - call["answered_at"]) if call["answered_at"] and call["ended_at"] else 0


def _whole(text: str, least: int, most: int) -> bool:
    try:
        return least <= int(text) <= most
    except ValueError:
        return False


def _values(text: str | None) -> dict[str, str]:
    if not text:
        return {}
    if len(text) >= LEAST_TOO_LONG_PARAM:
        raise BusinessError("isv.PARAM_LENGTH_LIMIT", "参数长度受限")
    try:
        values = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise BusinessError("isv.INVALID_PARAMETERS", "TtsParam不是合法的JSON") from error
    if not isinstance(values, dict) or not all(isinstance(value, str) for value in values.values()):
        raise BusinessError("isv.INVALID_PARAMETERS", "TtsParam参数格式错误")
    if any(LINK.search(value) for value in values.values()):
        raise BusinessError("isv.PARAM_NOT_SUPPORT_URL", "变量不支持URL参数")
    return values


def _fill(account: VoiceAccount, code: str, values: dict[str, str]) -> str:
    body = account.templates.get(code)
    if body is None:
        raise BusinessError("isv.TTS_TEMPLATE_ILLEGAL", "TTS模板不合法")
    if any(not values.get(name) for name in VARIABLE.findall(body)):
        raise BusinessError("isv.TEMPLATE_MISSING_PARAMETERS", "文本转语音模板参数缺失")
    return VARIABLE.sub(lambda match: values[match[1]], body)
