"""The simulator's own API: phones, replies, faults, access keys, reset, export. It has no counterpart at the vendor."""

import time
from collections.abc import AsyncIterator, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import orjson
from pydantic import BaseModel, ValidationError
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from channels_app.simulator.aliyun_sms import MAINLAND
from channels_app.simulator.callbacks import Callbacks
from channels_app.simulator.config import AccessKey, Faults, Reply
from channels_app.simulator.push import Pusher
from channels_app.simulator.store import Store
from channels_app.simulator.vendor import Vendor

MOST_PHONES = 200
MOST_OF_PHONE = 500
EXPORT_PAGE = 5000
STATUS = {1: "accepted", 2: "failed", 3: "delivered"}

Body = TypeVar("Body", bound=BaseModel)


# Asked with `?access_key=`, repeated: what concerns these keys only. Without it: everything.
OF_KEYS = "(? or access_key in (select value from json_each(?)))"


def asked_keys(request: Request) -> tuple[bool, str]:
    keys = request.query_params.getlist("access_key")
    return not keys, orjson.dumps(keys).decode()


class BadRequest(Exception):
    def __init__(self, errors: list[dict[str, Any]], status: int = 400) -> None:
        super().__init__("bad request")
        self.errors = errors
        self.status = status


def json(value: Any, status: int = 200) -> Response:
    return Response(orjson.dumps(value), status, media_type="application/json")


async def bad_request(request: Request, error: Exception) -> Response:
    assert isinstance(error, BadRequest)
    return json(
        {"type": "validation_error" if error.status == 400 else "client_error", "errors": error.errors}, error.status
    )


async def read(request: Request, model: type[Body]) -> Body:
    try:
        return model.model_validate_json(await request.body())
    except ValidationError as error:
        details = [
            {"code": e["type"], "detail": e["msg"], "attr": ".".join(map(str, e["loc"])) or None}
            for e in error.errors()
        ]
        raise BadRequest(details) from error


def utc(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat()


class Admin:
    def __init__(self, store: Store, pusher: Pusher, callbacks: Callbacks, vendors: Sequence[Vendor]) -> None:
        self._store = store
        self._pusher = pusher
        self._callbacks = callbacks
        self._forgotten = ["callback", *(table for vendor in vendors for table in vendor.forgotten)]

    def routes(self) -> list[Route]:
        return [
            Route("/admin/phones/", self.phones),
            Route("/admin/phones/{phone}/", self.phone),
            Route("/admin/phones/{phone}/replies/", self.reply, methods=["POST"]),
            Route("/admin/faults/", self.faults),
            Route("/admin/faults/", self.put_faults, methods=["PUT"]),
            Route("/admin/access-keys/{id}/", self.put_access_key, methods=["PUT"]),
            Route("/admin/reset/", self.reset, methods=["POST"]),
            Route("/admin/export/", self.export),
        ]

    async def phones(self, request: Request) -> Response:
        rows = self._store.rows(
            f"select phone, sum(messages) as messages, max(last_at) as last_at from phone where {OF_KEYS}"
            " group by phone order by last_at desc limit ?",
            *asked_keys(request),
            MOST_PHONES,
        )
        phones = [
            {"phone": f"+86{row['phone']}", "messages": row["messages"], "last_at": utc(row["last_at"])} for row in rows
        ]
        return json({"results": phones})

    async def phone(self, request: Request) -> Response:
        """Everything on one phone's screen, oldest first; `in` is to the phone, `out` from it."""
        phone = self._number(request)
        tail = f"where phone = ? and {OF_KEYS} order by id desc limit ?"
        args = (phone, *asked_keys(request), MOST_OF_PHONE)
        messages = self._store.rows(f"select * from message {tail}", *args)
        replies = self._store.rows(f"select * from reply {tail}", *args)
        rows = [{**_message(row), "vendor": self._vendor(row)} for row in messages]
        rows += [{**_reply(row), "vendor": self._vendor(row)} for row in replies]
        return json({"results": sorted(rows, key=lambda row: str(row["at"]))})

    def _vendor(self, row: dict[str, Any]) -> str:
        key = self._store.access_key(row["access_key"])
        return key.vendor if key else ""

    async def reply(self, request: Request) -> Response:
        body = await read(request, Reply)
        keys = request.query_params.getlist("access_key")
        if not self._store.add_reply(self._number(request), body.content, time.time(), keys):
            raise BadRequest([{"code": "no_message", "detail": "Nobody has written to this phone.", "attr": None}], 404)
        self._pusher.wake()
        return json({}, 201)

    def _number(self, request: Request) -> str:
        match = MAINLAND.fullmatch(request.path_params["phone"])
        if match is None:
            raise BadRequest(
                [{"code": "not_found", "detail": "This is not a mainland mobile number.", "attr": None}], 404
            )
        return match[1]

    async def faults(self, request: Request) -> Response:
        return json(self._store.faults().model_dump())

    async def put_faults(self, request: Request) -> Response:
        self._store.put_faults(await read(request, Faults))
        return await self.faults(request)

    async def put_access_key(self, request: Request) -> Response:
        config = await read(request, AccessKey)
        self._store.put_access_key(request.path_params["id"], config)
        return json(config.model_dump(exclude={"secret"}))

    async def reset(self, request: Request) -> Response:
        """Forget all messages and faults; access keys stay. When it is answered, no callback is under way."""
        self._store.reset(self._forgotten)
        await self._pusher.quiet()
        await self._callbacks.quiet()
        return Response(status_code=204)

    async def export(self, request: Request) -> Response:
        """Stream every accepted message as a line of JSON, in the order of acceptance."""
        return StreamingResponse(self._lines(), media_type="application/x-ndjson")

    async def _lines(self) -> AsyncIterator[bytes]:
        last = 0
        while rows := self._store.rows("select * from message where id > ? order by id limit ?", last, EXPORT_PAGE):
            last = rows[-1]["id"]
            yield b"".join(orjson.dumps(row) + b"\n" for row in rows)


def _message(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"m{row['id']}",
        "at": utc(row["accepted_at"]),
        "direction": "in",
        "sign_name": row["sign_name"],
        "content": row["content"],
        "out_id": row["out_id"],
        "biz_id": row["biz_id"],
        "status": STATUS[row["status"]],
    }


def _reply(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"r{row['id']}",
        "at": utc(row["at"]),
        "direction": "out",
        "sign_name": row["sign_name"],
        "content": row["content"],
        "out_id": "",
        "biz_id": "",
        "status": "",
    }
