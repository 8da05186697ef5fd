"""A robot vendor that speaks docs/reference/channels/call-robot-http.md, at `/robot`."""

import base64
import hashlib
import hmac
import json
import time
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from channels_app.simulator.aliyun_sms import VARIABLE
from channels_app.simulator.vendor import Surroundings
from channels_app.simulator.voice_aliyun import hang_until_gone
from channels_app.simulator.voice_calls import Calls, Order, Row
from channels_app.simulator.voice_config import HEARD, End, VoiceAccount

SERVICE = "robot_http"
TOLERANCE_SECONDS = 300
# Inside the tolerance of the signature, which is made once.
PAUSES_SECONDS = (5, 30, 120)
RESULT = {
    End.COMPLETED: "answered",
    End.HUNG_UP: "answered",
    End.UNREACHABLE: "unreachable",
    End.OUT_OF_HOURS: "restricted",
    End.TOO_OFTEN: "restricted",
}


class Refusal(Exception):
    def __init__(self, status: int, code: str, detail: str, retry_after: int | None = None) -> None:
        super().__init__(code)
        self.status, self.code, self.detail, self.retry_after = status, code, detail, retry_after


class Robot:
    def __init__(self, surroundings: Surroundings, calls: Calls) -> None:
        self._surroundings = surroundings
        self._calls = calls
        calls.listen(SERVICE, self._tell)

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/robot/account", self.about, methods=["GET"]),
            Route("/robot/calls", self.call, methods=["POST"]),
            Route("/robot/calls/{id}", self.read, methods=["GET"]),
        ]

    async def call(self, request: Request) -> Response:
        body = await request.body()
        await self._surroundings.lag()
        try:
            id_, account = self._admit(request, body)
            self._misbehave()
            row, new = self._placed(id_, account, body, request.headers["webhook-id"])
        except Refusal as refusal:
            return _refused(refusal)
        if self._surroundings.strikes(self._surroundings.faults().timeout_after_accept_rate):
            return await hang_until_gone(request)
        return _json({"call_id": row["call_id"], "state": row["state"]}, 202 if new else 200)

    async def about(self, request: Request) -> Response:
        await self._surroundings.lag()
        try:
            id_, account = self._admit(request, b"")
            self._misbehave()
        except Refusal as refusal:
            return _refused(refusal)
        return _json({"account": id_, "scripts": sorted(account.templates)})

    async def read(self, request: Request) -> Response:
        await self._surroundings.lag()
        try:
            id_, _ = self._admit(request, b"")
            call = self._known(id_, request.path_params["id"])
            if call is None:
                raise Refusal(404, "call_unknown", "No call has this id.")
        except Refusal as refusal:
            return _refused(refusal)
        return _json(_said(call) if call["state"] == "ended" else {"call_id": call["call_id"], "state": call["state"]})

    def _admit(self, request: Request, body: bytes) -> tuple[str, VoiceAccount]:
        headers = request.headers
        account = self._calls.account(SERVICE, headers.get("robot-account", ""))
        if account is None:
            raise Refusal(401, "account_unknown", "robot-account names no account.")
        stamp, call_id = headers.get("webhook-timestamp", ""), headers.get("webhook-id", "")
        if not stamp.isdigit() or abs(time.time() - int(stamp)) > TOLERANCE_SECONDS:
            raise Refusal(401, "timestamp_old", "webhook-timestamp is more than five minutes off.")
        if _sign(account.secret, call_id, stamp, body) not in headers.get("webhook-signature", "").split():
            raise Refusal(401, "signature_wrong", "webhook-signature does not match.")
        return headers["robot-account"], account

    def _misbehave(self) -> None:
        faults, strikes = self._surroundings.faults(), self._surroundings.strikes
        if strikes(faults.throttle_rate):
            raise Refusal(429, "too_many_requests", "Slow down.", 1)
        if strikes(faults.http_503_rate):
            raise Refusal(503, "unavailable", "Try again.")
        if strikes(faults.http_500_rate):
            raise Refusal(500, "internal_error", "Something went wrong.")

    def _known(self, account: str, id_: str) -> Row | None:
        rows = self._calls.where("service = ? and account = ? and reference = ?", SERVICE, account, id_)
        return rows[0] if rows else None

    def _placed(self, account_id: str, account: VoiceAccount, body: bytes, signed_id: str) -> tuple[Row, bool]:
        asked = _read(body)
        if asked["id"] != signed_id:
            raise Refusal(400, "invalid", "webhook-id is not the call's id.")
        known = self._known(account_id, asked["id"])
        if known is not None:
            if known["asked"] != _digest(asked):
                raise Refusal(409, "id_reused", "Another call has this id.")
            return known, False
        text = account.templates.get(asked["script"])
        if text is None:
            raise Refusal(422, "script_unknown", "There is no such script.")
        missing = [name for name in VARIABLE.findall(text) if not asked["variables"].get(name)]
        if missing:
            raise Refusal(422, "variable_missing", missing[0])
        phone = asked["to"]
        if not (phone.startswith("+861") and phone[1:].isdigit() and len(phone) == 14):
            raise Refusal(422, "number_invalid", "to is not a mainland mobile number in E.164.")
        if self._calls.limit_of(phone[3:], account):
            raise Refusal(429, "callee_limit", "This number has been called too often.", 300)
        content = VARIABLE.sub(lambda match: str(asked["variables"][match[1]]), text)
        order = Order(
            SERVICE,
            account_id,
            phone[3:],
            asked["id"],
            asked["script"],
            content,
            asked["variables"],
            callback=asked.get("callback") or account.report_url,
            asked=_digest(asked),
        )
        return self._calls.place(order, account), True

    def _tell(self, call: Row, what: str) -> None:
        account = self._calls.account(SERVICE, call["account"])
        if account is None or what == "keys":
            return
        said: dict[str, Any] = {"type": "call.progress", "state": call["state"]}
        if what in ("ended", "corrected"):
            said = {"type": f"call.{what}", **_said(call)}
        self._send(account, call, what, said)
        around = self._surroundings
        if what == "ended" and around.strikes(around.faults().corrected_receipt_rate):
            opposite = "no_answer" if call["ending"] in HEARD else "answered"
            self._send(account, call, "corrected", {**said, "type": "call.corrected", "result": opposite, "intent": ""})

    def _send(self, account: VoiceAccount, call: Row, what: str, said: dict[str, Any]) -> None:
        said = said | {"id": call["reference"], "call_id": call["call_id"], "to": f"+86{call['callee']}", "at": _now()}
        body, callback_id = orjson.dumps(said), f"cb_{call['id']}_{what}_{time.time_ns()}"
        stamp = str(int(time.time()))
        headers = {
            "webhook-id": callback_id,
            "webhook-timestamp": stamp,
            "webhook-signature": _sign(account.secret, callback_id, stamp, body),
        }
        around = self._surroundings
        for _ in range(2 if around.strikes(around.faults().duplicate_callback_rate) else 1):
            around.callbacks.push(
                call["callback"],
                body,
                content_type="application/json",
                taken_if="http_200",
                after=around.delay_of_callback(),
                pauses=[pause * account.retry_scale for pause in PAUSES_SECONDS],
                headers=headers,
            )


