"""The simulated voice vendors: Aliyun's two services, a robot by HTTP, and the telephones of those who are called."""

from typing import Any, ClassVar

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from channels_app.simulator.admin import BadRequest, json, read, utc
from channels_app.simulator.vendor import Surroundings
from channels_app.simulator.voice_calls import SCHEMA, Calls, NoSuchAct, Row
from channels_app.simulator.voice_config import Act, VoiceAccount
from channels_app.simulator.voice_outbound import SERVICE as ALIYUN_ROBOT
from channels_app.simulator.voice_outbound import Outbound
from channels_app.simulator.voice_robot import SERVICE as ROBOT
from channels_app.simulator.voice_robot import Robot
from channels_app.simulator.voice_tts import SERVICE as TTS
from channels_app.simulator.voice_tts import Tts

SERVICES = frozenset({TTS, ALIYUN_ROBOT, ROBOT})
MOST_CALLS = 200
SHOWN = ("service", "script", "content", "reference", "call_id", "state", "ending", "keys", "intent")


class Voice:
    name: ClassVar[str] = "voice"
    schema: ClassVar[str] = SCHEMA
    forgotten: ClassVar[tuple[str, ...]] = ("voice_call", "voice_group")

    def __init__(self, surroundings: Surroundings) -> None:
        self._calls = Calls(surroundings)
        self._tts = Tts(surroundings, self._calls)
        self._outbound = Outbound(surroundings, self._calls)
        self._robot = Robot(surroundings, self._calls)

    def routes(self) -> list[BaseRoute]:
        # Calls that rang when the simulator was stopped go on.
        self._calls.wake()
        return [
            self._tts.route(),
            self._outbound.route(),
            *self._robot.routes(),
            Route("/admin/voice/accounts/{service}/{id}/", self.put_account, methods=["PUT"]),
            Route("/admin/voice/calls/", self.calls, methods=["GET"]),
            Route("/admin/voice/calls/{id:int}/acts/", self.act, methods=["POST"]),
        ]

    async def put_account(self, request: Request) -> Response:
        config, service = await read(request, VoiceAccount), request.path_params["service"]
        if service not in SERVICES:
            raise BadRequest([{"code": "not_found", "detail": "There is no such service.", "attr": None}], 404)
        self._calls.put_account(service, request.path_params["id"], config)
        return json(config.model_dump(exclude={"secret"}))

    async def calls(self, request: Request) -> Response:
        """The latest calls, newest first; with `?account=service:id`, repeated, of these accounts only."""
        wanted = request.query_params.getlist("account")
        rows = self._calls.where(
            "(? or service || ':' || account in (select value from json_each(?))) order by id desc limit ?",
            not wanted,
            orjson.dumps(wanted).decode(),
            MOST_CALLS,
        )
        return json({"results": [_shown(row) for row in rows]})

    async def act(self, request: Request) -> Response:
        act, wanted = await read(request, Act), request.query_params.getlist("account")
        call = self._calls.one(request.path_params["id"])
        if call is None or (wanted and f"{call['service']}:{call['account']}" not in wanted):
            raise BadRequest([{"code": "not_found", "detail": "There is no such call.", "attr": None}], 404)
        try:
            return json(_shown(self._calls.act(call["id"], act)))
        except NoSuchAct as error:
            raise BadRequest([{"code": "no_such_act", "detail": str(error), "attr": "act"}], 409) from error


def _shown(row: Row) -> dict[str, Any]:
    times = {name: utc(row[name]) if row[name] else None for name in ("placed_at", "answered_at", "ended_at")}
    opted_out = bool(row["opted_out"])
    return {
        "id": row["id"],
        "phone": f"+86{row['callee']}",
        **{n: row[n] for n in SHOWN},
        "opted_out": opted_out,
        **times,
    }
