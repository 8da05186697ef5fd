"""Yunpian (云片) as its callers see it: texts must match an approved template, refusals are HTTP 400 with a code."""

import hashlib
import json as stdjson
import re
import time
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlencode
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from channels_app.simulator.admin import BadRequest, asked_keys, json, read, utc
from channels_app.simulator.aliyun_sms import MAINLAND
from channels_app.simulator.aliyun_words import shanghai
from channels_app.simulator.config import Count, Reply, Strict
from channels_app.simulator.vendor import Surroundings, hang

SCHEMA = """
create table if not exists yunpian_account (apikey text primary key, config text not null) without rowid;
create table if not exists yunpian_sms (
    sid integer primary key,
    apikey text not null,
    mobile text not null,
    text text not null,
    uid text,
    at real not null,
    status text not null
);
create index if not exists yunpian_sms_of on yunpian_sms (mobile, at);
"""
WORDS = {
    -51: "系统繁忙",
    -50: "未知异常",
    -5: "访问频率超限",
    -1: "非法的apikey",
    1: "请求参数缺失",
    2: "请求参数格式错误",
    5: "未自动匹配到合适的模板",
    8: "同一手机号30秒内重复提交相同的内容",
    9: "同一手机号5分钟内重复提交相同的内容超过3次",
    10: "手机号黑名单过滤",
}
BLACKLISTED = "13800000010"
REPORT_PAUSES, REPLY_PAUSES = (300, 300, 300), (60,) * 5
OF_KEYS = "(? or apikey in (select value from json_each(?)))"


class YunpianAccount(Strict):
    """`templates` are approved texts with `#name#` for what varies. `repeats`: whether the same text may go out again."""

    templates: tuple[str, ...] = ()
    report_url: str = ""
    reply_url: str = ""
    delivery_ms: Count = 200
    repeats: bool = False


