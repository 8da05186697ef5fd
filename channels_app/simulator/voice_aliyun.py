"""The front door of Aliyun's voice services at `POST /`: which requests are theirs, and how they are answered."""

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from typing import Any, TypeAlias
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Match, Route
from starlette.types import Scope

from channels_app.simulator.aliyun_sms import request_id
from channels_app.simulator.aliyun_words import BusinessError
from channels_app.simulator.config import AccessKey
from channels_app.simulator.gateway import Gateway, GatewayError
from channels_app.simulator.vendor import Surroundings
from channels_app.simulator.voice_calls import Calls
from channels_app.simulator.voice_config import VoiceAccount

MOST_BYTES = 128 * 1024
HANG_SECONDS = 60

Params: TypeAlias = Mapping[str, str]
Action: TypeAlias = Callable[[str, VoiceAccount, Params], dict[str, Any]]


class Keys:
    """The access keys of one service, as the gateway looks them up."""

    def __init__(self, surroundings: Surroundings, calls: Calls, service: str) -> None:
        self._store = surroundings.store
        self._calls = calls
        self._service = service

    def access_key(self, key_id: str) -> AccessKey | None:
        account = self._calls.account(self._service, key_id)
        return None if account is None else AccessKey(secret=account.secret, qps=account.qps)

    def use_nonce(self, value: str, now: float, keep_seconds: float) -> bool:
        return self._store.use_nonce(value, now, keep_seconds)


class AcsService(Route):
    """One Aliyun service: of all that is posted to `/` it takes what names its version and one of its actions.

    `sends` are the actions after which a person may have been called: only these lose their answer.
    """

    def __init__(
        self,
        surroundings: Surroundings,
        calls: Calls,
        *,
        service: str,
        version: str,
        host: str,
        actions: Mapping[str, Action],
        sends: frozenset[str],
        success: Mapping[str, Any],
        whole_version: bool = False,
    ) -> None:
        self._surroundings = surroundings
        self._calls = calls
        self._service = service
        self._version = version
        self._host = host
        self._actions = actions
        self._sends = sends
        self._success = success
        self._whole_version = whole_version
        self._gateway = Gateway(Keys(surroundings, calls, service))
        super().__init__("/", self.answer, methods=["POST"])

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        match, child = super().matches(scope)
        if match != Match.FULL:
            return Match.NONE, {}
        headers = dict(scope["headers"])
        named = headers.get(b"x-acs-action", b"").decode("latin-1") in self._actions
        ours = headers.get(b"x-acs-version", b"").decode("latin-1") == self._version
        return (match, child) if named or (ours and self._whole_version) else (Match.NONE, {})

    async def answer(self, request: Request) -> Response:
        body = await request.body()
        await self._surroundings.lag()
        action = request.headers["x-acs-action"]
        try:
            answer = self._act(request, body, action)
        except GatewayError as error:
            return _json({"HostId": self._host, "Code": error.code, "Message": error.message}, error.status)
        except BusinessError as error:
            failure = {"Success": False, "HttpStatusCode": 400} if "Success" in self._success else {}
            return _json({**failure, "Code": error.code, "Message": error.message})
        if action in self._sends and self._surroundings.strikes(self._surroundings.faults().timeout_after_accept_rate):
            return await hang_until_gone(request)
        return _json({"Code": "OK", "Message": "OK", **self._success, **answer})

    def _act(self, request: Request, body: bytes, name: str) -> dict[str, Any]:
        if len(body) > MOST_BYTES or len(request.url.query) > MOST_BYTES:
            raise GatewayError(413, "RequestTooLarge", "The request is larger than 128 KB.")
        key_id, _ = self._gateway.admit(request, body, self._version)
        action, account = self._actions.get(name), self._calls.account(self._service, key_id)
        if action is None or account is None:
            text = "Specified api is not found, please check your url and method."
            raise GatewayError(404, "InvalidAction.NotFound", text)
        self._misbehave(name)
        try:
            params = dict(parse_qsl(request.url.query, keep_blank_values=True))
            params |= parse_qsl(body.decode(), keep_blank_values=True)
        except (UnicodeDecodeError, ValueError) as error:
            raise GatewayError(400, "InvalidParameter", "The body is not a form in UTF-8.") from error
        return action(key_id, account, params)

    def _misbehave(self, action: str) -> None:
        faults, strikes = self._surroundings.faults(), self._surroundings.strikes
        if strikes(faults.throttle_rate):
            raise GatewayError(400, "Throttling.User", "Request was denied due to user flow control.")
        if strikes(faults.http_503_rate):
            text = "The request has failed due to a temporary failure of the server."
            raise GatewayError(503, "ServiceUnavailable", text)
        if action in self._sends and strikes(faults.http_500_rate):
            raise GatewayError(500, "InternalError", "The request processing has failed due to some unknown error.")


def require(params: Params, *names: str) -> None:
    for name in names:
        if not params.get(name):
            raise GatewayError(400, f"Missing{name}", f"{name} is mandatory for this action.")


def _json(answer: dict[str, Any], status: int = 200) -> Response:
    body = orjson.dumps({"RequestId": request_id(), **answer})
    return Response(body, status, media_type="application/json;charset=utf-8")


async def hang_until_gone(request: Request) -> Response:
    """Keep silent until the caller gives up."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(HANG_SECONDS):
            while (await request.receive())["type"] != "http.disconnect":
                continue
    return Response(status_code=504)
