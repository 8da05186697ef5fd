"""A receiver of signed messages, as the author of one would write it from the standard's text alone."""

import base64
import hashlib
import hmac
import json as stdjson
import time
from typing import Any, ClassVar
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from channels_app.simulator.admin import BadRequest, asked_keys, json, read, utc
from channels_app.simulator.config import Count, Strict
from channels_app.simulator.vendor import Surroundings, hang

SCHEMA = """
create table if not exists webhook_endpoint (name text primary key, config text not null) without rowid;
create table if not exists webhook_message (
    id text primary key,
    name text not null,
    body text not null,
    tries integer not null default 1,
    at real not null
) without rowid;
"""
TOLERANCE_SECONDS = 300
OF_KEYS = "(? or name in (select value from json_each(?)))"


class Endpoint(Strict):
    """`status_url` is told that each message was delivered, if there is one. `gone` answers 410 to everything."""

    secret: str
    status_url: str = ""
    delivery_ms: Count = 200
    gone: bool = False


class Webhook:
    """The vendor `webhook`: an account's base URL is `http://127.0.0.1:<port>/webhook/<a name>`."""

    name: ClassVar[str] = "webhook"
    schema: ClassVar[str] = SCHEMA
    forgotten: ClassVar[tuple[str, ...]] = ("webhook_message",)

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._store = surroundings.store

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/webhook/{name}", self.take, methods=["POST"]),
            Route("/admin/webhook/", self.messages),
            Route("/admin/webhook/endpoints/{name}/", self.put_endpoint, methods=["PUT"]),
        ]

    async def put_endpoint(self, request: Request) -> Response:
        config = await read(request, Endpoint)
        self._store.run(
            "insert or replace into webhook_endpoint values (?, ?)",
            request.path_params["name"],
            config.model_dump_json(),
        )
        return json(config.model_dump(exclude={"secret"}))

    async def messages(self, request: Request) -> Response:
        rows = self._store.rows(
            f"select * from webhook_message where {OF_KEYS} order by at desc limit 200", *asked_keys(request)
        )
        return json({"results": [{**row, "at": utc(row["at"]), "body": stdjson.loads(row["body"])} for row in rows]})

    async def take(self, request: Request) -> Response:
        body, faults = await request.body(), self._around.faults()
        await self._around.lag()
        rows = self._store.rows("select config from webhook_endpoint where name = ?", request.path_params["name"])
        if not rows:
            return Response(status_code=404)
        endpoint = Endpoint.model_validate_json(rows[0]["config"])
        if endpoint.gone:
            return Response(status_code=410)
        if self._around.strikes(faults.throttle_rate):
            return Response(status_code=429, headers={"retry-after": "2"})
        if self._around.strikes(faults.http_503_rate):
            return Response(status_code=503)
        self._verify(endpoint.secret, request, body)
        self._keep(request.path_params["name"], endpoint, request.headers["webhook-id"], _message(body))
        if self._around.strikes(faults.timeout_after_accept_rate):
            return await hang()
        # The message is kept, and yet the sender hears of an error: only the id keeps it from being taken twice.
        return Response(status_code=500 if self._around.strikes(faults.http_500_rate) else 204)

    def _verify(self, secret: str, request: Request, body: bytes) -> None:
        sent_at, claimed = request.headers.get("webhook-timestamp", ""), request.headers.get("webhook-signature", "")
        if not sent_at.isdigit() or abs(time.time() - int(sent_at)) > TOLERANCE_SECONDS:
            raise BadRequest([{"code": "stale", "detail": "webhook-timestamp is not of now", "attr": None}], 401)
        content = b".".join([request.headers.get("webhook-id", "").encode(), sent_at.encode(), body])
        right = _sign(secret, content)
        if not any(hmac.compare_digest(right, one) for one in claimed.split(" ")):
            raise BadRequest([{"code": "forged", "detail": "webhook-signature is wrong", "attr": None}], 401)

    def _keep(self, name: str, endpoint: Endpoint, id_: str, message: dict[str, Any]) -> None:
        known = self._store.rows("update webhook_message set tries = tries + 1 where id = ? returning id", id_)
        if known:
            return
        self._store.run(
            "insert into webhook_message (id, name, body, at) values (?, ?, ?, ?)",
            id_,
            name,
            stdjson.dumps(message),
            time.time(),
        )
        failed = self._around.strikes(self._around.faults().fail_delivery_rate)
        report = {"id": message["data"]["id"], "status": "failed" if failed else "delivered"}
        self._report(endpoint, report | ({"code": "not_home"} if failed else {}))

    def _report(self, endpoint: Endpoint, report: dict[str, Any]) -> None:
        body = stdjson.dumps({"type": "message.status", "data": report}).encode()
        id_, now = f"report_{uuid4().hex}", str(int(time.time()))
        signature = _sign(endpoint.secret, b".".join([id_.encode(), now.encode(), body]))
        for _ in range(2 if self._around.strikes(self._around.faults().duplicate_callback_rate) else 1):
            self._around.callbacks.push(
                endpoint.status_url,
                body,
                content_type="application/json",
                taken_if="http_200",
                after=endpoint.delivery_ms / 1000 + self._around.delay_of_callback(),
                headers={"webhook-id": id_, "webhook-timestamp": now, "webhook-signature": signature},
            )


def _message(body: bytes) -> dict[str, Any]:
    message: dict[str, Any] = stdjson.loads(body)
    if message.get("type") != "message.send" or not message.get("data", {}).get("id"):
        raise BadRequest([{"code": "invalid", "detail": "This is not a message.", "attr": None}], 422)
    return message


def _sign(secret: str, content: bytes) -> str:
    digest = hmac.new(base64.b64decode(secret.split("_", 1)[1]), content, hashlib.sha256).digest()
    return f"v1,{base64.b64encode(digest).decode()}"