class Yunpian:
    name: ClassVar[str] = "yunpian"
    schema: ClassVar[str] = SCHEMA
    forgotten: ClassVar[tuple[str, ...]] = ("yunpian_sms",)

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._store = surroundings.store

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/yunpian/v2/sms/single_send.json", self.single_send, methods=["POST"]),
            Route("/yunpian/v2/sms/get_record.json", self.get_record, methods=["POST"]),
            Route("/yunpian/v2/user/get.json", self.user, methods=["POST"]),
            Route("/admin/yunpian/accounts/{apikey}/", self.put_account, methods=["PUT"]),
            Route("/admin/yunpian/", self.sent),
            Route("/admin/yunpian/phones/{mobile}/replies/", self.reply, methods=["POST"]),
        ]

    async def put_account(self, request: Request) -> Response:
        config = await read(request, YunpianAccount)
        apikey = request.path_params["apikey"]
        self._store.run("insert or replace into yunpian_account values (?, ?)", apikey, config.model_dump_json())
        return json(config.model_dump())

    async def single_send(self, request: Request) -> Response:
        form, faults = await _form(request), self._around.faults()
        await self._around.lag()
        if self._around.strikes(faults.throttle_rate):
            return _refusal(-5)
        if self._around.strikes(faults.http_503_rate):
            return _refusal(-51)
        account = self._account(form)
        code = -1 if account is None else self._problem(form, account)
        if code or account is None:
            return _refusal(code)
        sid = self._take(form, account)
        if self._around.strikes(faults.timeout_after_accept_rate):
            return await hang()
        if self._around.strikes(faults.http_500_rate):
            return _refusal(-50, 500)
        fee = {"count": 1, "fee": 0.05, "unit": "RMB", "mobile": form["mobile"], "sid": sid}
        return json({"code": 0, "msg": "发送成功", **fee})

    def _problem(self, form: dict[str, str], account: YunpianAccount) -> int:
        if not form.get("mobile") or not form.get("text"):
            return 1
        if not MAINLAND.fullmatch(form["mobile"]) or len(form["text"]) > 500:
            return 2
        if form["mobile"] == BLACKLISTED:
            return 10
        if not any(_matches(template, form["text"]) for template in account.templates):
            return 5
        recent = self._store.rows(
            "select at from yunpian_sms where mobile = ? and text = ? and at > ?",
            form["mobile"],
            form["text"],
            time.time() - 300,
        )
        if not account.repeats and any(row["at"] > time.time() - 30 for row in recent):
            return 8
        return 9 if not account.repeats and len(recent) >= 3 else 0

    def _take(self, form: dict[str, str], account: YunpianAccount) -> int:
        failed = self._around.strikes(self._around.faults().fail_delivery_rate)
        uid, now = form.get("uid"), time.time()
        sid = self._store.run(
            "insert into yunpian_sms (apikey, mobile, text, uid, at, status) values (?, ?, ?, ?, ?, ?)",
            form["apikey"],
            form["mobile"],
            form["text"],
            uid,
            now,
            "FAIL" if failed else "SUCCESS",
        )
        report = {
            "error_detail": "空号" if failed else "接收成功",
            "sid": sid,
            "uid": uid,
            "user_receive_time": shanghai(now),
            "error_msg": "DB:0103" if failed else "",
            "mobile": form["mobile"],
            "report_status": "FAIL" if failed else "SUCCESS",
        }
        for _ in range(2 if self._around.strikes(self._around.faults().duplicate_callback_rate) else 1):
            after = account.delivery_ms / 1000 + self._around.delay_of_callback()
            self._push(account.report_url, "sms_status", [report], after, REPORT_PAUSES)
        return sid

    def _push(self, url: str, field: str, value: Any, after: float, pauses: tuple[float, ...]) -> None:
        body = urlencode({field: stdjson.dumps(value, ensure_ascii=False)}).encode()
        form = "application/x-www-form-urlencoded;charset=utf-8"
        self._around.callbacks.push(url, body, content_type=form, taken_if="success", after=after, pauses=pauses)

    async def get_record(self, request: Request) -> Response:
        form = await _form(request)
        if self._account(form) is None:
            return _refusal(-1)
        rows = self._store.rows(
            "select * from yunpian_sms where apikey = ? and mobile = ? order by sid desc limit 100",
            form["apikey"],
            form.get("mobile", ""),
        )
        wanted = [row for row in rows if form.get("start_time", "") <= shanghai(row["at"]) <= form.get("end_time", "")]
        return json([_record(row) for row in wanted])

    async def user(self, request: Request) -> Response:
        return json({"balance": 100.0, "nick": "simulator"}) if self._account(await _form(request)) else _refusal(-1)

    async def sent(self, request: Request) -> Response:
        rows = self._store.rows(f"select * from yunpian_sms where {OF_KEYS} order by sid desc", *asked_keys(request))
        return json({"results": [{**row, "apikey": "", "at": utc(row["at"])} for row in rows]})

    async def reply(self, request: Request) -> Response:
        text, mobile = (await read(request, Reply)).content, request.path_params["mobile"]
        rows = self._store.rows(
            f"select apikey from yunpian_sms where mobile = ? and {OF_KEYS} order by sid desc limit 1",
            mobile,
            *asked_keys(request),
        )
        if not rows:
            raise BadRequest([{"code": "no_message", "detail": "Nobody has written to this phone.", "attr": None}], 404)
        row = {"base_extend": "8888", "extend": "01", "id": uuid4().hex, "mobile": mobile, "text": text}
        row["reply_time"] = shanghai(time.time())
        row["_sign"] = _md5(",".join([row[name] for name in sorted(row)] + [rows[0]["apikey"]]))
        account = self._account(rows[0])
        self._push(account.reply_url if account else "", "sms_reply", row, 0, REPLY_PAUSES)
        return json({}, 201)

    def _account(self, form: dict[str, Any]) -> YunpianAccount | None:
        rows = self._store.rows("select config from yunpian_account where apikey = ?", form.get("apikey", ""))
        return YunpianAccount.model_validate_json(rows[0]["config"]) if rows else None


async def _form(request: Request) -> dict[str, str]:
    body = (await request.body()).decode(errors="replace")
    return {name: values[0] for name, values in parse_qs(body, keep_blank_values=True).items()}


def _refusal(code: int, status: int = 400) -> Response:
    answer = {"http_status_code": status, "code": code, "msg": WORDS[code], "detail": WORDS[code]}
    return json(answer, status)


def _matches(template: str, text: str) -> bool:
    parts = [re.escape(part) for part in re.split(r"#\w+#", template)]
    return re.fullmatch("(.+)".join(parts), text, re.DOTALL) is not None


def _record(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "sid": str(row["sid"]),
        "mobile": row["mobile"],
        "send_time": shanghai(row["at"]),
        "text": row["text"],
        "send_status": "SUCCESS",
        "report_status": row["status"],
        "fee": 1,
        "user_receive_time": shanghai(row["at"]),
        "error_msg": "" if row["status"] == "SUCCESS" else "DB:0103",
        "uid": row["uid"],
    }


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
