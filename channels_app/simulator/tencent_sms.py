"""Tencent Cloud's SMS service (sms 2021-01-11): `POST /` with X-TC-Action, misbehaving as told."""

from collections.abc import Callable, Mapping
from typing import Any, ClassVar
from uuid import uuid4

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute

from channels_app.simulator import tencent_registry
from channels_app.simulator.config import AccessKey
from channels_app.simulator.shared_root import RootRoute
from channels_app.simulator.tencent_gateway import Refusal, TencentGateway
from channels_app.simulator.tencent_sending import TencentSending
from channels_app.simulator.vendor import Surroundings, hang

VERSION = "2021-01-11"
MOST_BYTES = 10 * 1024 * 1024

Action = Callable[[str, AccessKey, Mapping[str, Any]], dict[str, Any]]


class TencentSms:
    """Its messages, replies and pushes are kept beside Aliyun's: they are on the same phones."""

    name: ClassVar[str] = "tencent"
    schema: ClassVar[str] = ""
    forgotten: ClassVar[tuple[str, ...]] = ()

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._gateway = TencentGateway(surroundings.store, "sms", VERSION)
        sending = TencentSending(surroundings)
        self._actions: dict[str, Action] = {
            "SendSms": sending.send_sms,
            "PullSmsSendStatusByPhoneNumber": sending.pull_by_number,
            "DescribeSmsTemplateList": tencent_registry.describe_templates,
            "DescribeSmsSignList": tencent_registry.describe_signs,
        }

    def routes(self) -> list[BaseRoute]:
        return [RootRoute(self.call, when=lambda headers: "x-tc-action" in headers)]

    async def call(self, request: Request) -> Response:
        body = await request.body()
        faults = self._around.faults()
        await self._around.lag()
        if self._around.strikes(faults.http_503_rate):
            return Response("<html><h1>503 Service Unavailable</h1></html>", 503, media_type="text/html")
        try:
            answer = self._answer(request, body)
        except Refusal as refusal:
            return _response({"Error": {"Code": refusal.code, "Message": refusal.message}})
        if request.headers["x-tc-action"] == "SendSms":
            self._around.store.wake()
            if self._around.strikes(faults.timeout_after_accept_rate):
                return await hang()
        return _response(answer)

    def _answer(self, request: Request, body: bytes) -> dict[str, Any]:
        if request.method != "POST" or len(body) > MOST_BYTES:
            raise Refusal("UnsupportedProtocol", "Only POST of at most 10 MB is supported here.")
        key_id, key = self._gateway.admit(request, body)
        action = self._actions.get(request.headers["x-tc-action"])
        if action is None:
            raise Refusal("InvalidAction", "The requested API does not exist.")
        faults = self._around.faults()
        if self._around.strikes(faults.throttle_rate):
            raise Refusal("RequestLimitExceeded", "Your current request times exceed the limit.")
        if action == self._actions["SendSms"] and self._around.strikes(faults.http_500_rate):
            raise Refusal("InternalError.OtherError", "Other internal error.")
        try:
            asked = orjson.loads(body)
        except orjson.JSONDecodeError as error:
            raise Refusal("InvalidParameter", "The request body is not JSON.") from error
        if not isinstance(asked, dict):
            raise Refusal("InvalidParameter", "The request body is not a JSON object.")
        return action(key_id, key, asked)


def _response(answer: Mapping[str, Any]) -> Response:
    """The vendor's SDK looks for an Error only under this very content type, without a charset."""
    content = orjson.dumps({"Response": {**answer, "RequestId": str(uuid4())}})
    return Response(content, headers={"content-type": "application/json"})