def _read(body: bytes) -> dict[str, Any]:
    try:
        asked = orjson.loads(body)
        UUID(asked["id"])
        texts = [asked["script"], asked["to"], asked["purpose"], *asked["variables"].values()]
        hours = asked["window"]["hours"]
        valid = all(isinstance(text, str) for text in texts) and all({"from", "until"} == set(span) for span in hours)
    except (orjson.JSONDecodeError, KeyError, TypeError, ValueError, AttributeError) as error:
        raise Refusal(400, "invalid", f"The body is not a call: {error!r}") from error
    if not valid:
        raise Refusal(400, "invalid", "The body is not a call.")
    return dict(asked)


def _said(call: Row) -> dict[str, Any]:
    heard = call["ending"] in HEARD
    seconds = round(call["ended_at"] - call["answered_at"]) if call["answered_at"] else 0
    return {
        "state": "ended",
        "call_id": call["call_id"],
        "result": RESULT.get(End(call["ending"]), call["ending"]),
        "intent": call["intent"],
        "seconds": seconds,
        "rounds": 1 + len(call["keys"]) if heard else 0,
        "tags": [f"intent:{call['intent']}"] if call["intent"] else [],
        "recording_url": f"https://recordings.example/{call['call_id']}.wav" if heard else "",
        "summary": call["content"][:500] if heard else "",
        "keys": call["keys"],
        "hung_up_by": "person" if call["ending"] in (End.HUNG_UP, End.REJECTED) else "robot",
        "opted_out": bool(call["opted_out"]),
        "at": datetime.fromtimestamp(call["ended_at"], UTC).isoformat(),
    }


def _digest(asked: dict[str, Any]) -> str:
    return hashlib.sha256(json.dumps(asked, sort_keys=True).encode()).hexdigest()


def _sign(secret: str, call_id: str, stamp: str, body: bytes) -> str:
    key = base64.b64decode(secret.split("_", 1)[-1])
    made = hmac.digest(key, b".".join((call_id.encode(), stamp.encode(), body)), "sha256")
    return f"v1,{base64.b64encode(made).decode()}"


def _now() -> str:
    return datetime.now(UTC).isoformat()


def _json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


def _refused(refusal: Refusal) -> Response:
    response = _json({"code": refusal.code, "detail": refusal.detail}, refusal.status)
    if refusal.retry_after is not None:
        response.headers["retry-after"] = str(refusal.retry_after)
    return response
