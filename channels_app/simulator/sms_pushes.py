"""What each SMS vendor's pushes look like, and which answer they take for taken."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import httpx

from channels_app.simulator.aliyun_words import shanghai

Row = Mapping[str, Any]
DELIVERED = frozenset({"DELIVERED", "DELIVRD"})


@dataclass(frozen=True, slots=True)
class Format:
    """`one_by_one`: kinds of push that hold one entry, which is then no array."""

    report: Callable[[Row], dict[str, Any]]
    up: Callable[[Row], dict[str, Any]]
    taken: Callable[[httpx.Response], bool]
    one_by_one: frozenset[str] = frozenset()

    def body(self, kind: str, rows: Sequence[Row]) -> Any:
        entries = [(self.report if kind == "report" else self.up)(row) for row in rows]
        return entries[0] if kind in self.one_by_one else entries


def aliyun_report(message: Row) -> dict[str, Any]:
    delivered = message["fate"] in DELIVERED
    return {
        "phone_number": message["phone"],
        "send_time": shanghai(message["accepted_at"]),
        "report_time": shanghai(message["reported_at"]),
        "success": delivered,
        "err_code": message["fate"],
        "err_msg": "用户接收成功" if delivered else "短信投递失败",
        "sms_size": str(1 if len(message["content"]) <= 70 else -(-len(message["content"]) // 67)),
        "biz_id": message["biz_id"],
        "out_id": message["out_id"],
    }


def aliyun_up(reply: Row) -> dict[str, Any]:
    return {
        "phone_number": reply["phone"],
        "send_time": shanghai(reply["at"]),
        "content": reply["content"],
        "sign_name": reply["sign_name"],
        "dest_code": "1234",
        "sequence_id": reply["id"],
    }


def tencent_report(message: Row) -> dict[str, Any]:
    delivered = message["fate"] in DELIVERED
    return {
        "user_receive_time": shanghai(message["reported_at"]),
        "nationcode": "86",
        "mobile": message["phone"],
        "report_status": "SUCCESS" if delivered else "FAIL",
        "errmsg": message["fate"],
        "description": "用户短信送达成功" if delivered else "用户短信送达失败",
        "sid": message["biz_id"],
    }


def tencent_up(reply: Row) -> dict[str, Any]:
    return {
        "extend": "",
        "mobile": reply["phone"],
        "nationcode": "86",
        "sign": reply["sign_name"],
        "text": reply["content"],
        "time": int(reply["at"]),
    }


# Both take a numeric 0 under HTTP 200, and nothing else.
FORMATS = {
    "aliyun": Format(aliyun_report, aliyun_up, lambda answer: _is_zero(answer, "code")),
    "tencent": Format(
        tencent_report, tencent_up, lambda answer: _is_zero(answer, "result"), one_by_one=frozenset({"up"})
    ),
}


def _is_zero(answer: httpx.Response, name: str) -> bool:
    """Raises ValueError or AttributeError for what is not a JSON object."""
    value = answer.json().get(name)
    return answer.status_code == 200 and value == 0 and not isinstance(value, bool)
