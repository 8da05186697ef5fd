"""The simulated WeCom's groups of customers, as the vendor lists them and tells of their changes.

https://developer.work.weixin.qq.com/document/path/92120, path/92122, path/92130
"""

import json
import time
from typing import Any
from uuid import uuid4

from channels_app.simulator.store import Store
from channels_app.simulator.wecom_config import Chat, Corp
from channels_app.simulator.wecom_door import Call, WecomError

STAFF, CUSTOMER = 1, 2
MOST_IN_PAGE, MOST_OWNERS = 1000, 100
INVITED, LEFT = 1, 0


class Chats:
    def __init__(self, store: Store) -> None:
        self._store = store

    def listed(self, call: Call) -> dict[str, Any]:
        """Without a limit, or with a cursor of its own making, a call is refused."""
        limit, cursor = call.body.get("limit"), call.body.get("cursor", "")
        owners = (call.body.get("owner_filter") or {}).get("userid_list") or []
        if isinstance(limit, bool) or not isinstance(limit, int) or not 1 <= limit <= MOST_IN_PAGE:
            raise WecomError(40058, "invalid Request Parameter, field `limit` should be in [1, 1000]")
        if call.body.get("status_filter", 0) not in (0, 1, 2, 3):
            raise WecomError(40058, "invalid Request Parameter, field `status_filter`")
        if not isinstance(owners, list) or len(owners) > MOST_OWNERS or not set(owners) <= call.corp.userids():
            raise WecomError(60111)
        if not isinstance(cursor, str) or not (cursor == "" or cursor.isdigit()):
            raise WecomError(40058, "invalid cursor")
        rows = self._store.rows(
            "select id, chat_id from wecom_chat where corp = ? and id > ? and dismissed = 0"
            " and (? or owner in (select value from json_each(?))) order by id limit ?",
            call.corp_id, int(cursor or 0), not owners, json.dumps(owners), limit + 1,
        )  # fmt: skip
        page = rows[:limit]
        more = {"next_cursor": str(page[-1]["id"])} if len(rows) > limit else {}
        return {"group_chat_list": [{"chat_id": row["chat_id"], "status": 0} for row in page], **more}

    def one(self, call: Call) -> dict[str, Any]:
        if call.body.get("need_name", 0) not in (0, 1):
            raise WecomError(40058, "invalid Request Parameter, field `need_name`")
        chat = self._chat(call.corp_id, str(call.body.get("chat_id")))
        if chat is None:
            raise WecomError(40050)
        rows = self._store.rows(
            "select * from wecom_chat_member where chat_id = ? order by at, userid", chat["chat_id"]
        )
        names = {member.userid: member.name for member in call.corp.members}
        named = call.body.get("need_name", 0) == 1
        members = [
            {
                "userid": row["userid"],
                "type": row["type"],
                "join_time": int(row["at"]),
                "join_scene": row["scene"],
                **({"name": names.get(row["userid"], "微信用户")} if named else {}),
                **({"invitor": {"userid": chat["owner"]}} if row["scene"] == INVITED else {}),
            }
            for row in rows
        ]
        about = {"chat_id": chat["chat_id"], "name": chat["name"], "owner": chat["owner"], "notice": chat["notice"]}
        admins = [{"userid": chat["owner"]}]
        return {
            "group_chat": {
                **about, "create_time": int(chat["at"]), "member_list": members, "admin_list": admins,
                "member_version": uuid4().hex,
            }
        }  # fmt: skip

    def _chat(self, corp_id: str, chat_id: str) -> dict[str, Any] | None:
        rows = self._store.rows(
            "select * from wecom_chat where corp = ? and chat_id = ? and dismissed = 0", corp_id, chat_id
        )
        return rows[0] if rows else None

    def act(self, corp_id: str, corp: Corp, act: Chat) -> dict[str, Any] | None:
        """Found, change or dissolve a group; return what the vendor tells of it, None if there is no such group."""
        chat_id = act.chat_id or f"wr{uuid4().hex}"
        if act.change == "create":
            self._found(corp_id, corp, chat_id, act)
            return {"ChatId": chat_id, "ChangeType": "create"}
        if self._chat(corp_id, chat_id) is None:
            return None
        if act.change == "dismiss":
            self._store.run("update wecom_chat set dismissed = 1 where chat_id = ?", chat_id)
            return {"ChatId": chat_id, "ChangeType": "dismiss"}
        fields: dict[str, Any] = {"ChatId": chat_id, "ChangeType": "update", "UpdateDetail": act.detail}
        if act.detail in {"add_member", "del_member"}:
            return fields | self._moved(chat_id, act)
        column = {"change_owner": "owner", "change_name": "name", "change_notice": "notice"}[act.detail]
        self._store.run(f"update wecom_chat set {column} = ? where chat_id = ?", getattr(act, column), chat_id)
        return fields

    def _found(self, corp_id: str, corp: Corp, chat_id: str, act: Chat) -> None:
        owner, now = act.owner or next(iter(corp.members)).userid, time.time()
        self._store.run(
            "insert into wecom_chat (chat_id, corp, name, owner, notice, at) values (?, ?, ?, ?, ?, ?)",
            chat_id, corp_id, act.name, owner, act.notice, now,
        )  # fmt: skip
        self._join(chat_id, [owner], STAFF, now)
        self._join(chat_id, act.customers, CUSTOMER, now)

    def _join(self, chat_id: str, userids: Any, kind: int, at: float) -> None:
        for userid in userids:
            self._store.run(
                "insert or replace into wecom_chat_member values (?, ?, ?, ?, ?)", chat_id, userid, kind, at, INVITED
            )

    def _moved(self, chat_id: str, act: Chat) -> dict[str, Any]:
        """Who moved is named only since the vendor added MemChangeList; `named` says that it is told so."""
        if act.detail == "add_member":
            self._join(chat_id, act.customers, CUSTOMER, time.time())
            scene = {"JoinScene": INVITED}
        else:
            for customer in act.customers:
                self._store.run("delete from wecom_chat_member where chat_id = ? and userid = ?", chat_id, customer)
            scene = {"QuitScene": LEFT}
        told = {"MemChangeList": {"Item": list(act.customers)}} if act.named else {}
        return {**scene, "MemChangeCnt": len(act.customers), **told}
