"""The simulated WeChat, at `/wechat/cgi-bin/...`; its players' API is in `wechat_people`."""

from collections.abc import Awaitable, Callable
from typing import Any, ClassVar, TypeAlias

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from channels_app.simulator.vendor import Surroundings, hang
from channels_app.simulator.wechat_errors import WechatError
from channels_app.simulator.wechat_people import People
from channels_app.simulator.wechat_push import WechatPush
from channels_app.simulator.wechat_reads import Reads
from channels_app.simulator.wechat_sends import Call, Sends
from channels_app.simulator.wechat_store import FORGOTTEN, SCHEMA, WechatStore
from channels_app.simulator.wechat_tokens import TokenDesk

MOST_BYTES = 1024 * 1024
Endpoint: TypeAlias = Callable[[Request], Awaitable[Response]]
Api: TypeAlias = Callable[[Call], dict[str, Any]]


class Wechat:
    name: ClassVar[str] = "wechat"
    schema: ClassVar[str] = SCHEMA
    forgotten: ClassVar[tuple[str, ...]] = FORGOTTEN

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._store = WechatStore(surroundings.store)
        self._tokens = TokenDesk(self._store)
        self._push = WechatPush(surroundings)

    def routes(self) -> list[BaseRoute]:
        sends, reads = Sends(self._store, self._push, self._around), Reads(self._store)
        posted: dict[str, tuple[Api, bool]] = {
            "cgi-bin/message/template/send": (sends.template, True),
            "cgi-bin/message/custom/send": (sends.service, True),
            "cgi-bin/message/subscribe/send": (sends.subscribe, True),
            "cgi-bin/message/subscribe/bizsend": (sends.bizsend, True),
            "cgi-bin/qrcode/create": (reads.qrcode, False),
            "cgi-bin/user/info/batchget": (reads.people, False),
        }
        got: dict[str, Api] = {
            "cgi-bin/user/get": reads.followers,
            "cgi-bin/user/info": reads.person,
            "cgi-bin/template/get_all_private_template": reads.private_templates,
            "wxaapi/newtmpl/gettemplate": reads.subscribe_templates,
            "cgi-bin/get_api_domain_ip": reads.addresses,
        }
        both = ["GET", "POST"]
        return [
            Route("/wechat/cgi-bin/token", self.plain_token, methods=both),
            Route("/wechat/cgi-bin/stable_token", self.stable_token, methods=both),
            *(
                Route(f"/wechat/{path}", self._api(api, "POST", sends=s), methods=both)
                for path, (api, s) in posted.items()
            ),
            *(Route(f"/wechat/{path}", self._api(api, "GET"), methods=both) for path, api in got.items()),
            *People(self._store, self._tokens, self._push).routes(),
        ]

    async def plain_token(self, request: Request) -> Response:
        query = request.query_params
        appid, ip = query.get("appid"), request.client.host if request.client else ""

        def answer() -> dict[str, Any]:
            account = self._tokens.admit(appid, query.get("secret"), query.get("grant_type"), ip)
            return self._tokens.plain(str(appid), account)

        return await self._answered(request, answer)

    async def stable_token(self, request: Request) -> Response:
        body, ip = await request.body(), request.client.host if request.client else ""

        def answer() -> dict[str, Any]:
            _must_be(request, "POST")
            asked = _json(body)
            account = self._tokens.admit(asked.get("appid"), asked.get("secret"), asked.get("grant_type"), ip)
            return self._tokens.stable(str(asked["appid"]), account, force=asked.get("force_refresh") is True)

        return await self._answered(request, answer)

    def _api(self, api: Api, method: str, *, sends: bool = False) -> Endpoint:
        async def endpoint(request: Request) -> Response:
            body = await request.body()

            def answer() -> dict[str, Any]:
                _must_be(request, method)
                appid, account = self._tokens.owner(request.query_params.get("access_token", ""))
                asked = _json(body) if method == "POST" else {}
                return {"errcode": 0, "errmsg": "ok", **api(Call(appid, account, dict(request.query_params), asked))}

            return await self._answered(request, answer, sends=sends)

        return endpoint

    async def _answered(
        self, request: Request, answer: Callable[[], dict[str, Any]], *, sends: bool = False
    ) -> Response:
        faults = self._around.faults()
        await self._around.lag()
        if self._around.strikes(faults.throttle_rate):
            return _shown(WechatError(45011, "api minute-quota reach limit, must slower, retry next minute").answer())
        if self._around.strikes(faults.http_503_rate):
            return _shown(WechatError(-1, "system error").answer())
        if self._around.strikes(faults.http_500_rate):
            return Response("<html><body>502 Bad Gateway</body></html>", 502, media_type="text/html")
        try:
            said = answer()
        except WechatError as error:
            return _shown(error.answer())
        if sends and self._around.strikes(faults.timeout_after_accept_rate):
            return await hang()
        return _shown(said)


def _must_be(request: Request, method: str) -> None:
    if request.method != method:
        raise WechatError(43001 if method == "GET" else 43002, f"require {method} method")


def _json(body: bytes) -> dict[str, Any]:
    if not body:
        raise WechatError(44002, "empty post data")
    if len(body) > MOST_BYTES:
        raise WechatError(45001, "media size out of limit")
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise WechatError(47001, "data format error") from error
    if not isinstance(value, dict):
        raise WechatError(47001, "data format error")
    return value


def _shown(answer: dict[str, Any]) -> Response:
    return Response(orjson.dumps(answer), media_type="application/json; encoding=utf-8")
