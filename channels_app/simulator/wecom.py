"""Enterprise WeChat's API as the simulator plays it: paths below `/wecom/cgi-bin/`, as the vendor names them."""

from collections.abc import Callable
from typing import Any, ClassVar

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from channels_app.simulator.vendor import Surroundings, hang
from channels_app.simulator.wecom_admin import WecomAdmin
from channels_app.simulator.wecom_callbacks import Pushes
from channels_app.simulator.wecom_chats import Chats
from channels_app.simulator.wecom_config import FORGOTTEN, SCHEMA
from channels_app.simulator.wecom_contacts import Contacts
from channels_app.simulator.wecom_door import Call, Door, WecomError
from channels_app.simulator.wecom_media import MediaDesk
from channels_app.simulator.wecom_messages import Messages

Answer = Callable[[Call], dict[str, Any]]
MOST_BYTES = 2_000_000
EXTERNAL = "externalcontact/"


class Wecom:
    name: ClassVar[str] = "wecom"
    schema: ClassVar[str] = SCHEMA
    forgotten: ClassVar[tuple[str, ...]] = FORGOTTEN

    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings
        self._door = Door(surroundings.store)
        self._media = MediaDesk(surroundings.store)
        messages = Messages(surroundings, self._media)
        contacts = Contacts(surroundings.store, surroundings.draw, self._media)
        chats = Chats(surroundings.store)
        self._admin = WecomAdmin(surroundings, self._door, messages, contacts, chats, self._media, Pushes(surroundings))
        self._apis: dict[str, Answer] = {
            "message/send": messages.send,
            "user/get": contacts.user,
            f"{EXTERNAL}add_msg_template": messages.add_task,
            f"{EXTERNAL}get_groupmsg_list_v2": messages.tasks,
            f"{EXTERNAL}get_groupmsg_task": messages.members_of,
            f"{EXTERNAL}get_groupmsg_send_result": messages.results,
            f"{EXTERNAL}remind_groupmsg_send": messages.remind,
            f"{EXTERNAL}cancel_groupmsg_send": messages.cancel,
            f"{EXTERNAL}send_welcome_msg": contacts.welcome,
            f"{EXTERNAL}add_contact_way": contacts.add_way,
            f"{EXTERNAL}update_contact_way": contacts.update_way,
            f"{EXTERNAL}get_contact_way": contacts.get_way,
            f"{EXTERNAL}del_contact_way": contacts.delete_way,
            f"{EXTERNAL}list_contact_way": contacts.list_ways,
            f"{EXTERNAL}get_follow_user_list": contacts.followers,
            f"{EXTERNAL}list": contacts.customers,
            f"{EXTERNAL}get": contacts.customer,
            f"{EXTERNAL}batch/get_by_user": contacts.batch,
            f"{EXTERNAL}groupchat/list": chats.listed,
            f"{EXTERNAL}groupchat/get": chats.one,
            f"{EXTERNAL}get_corp_tag_list": contacts.tags,
            f"{EXTERNAL}add_corp_tag": contacts.add_tags,
            f"{EXTERNAL}mark_tag": contacts.mark_tag,
        }

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/wecom/cgi-bin/gettoken", self._token),
            Route("/wecom/cgi-bin/media/{api}", self._upload, methods=["POST"]),
            Route("/wecom/cgi-bin/{api:path}", self._call, methods=["GET", "POST"]),
            *self._admin.routes(),
        ]

    async def _token(self, request: Request) -> Response:
        await self._around.lag()
        try:
            return _json(self._door.get_token(request))
        except WecomError as error:
            return self._refusal(request, error)

    async def _call(self, request: Request) -> Response:
        api = request.path_params["api"]
        answer = self._apis.get(api)
        if answer is None:
            return Response("404 page not found", 404)
        body = await request.body()
        await self._around.lag()
        faults = self._around.faults()
        if self._around.strikes(faults.http_503_rate):
            return Response("upstream connect error", 503)
        try:
            if len(body) > MOST_BYTES:
                raise WecomError(45002)
            call = self._door.admit(request, body, api, contacts=api.startswith(EXTERNAL))
            if self._around.strikes(faults.throttle_rate):
                raise WecomError(45009, "api minute freq out of limit")
            if self._around.strikes(faults.http_500_rate):
                raise WecomError(-1)
            taken = answer(call)
        except WecomError as error:
            return self._refusal(request, error)
        if self._around.strikes(faults.timeout_after_accept_rate):
            return await hang()
        return _json(taken)

    async def _upload(self, request: Request) -> Response:
        """Uploads fail as other calls do, but nobody is told anything by one."""
        desks = {"upload": self._media.upload, "uploadimg": self._media.picture}
        api = request.path_params["api"]
        if api not in desks:
            return Response("404 page not found", 404)
        await self._around.lag()
        if self._around.strikes(self._around.faults().http_503_rate):
            return Response("upstream connect error", 503)
        try:
            call = self._door.admit(request, b"", f"media/{api}", contacts=False)
            if self._around.strikes(self._around.faults().http_500_rate):
                raise WecomError(-1)
            return _json(await desks[api](call, request))
        except WecomError as error:
            return self._refusal(request, error)

    def _refusal(self, request: Request, error: WecomError) -> Response:
        return _json(error.answer(self._around.draw, request.client.host if request.client else ""))


def _json(value: dict[str, Any]) -> Response:
    return Response(orjson.dumps({"errcode": 0, "errmsg": "ok", **value}), media_type="application/json; charset=UTF-8")
