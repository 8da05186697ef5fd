"""The provider simulator: an ASGI application that speaks the vendors' protocols on loopback."""

import asyncio
import contextlib
import logging
import random
import socket
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl

import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from channels_app.simulator.admin import Admin, BadRequest, bad_request, json
from channels_app.simulator.aliyun_sms import VERSION, AliyunSms, request_id
from channels_app.simulator.aliyun_words import BusinessError
from channels_app.simulator.callbacks import Callbacks
from channels_app.simulator.gateway import Gateway, GatewayError
from channels_app.simulator.mail import Mail
from channels_app.simulator.push import Pusher
from channels_app.simulator.store import Store
from channels_app.simulator.tencent_sms import TencentSms
from channels_app.simulator.vendor import Surroundings, Vendor
from channels_app.simulator.voice import Voice
from channels_app.simulator.webhook import Webhook
from channels_app.simulator.wechat import Wechat
from channels_app.simulator.wecom import Wecom
from channels_app.simulator.yunpian import Yunpian

log = logging.getLogger(__name__)

VENDORS: tuple[type[Vendor], ...] = (TencentSms, Voice, Wechat, Wecom, Mail, Webhook, Yunpian)

MOST_BYTES = 128 * 1024
HANG_SECONDS = 60
# How it is served. A vendor that does not answer holds its request for a minute: nobody waits for it once the simulator ends.
UVICORN: Final[dict[str, Any]] = {"log_level": "warning", "access_log": False, "timeout_graceful_shutdown": 1}
SENDS = frozenset({"SendSms", "SendBatchSms"})


class Endpoint:
    """`POST /`: admitted by the gateway, misbehaving as told, answered by the service."""

    def __init__(self, store: Store, pusher: Pusher, draw: random.Random) -> None:
        self._store = store
        self._pusher = pusher
        self._draw = draw
        self._gateway = Gateway(store)
        self._sms = AliyunSms(store, draw)

    async def __call__(self, request: Request) -> Response:
        faults = self._store.faults()
        body = await request.body()
        if faults.latency_ms:
            await asyncio.sleep(faults.latency_ms / 1000)
        try:
            answer = self._answer(request, body)
        except GatewayError as error:
            return _vendor(
                {"HostId": "dysmsapi.aliyuncs.com", "Code": error.code, "Message": error.message}, error.status
            )
        except BusinessError as error:
            return _vendor({"Code": error.code, "Message": error.message})
        if request.headers["x-acs-action"] in SENDS:
            self._pusher.wake()
            if self._draw.random() < faults.timeout_after_accept_rate:
                return await self._hang(request)
        return _vendor({"Code": "OK", "Message": "OK", **answer})

    def _answer(self, request: Request, body: bytes) -> dict[str, Any]:
        if len(body) > MOST_BYTES:
            raise GatewayError(413, "RequestTooLarge", "The request is larger than 128 KB.")
        key_id, key = self._gateway.admit(request, body, VERSION)
        action = self._sms.actions.get(request.headers["x-acs-action"])
        if action is None:
            raise GatewayError(
                404, "InvalidAction.NotFound", "Specified api is not found, please check your url and method."
            )
        self._misbehave(request.headers["x-acs-action"])
        try:
            params = dict(parse_qsl(request.url.query, keep_blank_values=True))
            params |= parse_qsl(body.decode(), keep_blank_values=True)
        except (UnicodeDecodeError, ValueError) as error:
            raise GatewayError(400, "InvalidParameter", "The body is not a form in UTF-8.") from error
        return action(key_id, key, params)

    def _misbehave(self, action: str) -> None:
        faults = self._store.faults()
        if self._draw.random() < faults.throttle_rate:
            raise GatewayError(400, "Throttling.User", "Request was denied due to user flow control.")
        if self._draw.random() < faults.http_503_rate:
            raise GatewayError(
                503, "ServiceUnavailable", "The request has failed due to a temporary failure of the server."
            )
        if action in SENDS and self._draw.random() < faults.http_500_rate:
            raise GatewayError(500, "InternalError", "The request processing has failed due to some unknown error.")

    async def _hang(self, request: Request) -> Response:
        """Keep silent until the caller gives up."""
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(HANG_SECONDS):
                while (await request.receive())["type"] != "http.disconnect":
                    continue
        return Response(status_code=504)


def _vendor(answer: dict[str, Any], status: int = 200) -> Response:
    return Response(
        orjson.dumps({"RequestId": request_id(), **answer}), status, media_type="application/json;charset=utf-8"
    )


def _complain(pushing: asyncio.Task[None]) -> None:
    if not pushing.cancelled() and pushing.exception():
        log.critical("no callback is pushed any more", exc_info=pushing.exception())


async def healthz(request: Request) -> Response:
    return json({"status": "ok"})


def create_app(path: Path, draw: random.Random | None = None, smtp: socket.socket | None = None) -> Starlette:
    """Build the application over the SQLite file at `path`, which is made if it does not exist.

    `smtp` is where its mail server listens; without it there is none.
    """

    @contextlib.asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        store = Store(path)
        pusher, callbacks, chance = Pusher(store), Callbacks(store), draw or random.Random()
        vendors = [vendor(Surroundings(store, callbacks, chance)) for vendor in VENDORS]
        for vendor in vendors:
            store.script(vendor.schema)
            app.router.routes.extend(vendor.routes())
        app.router.routes.append(Route("/", Endpoint(store, pusher, chance).__call__, methods=["GET", "POST"]))
        app.router.routes.extend(Admin(store, pusher, callbacks, vendors).routes())
        pushing = [asyncio.create_task(pusher.run()), asyncio.create_task(callbacks.run())]
        for task in pushing:
            task.add_done_callback(_complain)
        mails = [vendor for vendor in vendors if isinstance(vendor, Mail)]
        if smtp is not None:
            for mail in mails:
                await mail.listen(smtp)
        try:
            yield
        finally:
            for mail in mails:
                await mail.close()
            for task in pushing:
                task.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await task
            await pusher.close()
            await callbacks.close()
            store.close()

    return Starlette(
        routes=[Route("/healthz", healthz)], lifespan=lifespan, exception_handlers={BadRequest: bad_request}
    )
