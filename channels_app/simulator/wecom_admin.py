"""Plays the people of the simulated WeCom: customers who add and leave, and members who confirm tasks."""

import json
import time
from typing import Any
from uuid import uuid4

import httpx
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from channels_app.simulator.admin import BadRequest, read, utc
from channels_app.simulator.admin import json as answer_json
from channels_app.simulator.vendor import Surroundings
from channels_app.simulator.wecom_callbacks import Pushes
from channels_app.simulator.wecom_chats import Chats
from channels_app.simulator.wecom_config import Chat, Confirm, Corp, Customers, RawEvent, Relation, Scan
from channels_app.simulator.wecom_contacts import Contacts
from channels_app.simulator.wecom_door import Door, WecomError
from channels_app.simulator.wecom_media import MediaDesk
from channels_app.simulator.wecom_messages import Messages

MOST_ROWS = 200
CORPS = "/admin/wecom/corps/{corp}/"


class WecomAdmin:
    def __init__(
        self,
        surroundings: Surroundings,
        door: Door,
        messages: Messages,
        contacts: Contacts,
        chats: Chats,
        media: MediaDesk,
        pushes: Pushes,
    ) -> None:
        self._store = surroundings.store
        self._door = door
        self._messages = messages
        self._contacts = contacts
        self._chats = chats
        self._media = media
        self._pushes = pushes

    def routes(self) -> list[BaseRoute]:
        posts = {
            "revoke-tokens": self.revoke,
            "scans": self.scan,
            "tasks/{msgid}/confirm": self.confirm,
            "relations/delete": self.leave,
            "chats": self.chat,
            "customers": self.seed,
            "events": self.raw,
            "verify": self.verify,
            "media/forget": self.forget_media,
        }
        return [
            Route(CORPS, self.put, methods=["PUT"]),
            Route(CORPS, self.screen),
            *(Route(f"{CORPS}{path}/", view, methods=["POST"]) for path, view in posts.items()),
        ]

    def _corp(self, request: Request) -> tuple[str, Corp]:
        corp_id = request.path_params["corp"]
        corp = self._door.corp(corp_id)
        if corp is None:
            raise _not_found("There is no such corporation.")
        return corp_id, corp

    async def put(self, request: Request) -> Response:
        """Set a corporation up. Members who are not named stay: an account knows nothing of them."""
        corp_id = request.path_params["corp"]
        corp, known = await read(request, Corp), self._door.corp(corp_id)
        if known is not None and not corp.members:
            corp = corp.model_copy(update={"members": known.members})
        self._door.put_corp(corp_id, corp)
        return answer_json({"members": [member.userid for member in corp.members]})

    async def revoke(self, request: Request) -> Response:
        self._door.revoke(self._corp(request)[0])
        return answer_json({})

    async def forget_media(self, request: Request) -> Response:
        self._media.forget(self._corp(request)[0])
        return answer_json({})

    async def screen(self, request: Request) -> Response:
        """What members and customers of a corporation see, newest first."""
        corp_id, corp = self._corp(request)
        own = (corp_id, MOST_ROWS)
        apps = self._store.rows("select * from wecom_app_message where corp = ? order by id desc limit ?", *own)
        inbox = self._store.rows("select * from wecom_inbox where corp = ? order by id desc limit ?", *own)
        tasks = self._store.rows(
            "select t.msgid, t.body, t.at, t.cancelled, r.userid, count(*) as customers, sum(r.status = 0) as open"
            " from wecom_task t join wecom_task_row r on r.msgid = t.msgid where t.corp = ?"
            " group by t.msgid, r.userid order by t.at desc limit ?",
            *own,
        )
        ways = self._store.rows("select config_id, body from wecom_way where corp = ? order by at desc limit ?", *own)
        relations = self._store.rows("select * from wecom_relation where corp = ? order by id desc limit ?", *own)
        return answer_json(
            {
                "media": self._media.uploads(corp_id),
                "members": [{"userid": m.userid, "name": m.name} for m in corp.members],
                "app_messages": [
                    {"id": row["id"], "userid": row["userid"], "at": utc(row["at"]), **_said(row["body"])}
                    for row in apps
                ],
                "tasks": [
                    {
                        "msgid": row["msgid"],
                        "userid": row["userid"],
                        "at": utc(row["at"]),
                        "customers": row["customers"],
                        "open": row["open"],
                        "cancelled": bool(row["cancelled"]),
                        **_said(row["body"]),
                    }
                    for row in tasks
                ],
                "inbox": [
                    {
                        "id": row["id"],
                        "external_userid": row["external_userid"],
                        "userid": row["userid"],
                        "kind": row["kind"],
                        "at": utc(row["at"]),
                        **_said(row["body"]),
                    }
                    for row in inbox
                ],
                "contact_ways": [
                    {"config_id": row["config_id"], "state": str(json.loads(row["body"]).get("state") or "")}
                    for row in ways
                ],
                "customers": [
                    {"external_userid": row["external_userid"], "name": row["name"], "userid": row["userid"]}
                    for row in relations
                ],
            }
        )

    async def scan(self, request: Request) -> Response:
        """A person adds a member; the vendor tells of it, with a code for one welcome."""
        corp_id, corp = self._corp(request)
        body = await read(request, Scan)
        state, userid = "", body.userid
        if body.config_id:
            try:
                way = self._contacts.way(corp_id, body.config_id)
            except WecomError as error:
                raise _not_found("There is no such contact way.") from error
            state, userid = str(way.get("state") or ""), body.userid or way["user"][0]
        if userid not in corp.userids():
            raise _not_found("There is no such member.")
        now = time.time()
        customer = body.external_userid or f"wm{uuid4().hex}"
        self._store.run(
            "insert or replace into wecom_relation (corp, userid, external_userid, name, unionid, state, at)"
            " values (?, ?, ?, ?, ?, ?, ?)",
            corp_id, userid, customer, body.name, body.unionid, state, now,
        )  # fmt: skip
        code = self._contacts.new_welcome(corp_id, userid, customer, now + corp.welcome_seconds)
        change = "add_half_external_contact" if body.half else "add_external_contact"
        fields = {
            "UserID": userid,
            "ExternalUserID": customer,
            **({"State": state} if state else {}),
            "WelcomeCode": code,
        }
        self._push(corp_id, corp, change, fields)
        return answer_json({"external_userid": customer, "userid": userid, "welcome_code": code}, 201)

    def _push(self, corp_id: str, corp: Corp, change: str, fields: dict[str, Any]) -> None:
        self._pushes.event(corp_id, corp, {"Event": "change_external_contact", "ChangeType": change, **fields})

    async def confirm(self, request: Request) -> Response:
        corp_id, corp = self._corp(request)
        body = await read(request, Confirm)
        sent = self._messages.confirm(corp_id, corp.month_quota, request.path_params["msgid"], body.userid, time.time())
        return answer_json({"sent": sent})

    async def leave(self, request: Request) -> Response:
        corp_id, corp = self._corp(request)
        body = await read(request, Relation)
        self._store.run(
            "delete from wecom_relation where corp = ? and userid = ? and external_userid = ?",
            corp_id, body.userid, body.external_userid,
        )  # fmt: skip
        change = "del_follow_user" if body.by == "customer" else "del_external_contact"
        self._push(corp_id, corp, change, {"UserID": body.userid, "ExternalUserID": body.external_userid})
        return answer_json({})

    async def chat(self, request: Request) -> Response:
        corp_id, corp = self._corp(request)
        body = await read(request, Chat)
        told = self._chats.act(corp_id, corp, body)
        if told is None:
            raise _not_found("There is no such group.")
        self._pushes.event(corp_id, corp, {"Event": "change_external_chat", **told})
        return answer_json({"chat_id": told["ChatId"]}, 201)

    async def seed(self, request: Request) -> Response:
        corp_id, _ = self._corp(request)
        body = await read(request, Customers)
        with self._store.transaction() as db:
            db.executemany(
                "insert or replace into wecom_relation (corp, userid, external_userid, name, unionid, tags, at)"
                " values (?, ?, ?, ?, ?, ?, ?)",
                [
                    (
                        corp_id,
                        body.userid,
                        f"{body.prefix}{number:06}",
                        f"客户{number}",
                        f"union-{body.prefix}{number:06}",
                        json.dumps(list(body.tags)),
                        time.time(),
                    )
                    for number in range(body.count)
                ],
            )
        return answer_json({})

    async def raw(self, request: Request) -> Response:
        corp_id, corp = self._corp(request)
        self._pushes.event(corp_id, corp, (await read(request, RawEvent)).fields)
        return answer_json({})

    async def verify(self, request: Request) -> Response:
        """Do what the vendor's console does when a callback address is saved."""
        url, expected = self._pushes.verification(*self._corp(request))
        async with httpx.AsyncClient(trust_env=False, timeout=5) as client:
            response = await client.get(url)
        return answer_json({"ok": response.status_code == 200 and response.content == expected.encode()})


def _not_found(detail: str) -> BadRequest:
    return BadRequest([{"code": "not_found", "detail": detail, "attr": None}], 404)


def _said(body: str) -> dict[str, Any]:
    """What a message says, for a screen: its text, and a link if it has one."""
    message = json.loads(body)
    kind = message.get("msgtype", "text")
    part = message.get(kind) or {}
    card = message.get("textcard") or {}
    text = part.get("content") or "\n".join(card[key] for key in ("title", "description") if card.get(key))
    return {"text": text, "url": card.get("url", ""), "attachments": message.get("attachments") or []}
