"""The phones of the simulated WeChat: who follows, what they see, what they do; and an account's set-up."""

import time
from collections.abc import Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route

from channels_app.simulator.admin import BadRequest, json, read, utc
from channels_app.simulator.wechat_config import Act, OfficialAccount
from channels_app.simulator.wechat_push import WechatPush, verify
from channels_app.simulator.wechat_sends import OPENID
from channels_app.simulator.wechat_store import WechatStore
from channels_app.simulator.wechat_tokens import TokenDesk

MOST_FOLLOWERS, MOST_ON_SCREEN = 200, 500


def refuse(code: str, detail: str, status: int = 409) -> BadRequest:
    return BadRequest([{"code": code, "detail": detail, "attr": None}], status)


class People:
    def __init__(self, store: WechatStore, tokens: TokenDesk, push: WechatPush) -> None:
        self._store = store
        self._tokens = tokens
        self._push = push
        self._acts: dict[str, Callable[[str, OfficialAccount, str, Act], dict[str, Any] | None]] = {
            "follow": self.follow,
            "unfollow": self.unfollow,
            "scan": self.scan,
            "click": self.click,
            "view": self.view,
            "write": self.write,
            "accept": self.accept,
            "reject": self.reject,
            "withdraw": self.withdraw,
            "locate": self.locate,
            "enter": self.enter,
            "block": self.block,
        }

    def routes(self) -> list[BaseRoute]:
        return [
            Route("/admin/wechat/accounts/{appid}/", self.put_account, methods=["PUT"]),
            Route("/admin/wechat/accounts/{appid}/verify/", self.verify, methods=["POST"]),
            Route("/admin/wechat/accounts/{appid}/revoke/", self.revoke, methods=["POST"]),
            Route("/admin/wechat/accounts/{appid}/tokens/", self.tokens),
            Route("/admin/wechat/followers/", self.followers),
            Route("/admin/wechat/followers/{appid}/{openid}/", self.screen),
            Route("/admin/wechat/followers/{appid}/{openid}/acts/", self.act, methods=["POST"]),
        ]

    async def put_account(self, request: Request) -> Response:
        account = await read(request, OfficialAccount)
        self._store.put_account(request.path_params["appid"], account)
        return json(account.model_dump(mode="json", exclude={"secret", "token", "encoding_aes_key"}))

    async def verify(self, request: Request) -> Response:
        return json({"verified": await verify(self._account(request)[1])})

    async def revoke(self, request: Request) -> Response:
        self._tokens.revoke(self._account(request)[0])
        return Response(status_code=204)

    async def tokens(self, request: Request) -> Response:
        """How many tokens have been issued, and how often one was asked for."""
        appid, _account = self._account(request)
        issued = self._store.db.rows("select count(*) as n from wechat_token where appid = ?", appid)[0]["n"]
        asked = self._store.db.rows(
            "select coalesce(sum(used), 0) as n from wechat_count where appid = ? and what = 'token'", appid
        )[0]["n"]
        return json({"issued": issued, "asked": asked})

    async def followers(self, request: Request) -> Response:
        """Who has been seen at the accounts asked for (`?appid=`, repeated; without it, at all)."""
        appids = request.query_params.getlist("appid")
        rows = self._store.db.rows(
            "select * from wechat_follower where (? or appid in (select value from json_each(?)))"
            " order by at desc limit ?",
            not appids,
            orjson.dumps(appids).decode(),
            MOST_FOLLOWERS,
        )
        return json({"results": [_follower(row) for row in rows]})

    async def screen(self, request: Request) -> Response:
        """Everything between a person and an account, oldest first; `in` is to the phone."""
        appid, account, openid = self._person(request)
        args = (appid, openid, MOST_ON_SCREEN)
        tail = "where appid = ? and openid = ? order by id desc limit ?"
        messages = self._store.db.rows(f"select * from wechat_message {tail}", *args)
        acts = self._store.db.rows(f"select * from wechat_act {tail}", *args)
        rows = [_message(row) for row in messages] + [_act(row) for row in acts]
        qr = self._store.db.rows(
            "select ticket, scene from wechat_qr where appid = ? and coalesce(expires_at, ?) > ?",
            appid,
            time.time() + 1,
            time.time(),
        )
        follower = self._store.follower(appid, openid)
        return json(
            {
                "follower": _follower(follower) if follower else None,
                "results": sorted(rows, key=lambda row: str(row["at"])),
                "subscribe_templates": [{"id": k, "content": v} for k, v in account.subscribe_templates.items()],
                "qr_codes": qr,
            }
        )

    async def act(self, request: Request) -> Response:
        appid, account, openid = self._person(request)
        act = await read(request, Act)
        if act.act == "tap":
            return json(self._tap(appid, openid, act))
        self._store.follower(appid, openid)
        fields = self._acts[act.act](appid, account, openid, act)
        shown = act.content or act.key or act.url or act.scene or act.template_id
        self._store.db.run(
            "insert into wechat_act (appid, openid, act, content, at) values (?, ?, ?, ?, ?)",
            appid,
            openid,
            act.act,
            shown,
            time.time(),
        )
        if fields is not None:
            self._push.push(appid, account, openid, fields)
        return json({"url": ""}, 201)

    def follow(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> dict[str, Any]:
        follower = self._store.follower(appid, openid)
        if follower and follower["subscribed"] and not account.everyone_follows:
            raise refuse("follows_already", "This person follows the account.")
        self._store.put_follower(appid, openid, subscribed=True)
        self._store.open_window(appid, openid, "follow")
        return {"MsgType": "event", "Event": "subscribe", "EventKey": ""}

    def unfollow(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> dict[str, Any]:
        self._must_follow(appid, openid)
        self._store.put_follower(appid, openid, subscribed=False)
        self._store.db.run("delete from wechat_window where appid = ? and openid = ?", appid, openid)
        return {"MsgType": "event", "Event": "unsubscribe", "EventKey": ""}

    def scan(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> dict[str, Any]:
        """A scan by someone who does not follow is a follow, and its scene has a prefix."""
        codes = self._store.db.rows(
            "select * from wechat_qr where appid = ? and (ticket = ? or scene = ?) order by coalesce(expires_at, 1e18)",
            appid,
            act.ticket,
            act.scene,
        )
        if not codes:
            raise refuse("no_such_code", "There is no such QR code.", 404)
        if codes[-1]["expires_at"] is not None and codes[-1]["expires_at"] <= time.time():
            # What a phone shows: 二维码已过期. WeChat tells the account nothing of such a scan.
            raise refuse("code_expired", "The QR code has expired.", 410)
        code, follower = codes[-1], self._store.follower(appid, openid)
        if follower and follower["subscribed"]:
            self._store.open_window(appid, openid, "scan")
            return {"MsgType": "event", "Event": "SCAN", "EventKey": code["scene"], "Ticket": code["ticket"]}
        event = self.follow(appid, account, openid, act)
        return {**event, "EventKey": f"qrscene_{code['scene']}", "Ticket": code["ticket"]}

    def click(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> dict[str, Any]:
        self._must_follow(appid, openid)
        self._store.open_window(appid, openid, "menu")
        return {"MsgType": "event", "Event": "CLICK", "EventKey": act.key or "MENU"}

    def view(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> dict[str, Any]:
        self._must_follow(appid, openid)
        return {"MsgType": "event", "Event": "VIEW", "EventKey": act.url, "MenuId": "MENUID"}

    def write(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> dict[str, Any]:
        self._must_follow(appid, openid)
        self._store.open_window(appid, openid, "message")
        return {"MsgType": "text", "Content": act.content, "MsgId": time.time_ns()}

    def accept(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> dict[str, Any]:
        left = self._store.credits_left(appid, openid, act.template_id)
        fields = self._asked(account, act, "accept")
        self._store.put_credits(appid, openid, act.template_id, left + 1)
        return fields

    def reject(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> dict[str, Any]:
        return self._asked(account, act, "reject")

    def withdraw(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> dict[str, Any]:
        self._store.put_credits(appid, openid, act.template_id, 0)
        entry = {"TemplateId": act.template_id, "SubscribeStatusString": "reject"}
        return _listed(account, "subscribe_msg_change_event", "SubscribeMsgChangeEvent", entry)

    def _asked(self, account: OfficialAccount, act: Act, status: str) -> dict[str, Any]:
        if act.template_id not in account.subscribe_templates:
            raise refuse("no_such_template", "The account has no such subscribe template.", 404)
        entry = {"TemplateId": act.template_id, "SubscribeStatusString": status, "PopupScene": "2"}
        return _listed(account, "subscribe_msg_popup_event", "SubscribeMsgPopupEvent", entry)

    def locate(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> dict[str, Any]:
        self._must_follow(appid, openid)
        place = {"Latitude": act.latitude, "Longitude": act.longitude, "Precision": 65.0}
        return {"MsgType": "event", "Event": "LOCATION", **place}

    def enter(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> dict[str, Any]:
        self._store.put_follower(appid, openid, subscribed=True)
        self._store.open_window(appid, openid, "enter_session")
        return {"MsgType": "event", "Event": "user_enter_tempsession", "SessionFrom": act.content}

    def block(self, appid: str, account: OfficialAccount, openid: str, act: Act) -> None:
        """The person refuses the account's messages; nobody is told."""
        self._must_follow(appid, openid)
        self._store.db.run("update wechat_follower set blocked = 1 where appid = ? and openid = ?", appid, openid)

    def _tap(self, appid: str, openid: str, act: Act) -> dict[str, Any]:
        rows = self._store.db.rows(
            "select content from wechat_message where appid = ? and openid = ? and id = ?",
            appid,
            openid,
            act.message.removeprefix("m"),
        )
        url = orjson.loads(rows[0]["content"]).get("url", "") if rows else ""
        if not url:
            raise refuse("no_link", "There is no such message, or it has no link.", 404)
        return {"url": url}

    def _must_follow(self, appid: str, openid: str) -> None:
        follower = self._store.follower(appid, openid)
        if follower is None or not follower["subscribed"]:
            raise refuse("follows_not", "This person does not follow the account.")

    def _account(self, request: Request) -> tuple[str, OfficialAccount]:
        appid = request.path_params["appid"]
        account = self._store.account(appid)
        if account is None:
            raise refuse("not_found", "There is no such account.", 404)
        return appid, account

    def _person(self, request: Request) -> tuple[str, OfficialAccount, str]:
        appid, account = self._account(request)
        openid = request.path_params["openid"]
        appids = request.query_params.getlist("appid")
        if not OPENID.fullmatch(openid) or (appids and appid not in appids):
            raise refuse("not_found", "There is no such person.", 404)
        return appid, account, openid


def _listed(account: OfficialAccount, event: str, wrapper: str, entry: dict[str, Any]) -> dict[str, Any]:
    """JSON has the list flat."""
    listed = {"List": entry}
    return {"MsgType": "event", "Event": event, **(listed if account.format == "json" else {wrapper: listed})}


def _follower(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "appid": row["appid"],
        "openid": row["openid"],
        "subscribed": bool(row["subscribed"]),
        "blocked": bool(row["blocked"]),
        "at": utc(row["at"]),
    }


def _message(row: dict[str, Any]) -> dict[str, Any]:
    about = orjson.loads(row["content"])
    return {
        "id": f"m{row['id']}",
        "at": utc(row["at"]),
        "direction": "in",
        "kind": row["api"],
        "content": str(about["text"]),
        "url": str(about.get("url", "")),
        "mini_program": str((about.get("miniprogram") or {}).get("pagepath", "")),
        "template_id": row["template_id"],
        "client_msg_id": row["client_msg_id"] or "",
        "msgid": str(row["msgid"]),
        "status": row["status"],
    }


def _act(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": f"a{row['id']}",
        "at": utc(row["at"]),
        "direction": "out",
        "kind": row["act"],
        "content": row["content"],
        "url": "",
        "mini_program": "",
        "template_id": "",
        "client_msg_id": "",
        "msgid": "",
        "status": "",
    }
