"""Messages to followers as WeChat takes and refuses them.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Template_Message_Interface.html
"""

import re
import time
from dataclasses import dataclass
from typing import Any

import orjson

from channels_app.simulator.vendor import Surroundings
from channels_app.simulator.wechat_config import OfficialAccount
from channels_app.simulator.wechat_errors import WechatError
from channels_app.simulator.wechat_fields import check_data, shown
from channels_app.simulator.wechat_push import WechatPush
from channels_app.simulator.wechat_store import WechatStore
from channels_app.simulator.wechat_tokens import today

OPENID = re.compile(r"[A-Za-z0-9_-]{1,64}", re.ASCII)
SAME_ID_SECONDS = 600
MOST_TEXT_BYTES = 2048
SERVICE_PARTS = {
    "text": ("content",),
    "image": ("media_id",),
    "news": ("articles",),
    "msgmenu": ("head_content", "list"),
    "miniprogrampage": ("appid", "pagepath", "thumb_media_id"),
}


@dataclass(frozen=True, slots=True)
class Call:
    """One call with a good token."""

    appid: str
    account: OfficialAccount
    query: dict[str, str]
    body: dict[str, Any]


class Sends:
    def __init__(self, store: WechatStore, push: WechatPush, surroundings: Surroundings) -> None:
        self._store = store
        self._push = push
        self._around = surroundings

    def template(self, call: Call) -> dict[str, Any]:
        self._official(call)
        openid, follower = self._recipient(call)
        template_id, content = self._template(call.body, call.account.templates)
        values = check_data(content, call.body.get("data"), call.account.enumerations.get(template_id, {}))
        self._links(call.body)
        client_msg_id = call.body.get("client_msg_id")
        if client_msg_id is not None and not isinstance(client_msg_id, str):
            raise WechatError(47003, "argument invalid! client_msg_id invalid")
        known = self._known(call.appid, openid, client_msg_id) if client_msg_id else None
        if known is not None:
            return {"msgid": known}
        self._quota(call, "template", call.account.template_per_day)
        about = {
            "text": shown(content, values),
            **{k: call.body[k] for k in ("url", "miniprogram") if call.body.get(k)},
        }
        status, told = self._fate(follower)
        msgid = self._keep(call, openid, "template", template_id, client_msg_id, about, status)
        event = {"MsgType": "event", "Event": "TEMPLATESENDJOBFINISH", "MsgID": msgid, "Status": told}
        self._push.push(call.appid, call.account, openid, event, call.account.delivery_ms / 1000)
        return {"msgid": msgid}

    def service(self, call: Call) -> dict[str, Any]:
        openid, _follower = self._recipient(call)
        kind = call.body.get("msgtype")
        part = call.body.get(kind) if isinstance(kind, str) else None
        if kind not in SERVICE_PARTS:
            raise WechatError(40008, "invalid message type")
        if not isinstance(part, dict) or any(not part.get(name) for name in SERVICE_PARTS[kind]):
            raise WechatError(
                44004 if kind == "text" else 47003, "empty content" if kind == "text" else "argument invalid!"
            )
        if kind == "text" and len(str(part["content"]).encode()) > MOST_TEXT_BYTES:
            raise WechatError(45002, "content size out of limit")
        self._window(call, openid)
        self._quota(call, "service", call.account.service_per_day)
        text = str(part.get("content") or part.get("title") or part.get("head_content") or part.get("articles") or kind)
        url = part["articles"][0].get("url", "") if kind == "news" else ""
        about = {"text": text, "kind": kind, "part": part, **({"url": url} if url else {})}
        self._keep(call, openid, "service", "", None, about, "delivered")
        return {}

    def subscribe(self, call: Call) -> dict[str, Any]:
        """/message/subscribe/send, of mini-programs."""
        if call.account.kind != "mini_program":
            raise WechatError(48001, "api unauthorized")
        if call.body.get("miniprogram_state", "formal") not in {"developer", "trial", "formal"}:
            raise WechatError(47003, "argument invalid! miniprogram_state")
        return self._subscription(call)

    def bizsend(self, call: Call) -> dict[str, Any]:
        """/message/subscribe/bizsend, of official accounts."""
        self._official(call)
        if not call.account.subscribe_notices:
            raise WechatError(48001, "api unauthorized")
        return self._subscription(call)

    def _subscription(self, call: Call) -> dict[str, Any]:
        openid, follower = self._recipient(call, follows=False)
        template_id, content = self._template(call.body, call.account.subscribe_templates)
        if str(call.body.get("page") or "").startswith(("http://", "https://")) and call.account.kind == "mini_program":
            raise WechatError(41030, "invalid page")
        values = check_data(content, call.body.get("data"), call.account.enumerations.get(template_id, {}))
        left = self._store.credits_left(call.appid, openid, template_id)
        if left <= 0:
            raise WechatError(43101, "user refuse to accept the msg")
        self._quota(call, "subscribe", call.account.subscribe_per_day)
        self._store.put_credits(call.appid, openid, template_id, left - 1)
        status, _told = self._fate(follower)
        about = {"text": shown(content, values), "page": call.body.get("page") or ""}
        msgid = self._keep(call, openid, "subscribe", template_id, None, about, status)
        failed = status == "failed"
        entry = {
            "TemplateId": template_id,
            "MsgID": msgid,
            "ErrorCode": 43101 if failed else 0,
            "ErrorStatus": "user refuse to accept the msg" if failed else "success",
        }
        listed: dict[str, Any] = {"List": entry}
        event = {
            "MsgType": "event",
            "Event": "subscribe_msg_sent_event",
            **(listed if call.account.format == "json" else {"SubscribeMsgSentEvent": listed}),
        }
        self._push.push(call.appid, call.account, openid, event, call.account.delivery_ms / 1000)
        return {"msgid": msgid}

    @staticmethod
    def _official(call: Call) -> None:
        if call.account.kind != "official":
            raise WechatError(48001, "api unauthorized")

    def _recipient(self, call: Call, *, follows: bool = True) -> tuple[str, dict[str, Any]]:
        openid = call.body.get("touser")
        if not isinstance(openid, str) or not OPENID.fullmatch(openid):
            raise WechatError(40003, "invalid openid")
        follower = self._store.follower(call.appid, openid)
        if follower is None:
            raise WechatError(40003, "invalid openid")
        if follows and not follower["subscribed"]:
            raise WechatError(43004, "require subscribe")
        return openid, follower

    @staticmethod
    def _template(body: dict[str, Any], templates: dict[str, str]) -> tuple[str, str]:
        template_id = body.get("template_id")
        content = templates.get(template_id) if isinstance(template_id, str) else None
        if not isinstance(template_id, str) or content is None:
            raise WechatError(40037, "invalid template_id")
        return template_id, content

    @staticmethod
    def _links(body: dict[str, Any]) -> None:
        url, mini = body.get("url"), body.get("miniprogram")
        if url and not (isinstance(url, str) and url.startswith(("http://", "https://"))):
            raise WechatError(47003, "argument invalid! url")
        if mini is not None and not (isinstance(mini, dict) and str(mini.get("appid", "")).startswith("wx")):
            raise WechatError(40165, "invalid weapp pagepath")

    def _known(self, appid: str, openid: str, client_msg_id: str) -> int | None:
        """The same id to the same openid is sent once in 10 minutes. What WeChat answers is not documented."""
        rows = self._store.db.rows(
            "select msgid from wechat_message where client_msg_id = ? and appid = ? and openid = ? and at > ?",
            client_msg_id,
            appid,
            openid,
            time.time() - SAME_ID_SECONDS,
        )
        return rows[0]["msgid"] if rows else None

    def _quota(self, call: Call, what: str, most: int) -> None:
        if self._store.count(call.appid, what, today()) > most:
            raise WechatError(45009, "reach max api daily quota limit")

    def _window(self, call: Call, openid: str) -> None:
        """What people do opens a window each; the numbers of several windows do not add up to one message's more."""
        now, open_ = time.time(), False
        for window in self._store.db.rows(
            "select * from wechat_window where appid = ? and openid = ? order by at desc", call.appid, openid
        ):
            most, seconds = call.account.windows.get(window["kind"], (0, 0))
            if now >= window["at"] + seconds:
                continue
            open_ = True
            if window["used"] < most:
                self._store.db.run(
                    "update wechat_window set used = used + 1 where appid = ? and openid = ? and kind = ?",
                    call.appid,
                    openid,
                    window["kind"],
                )
                return
        if open_:
            raise WechatError(45047, "out of response count limit")
        raise WechatError(45015, "response out of time limit or subscription is canceled")

    def _fate(self, follower: dict[str, Any]) -> tuple[str, str]:
        if follower["blocked"]:
            return "failed", "failed:user block"
        if self._around.strikes(self._around.faults().fail_delivery_rate):
            return "failed", "failed: system failed"
        return "delivered", "success"

    def _keep(
        self,
        call: Call,
        openid: str,
        api: str,
        template_id: str,
        client_msg_id: str | None,
        about: dict[str, Any],
        status: str,
    ) -> int:
        msgid = self._around.draw.randrange(10**18, 9 * 10**18)
        self._store.db.run(
            "insert into wechat_message (appid, openid, api, template_id, client_msg_id, msgid, content, at, status)"
            " values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
            call.appid,
            openid,
            api,
            template_id,
            client_msg_id,
            msgid,
            orjson.dumps(about).decode(),
            time.time(),
            status,
        )
        return msgid
