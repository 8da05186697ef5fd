"""The simulated WeCom's customers: who is whose, contact ways, tags, and welcome messages, once and in time."""

import json
import random
from typing import Any
from uuid import uuid4

from channels_app.simulator.store import Store
from channels_app.simulator.wecom_door import Call, WecomError
from channels_app.simulator.wecom_media import MediaDesk
from channels_app.simulator.wecom_messages import check_content, most

WAY_FIELDS = ("type", "scene", "style", "remark", "skip_verify", "state", "user", "party", "is_temp", "expires_in",
              "chat_expires_in", "unionid", "is_exclusive", "conclusions")  # fmt: skip
MOST_WAY_USERS = 100


class Contacts:
    def __init__(self, store: Store, draw: random.Random, media: MediaDesk) -> None:
        self._store = store
        self._media = media
        self._draw = draw

    # ---- contact ways ------------------------------------------------------------------------------------

    def add_way(self, call: Call) -> dict[str, Any]:
        way = self._checked(call, {"type": None, "scene": None, **self._given(call)})
        config_id = uuid4().hex
        self._keep(call, config_id, way)
        shown = {"qr_code": f"http://p.qpic.cn/wwhead/{config_id}/0"} if way["scene"] == 2 else {}
        return {"config_id": config_id, **shown}

    @staticmethod
    def _given(call: Call) -> dict[str, Any]:
        return {name: call.body[name] for name in WAY_FIELDS if name in call.body}

    def _checked(self, call: Call, way: dict[str, Any]) -> dict[str, Any]:
        if way["type"] not in (1, 2) or way["scene"] not in (1, 2):
            raise WecomError(40058, "field `type` or `scene` invalid")
        users = way.get("user") or []
        if not isinstance(users, list) or len(users) > MOST_WAY_USERS:
            raise WecomError(40058, "field `user` exceed max length 100. invalid Request Parameter")
        if not users and not way.get("party"):
            raise WecomError(40058, "user and party are both empty")
        if way["type"] == 1 and len(users) != 1:
            raise WecomError(40058, "field `user` must have exactly one of type 1")
        if not set(users) <= call.corp.userids():
            raise WecomError(60111)
        for name in ("state", "remark"):
            if len(str(way.get(name) or "")) > 30:
                raise WecomError(40058, f"field `{name}` exceed max length 30. invalid Request Parameter")
        return way

    def _keep(self, call: Call, config_id: str, way: dict[str, Any]) -> None:
        self._store.run(
            "insert or replace into wecom_way values (?, ?, ?, ?)",
            config_id, call.corp_id, json.dumps(way, ensure_ascii=False), call.at,
        )  # fmt: skip

    def way(self, corp_id: str, config_id: str) -> dict[str, Any]:
        rows = self._store.rows("select body from wecom_way where config_id = ? and corp = ?", config_id, corp_id)
        if not rows:
            raise WecomError(40058, "invalid config_id")
        found: dict[str, Any] = json.loads(rows[0]["body"])
        return found

    def update_way(self, call: Call) -> dict[str, Any]:
        config_id = str(call.body.get("config_id"))
        self._keep(call, config_id, self._checked(call, self.way(call.corp_id, config_id) | self._given(call)))
        return {}

    def get_way(self, call: Call) -> dict[str, Any]:
        config_id = str(call.body.get("config_id"))
        qr_code = f"http://p.qpic.cn/wwhead/{config_id}/0"
        return {"contact_way": {"config_id": config_id, "qr_code": qr_code, **self.way(call.corp_id, config_id)}}

    def delete_way(self, call: Call) -> dict[str, Any]:
        config_id = str(call.body.get("config_id"))
        self.way(call.corp_id, config_id)
        self._store.run("delete from wecom_way where config_id = ?", config_id)
        return {}

    def list_ways(self, call: Call) -> dict[str, Any]:
        limit = int(call.body.get("limit") or 100)
        start = int(call.body.get("cursor") or 0)
        rows = self._store.rows(
            "select config_id from wecom_way where corp = ? order by at, config_id limit ? offset ?",
            call.corp_id, limit + 1, start,
        )  # fmt: skip
        more = str(start + limit) if len(rows) > limit else ""
        return {"contact_way": [{"config_id": r["config_id"]} for r in rows[:limit]], "next_cursor": more}

    # ---- welcome -----------------------------------------------------------------------------------------

    def new_welcome(self, corp_id: str, userid: str, customer: str, until: float) -> str:
        code = f"CALLBACK{self._draw.randrange(10**17, 10**18)}"
        self._store.run("insert into wecom_welcome values (?, ?, ?, ?, ?, 0)", code, corp_id, userid, customer, until)
        return code

    def welcome(self, call: Call) -> dict[str, Any]:
        check_content(call.body, 4000, self._media, call.corp_id)
        rows = self._store.rows(
            "select * from wecom_welcome where code = ? and corp = ?", str(call.body.get("welcome_code")), call.corp_id
        )
        if not rows or rows[0]["until"] <= call.at:
            raise WecomError(41050)
        if rows[0]["used"]:
            raise WecomError(41051)
        self._store.run("update wecom_welcome set used = 1 where code = ?", rows[0]["code"])
        self._store.run(
            "insert into wecom_inbox (corp, external_userid, userid, kind, body, at) values (?, ?, ?, 'welcome', ?, ?)",
            call.corp_id, rows[0]["external_userid"], rows[0]["userid"], json.dumps(call.body, ensure_ascii=False), call.at,
        )  # fmt: skip
        return {}

    # ---- members, customers, tags ------------------------------------------------------------------------

    def followers(self, call: Call) -> dict[str, Any]:
        return {"follow_user": [member.userid for member in call.corp.members]}

    def user(self, call: Call) -> dict[str, Any]:
        member = next((m for m in call.corp.members if m.userid == call.query.get("userid")), None)
        if member is None:
            raise WecomError(60111)
        return {"userid": member.userid, "name": member.name, "department": list(member.department), "status": 1}

    def customers(self, call: Call) -> dict[str, Any]:
        if call.query.get("userid") not in call.corp.userids():
            raise WecomError(60111)
        rows = self._store.rows(
            "select external_userid from wecom_relation where corp = ? and userid = ? order by id",
            call.corp_id, call.query["userid"],
        )  # fmt: skip
        if not rows:
            raise WecomError(84061)
        return {"external_userid": [row["external_userid"] for row in rows]}

    def customer(self, call: Call) -> dict[str, Any]:
        rows = self._store.rows(
            "select * from wecom_relation where corp = ? and external_userid = ? order by id",
            call.corp_id, call.query.get("external_userid", ""),
        )  # fmt: skip
        if not rows:
            raise WecomError(84061)
        names = {row["id"]: row for row in self._store.rows("select * from wecom_tag where corp = ?", call.corp_id)}
        follow = [
            {
                **_follow(row),
                "tags": [
                    {"group_name": names[tag]["group_name"], "tag_name": names[tag]["name"], "tag_id": tag, "type": 1}
                    for tag in json.loads(row["tags"])
                    if tag in names
                ],
            }
            for row in rows
        ]
        return {"external_contact": _contact(rows[0]), "follow_user": follow}

    def batch(self, call: Call) -> dict[str, Any]:
        users, limit = call.body.get("userid_list"), int(call.body.get("limit") or 50)
        if not isinstance(users, list) or not 1 <= len(users) <= 100 or not 1 <= limit <= 100:
            raise WecomError(40058)
        after = int(call.body.get("cursor") or 0)
        rows = self._store.rows(
            "select * from wecom_relation where corp = ? and userid in (select value from json_each(?)) and id > ?"
            " order by id limit ?",
            call.corp_id, json.dumps(users), after, limit + 1,
        )  # fmt: skip
        page = rows[:limit]
        found = [
            {"external_contact": _contact(row), "follow_info": {**_follow(row), "tag_id": json.loads(row["tags"])}}
            for row in page
        ]
        return {"external_contact_list": found, "next_cursor": str(page[-1]["id"]) if len(rows) > limit else ""}

    def tags(self, call: Call) -> dict[str, Any]:
        groups: dict[str, dict[str, Any]] = {}
        for row in self._store.rows("select * from wecom_tag where corp = ? order by group_id, id", call.corp_id):
            group = groups.setdefault(
                row["group_id"], {"group_id": row["group_id"], "group_name": row["group_name"], "tag": []}
            )
            group["tag"].append({"id": row["id"], "name": row["name"], "create_time": 0, "order": 0})
        return {"tag_group": list(groups.values())}

    def add_tags(self, call: Call) -> dict[str, Any]:
        name, tags = most("group_name", call.body.get("group_name", ""), 90), call.body.get("tag")
        if not isinstance(tags, list) or not tags:
            raise WecomError(40058)
        group_id = str(call.body.get("group_id") or f"et{uuid4().hex}")
        made = [{"id": f"et{uuid4().hex}", "name": most("tag.name", tag.get("name"), 90)} for tag in tags]
        for tag in made:
            self._store.run(
                "insert into wecom_tag values (?, ?, ?, ?, ?)", tag["id"], call.corp_id, tag["name"], group_id, name
            )
        return {"tag_group": {"group_id": group_id, "group_name": name, "tag": made}}

    def mark_tag(self, call: Call) -> dict[str, Any]:
        userid, customer = str(call.body.get("userid")), str(call.body.get("external_userid"))
        rows = self._store.rows(
            "select tags from wecom_relation where corp = ? and userid = ? and external_userid = ?",
            call.corp_id, userid, customer,
        )  # fmt: skip
        if not rows:
            raise WecomError(84061)
        known = {row["id"] for row in self._store.rows("select id from wecom_tag where corp = ?", call.corp_id)}
        add, remove = (call.body.get(key) or [] for key in ("add_tag", "remove_tag"))
        if not set(add) <= known:
            raise WecomError(40068)
        tags = [tag for tag in dict.fromkeys([*json.loads(rows[0]["tags"]), *add]) if tag not in remove]
        self._store.run(
            "update wecom_relation set tags = ? where corp = ? and userid = ? and external_userid = ?",
            json.dumps(tags), call.corp_id, userid, customer,
        )  # fmt: skip
        return {}


def _contact(row: dict[str, Any]) -> dict[str, Any]:
    unionid = {"unionid": row["unionid"]} if row["unionid"] else {}
    return {"external_userid": row["external_userid"], "name": row["name"], "type": 1, "gender": 0, **unionid}


def _follow(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "userid": row["userid"],
        "remark": row["name"],
        "createtime": int(row["at"]),
        "state": row["state"],
        "add_way": 1,
        "oper_userid": row["external_userid"],
    }
