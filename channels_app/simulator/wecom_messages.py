"""The simulated WeCom's messages: of apps to members, and of members to customers, which members confirm."""

import calendar
import hashlib
import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

from channels_app.simulator.vendor import Surroundings
from channels_app.simulator.wecom_door import Call, WecomError
from channels_app.simulator.wecom_media import MediaDesk

SHANGHAI = ZoneInfo("Asia/Shanghai")
TYPES = frozenset(
    {"text", "image", "voice", "video", "file", "textcard", "news", "mpnews", "markdown", "template_card"}
)
MOST_USERS, MOST_CUSTOMERS = 1000, 10_000
PER_MINUTE, PER_HOUR = 30, 1000
UNSENT, SENT, NOT_FRIEND, QUOTA_USED = range(4)


def most(name: str, value: Any, limit: int) -> str:
    """Return a text that keeps its limit in bytes. Raises WecomError."""
    if not isinstance(value, str):
        raise WecomError(40058, f"invalid Request Parameter, field `{name}` wrong type")
    if len(value.encode()) > limit:
        raise WecomError(40058, f"field `{name}` exceed max length {limit}. invalid Request Parameter")
    return value


class Messages:
    def __init__(self, surroundings: Surroundings, media: MediaDesk) -> None:
        self._around = surroundings
        self._store = surroundings.store
        self._media = media
        self._seen: dict[tuple[str, str], float] = {}

    def send(self, call: Call) -> dict[str, Any]:
        body = call.body
        if body.get("agentid") != call.app.agent_id:
            raise WecomError(40056)
        kind = body.get("msgtype")
        if kind not in TYPES:
            raise WecomError(40008)
        self._check_app(call.corp_id, kind, body.get(kind))
        users = [user for user in str(body.get("touser") or "").split("|") if user]
        if len(users) > MOST_USERS:
            raise WecomError(40058, "field `touser` exceed max length 1000. invalid Request Parameter")
        known = {userid.lower(): userid for userid in call.corp.userids() if not self._struck()}
        invalid = [user.lower() for user in users if user.lower() not in known]
        if len(invalid) == len(users):
            raise WecomError(81013)
        msgid = uuid4().hex
        answer = {"msgid": msgid, "invaliduser": "|".join(invalid), "invalidparty": "", "invalidtag": ""}
        if body.get("enable_duplicate_check") and self._duplicate(call):
            return answer
        for user in dict.fromkeys(user.lower() for user in users if user.lower() in known):
            self._show(call, known[user], msgid)
        return answer

    def _check_app(self, corp_id: str, kind: str, part: Any) -> None:
        if not isinstance(part, dict):
            raise WecomError(40058)
        if kind in {"image", "voice", "video", "file"}:
            self._media.check(corp_id, kind, {"media_id": part.get("media_id")})
        if kind in {"text", "markdown"}:
            content = part.get("content")
            if not content:
                raise WecomError(44004)
            if len(str(content).encode()) > 2048:
                raise WecomError(45002)
        if kind == "textcard":
            for name, limit in (("title", 128), ("description", 512), ("url", 2048)):
                if not most(f"textcard.{name}", part.get(name), limit):
                    raise WecomError(44004)

    def _duplicate(self, call: Call) -> bool:
        """Whether the same request came within the interval: compared by content, as the vendor does."""
        interval = min(int(call.body.get("duplicate_check_interval") or 1800), 4 * 3600)
        key = call.corp_id, hashlib.sha256(json.dumps(call.body, sort_keys=True).encode()).hexdigest()
        last = self._seen.get(key)
        self._seen[key] = call.at
        return last is not None and call.at - last < interval

    def _show(self, call: Call, userid: str, msgid: str) -> None:
        """More than 30 a minute or 1,000 an hour to one member are dropped without a word."""
        for seconds, limit in ((60, PER_MINUTE), (3600, PER_HOUR)):
            since = "select count(*) as n from wecom_app_message where corp = ? and userid = ? and at > ?"
            if self._store.rows(since, call.corp_id, userid, call.at - seconds)[0]["n"] >= limit:
                return
        self._store.run(
            "insert into wecom_app_message (corp, userid, msgid, body, at) values (?, ?, ?, ?, ?)",
            call.corp_id, userid, msgid, json.dumps(call.body, ensure_ascii=False), call.at,
        )  # fmt: skip

    def add_task(self, call: Call) -> dict[str, Any]:
        body = call.body
        if body.get("chat_type", "single") != "single":
            raise WecomError(40058, "field `chat_type` is not supported by this simulator")
        check_content(body, 4000, self._media, call.corp_id)
        customers, sender = body.get("external_userid") or [], str(body.get("sender") or "")
        if not isinstance(customers, list) or not all(isinstance(one, str) for one in customers):
            raise WecomError(40058)
        if len(customers) > MOST_CUSTOMERS:
            raise WecomError(40058, "field `external_userid` exceed max length 10000. invalid Request Parameter")
        if not customers and not sender:
            raise WecomError(40058, "external_userid, sender and tag_filter are all empty")
        if sender and sender not in call.corp.userids():
            raise WecomError(60111)
        rows = [row for row in self._audience(call.corp_id, customers, sender) if not self._struck()]
        if not rows:
            raise WecomError(41048)
        msgid = f"msg{uuid4().hex}"
        reached = {customer for _, customer in rows}
        with self._store.transaction() as db:
            db.execute(
                "insert into wecom_task values (?, ?, ?, ?, ?, 0)",
                (msgid, call.corp_id, sender, json.dumps(body, ensure_ascii=False), call.at),
            )
            db.executemany(
                "insert or ignore into wecom_task_row (msgid, userid, external_userid) values (?, ?, ?)",
                [(msgid, userid, customer) for userid, customer in rows],
            )
        return {"fail_list": [one for one in customers if one not in reached], "msgid": msgid}

    def _struck(self) -> bool:
        return self._around.strikes(self._around.faults().partial_failure_rate)

    def _audience(self, corp: str, customers: Sequence[str], sender: str) -> list[tuple[str, str]]:
        """Each customer through the sender, or through the member who was added last."""
        wanted = "and external_userid in (select value from json_each(?))" if customers else "and ? = '[]'"
        rows = self._store.rows(
            f"select userid, external_userid from wecom_relation where corp = ? {wanted} and (? = '' or userid = ?) order by at",
            corp,
            json.dumps(list(customers)),
            sender,
            sender,
        )
        return [(userid, customer) for customer, userid in {r["external_userid"]: r["userid"] for r in rows}.items()]

    def tasks(self, call: Call) -> dict[str, Any]:
        start, end, limit = call.body.get("start_time"), call.body.get("end_time"), call.body.get("limit", 50)
        if not isinstance(start, int) or not isinstance(end, int) or end < start or end - start > 31 * 86400:
            raise WecomError(40058)
        if not isinstance(limit, int) or not 1 <= limit <= 100:
            raise WecomError(40058)
        rows = self._store.rows(
            "select * from wecom_task where corp = ? and at >= ? and at < ? and (? = '' or creator = ?) order by at, msgid",
            call.corp_id, start, end + 1, *[str(call.body.get("creator") or "")] * 2,
        )  # fmt: skip
        found = []
        for row in rows:
            body = json.loads(row["body"])
            kept = {key: body[key] for key in ("text", "attachments") if key in body}
            found.append(
                {
                    "msgid": row["msgid"],
                    "creator": row["creator"],
                    "create_time": int(row["at"]),
                    "create_type": 1,
                    **kept,
                }
            )
        return _page("group_msg_list", found, call, limit)

    def members_of(self, call: Call) -> dict[str, Any]:
        rows = self._rows_of(call)
        status = {row["userid"]: 0 for row in rows}
        times: dict[str, int] = {}
        for row in rows:
            if row["status"] != UNSENT:
                status[row["userid"]] = 2
                times[row["userid"]] = row["send_time"]
        found = [
            {"userid": user, "status": done, **({"send_time": times[user]} if done else {})}
            for user, done in status.items()
        ]
        return _page("task_list", found, call, int(call.body.get("limit") or 500))

    def results(self, call: Call) -> dict[str, Any]:
        found = [
            {
                "external_userid": row["external_userid"],
                "userid": row["userid"],
                "status": row["status"],
                **({"send_time": row["send_time"]} if row["status"] == SENT else {}),
            }
            for row in self._rows_of(call)
            if row["userid"] == call.body.get("userid")
        ]
        return _page("send_list", found, call, int(call.body.get("limit") or 500))

    def _rows_of(self, call: Call) -> list[dict[str, Any]]:
        return self._store.rows(
            "select r.* from wecom_task_row r join wecom_task t on t.msgid = r.msgid where t.msgid = ? and t.corp = ?"
            " order by r.userid, r.external_userid",
            self._task(call)["msgid"],
            call.corp_id,
        )

    def _task(self, call: Call) -> dict[str, Any]:
        rows = self._store.rows(
            "select * from wecom_task where msgid = ? and corp = ?", str(call.body.get("msgid")), call.corp_id
        )
        if not rows:
            raise WecomError(40058, "invalid msgid")
        return rows[0]

    def remind(self, call: Call) -> dict[str, Any]:
        msgid = self._task(call)["msgid"]
        day = self._store.rows(
            "select count(*) as n from wecom_remind where msgid = ? and at > ?", msgid, call.at - 86400
        )
        if day[0]["n"] >= 3:
            raise WecomError(45009, "remind freq out of limit, 3 times in 24 hours")
        self._store.run("insert into wecom_remind values (?, ?)", msgid, call.at)
        return {}

    def cancel(self, call: Call) -> dict[str, Any]:
        self._store.run("update wecom_task set cancelled = 1 where msgid = ?", self._task(call)["msgid"])
        return {}

    def confirm(self, corp_id: str, month_quota: int, msgid: str, userid: str, at: float) -> int:
        """A member sends the task's message from the client; return how many customers got it."""
        task = self._store.rows(
            "select * from wecom_task where msgid = ? and corp = ? and cancelled = 0", msgid, corp_id
        )
        rows = self._store.rows(
            "select external_userid from wecom_task_row where msgid = ? and userid = ? and status = 0", msgid, userid
        )
        sent = 0
        for row in rows if task else []:
            status = self._fate(corp_id, month_quota, userid, row["external_userid"], at)
            sent += status == SENT
            self._store.run(
                "update wecom_task_row set status = ?, send_time = ? where msgid = ? and userid = ? and external_userid = ?",
                status, int(at), msgid, userid, row["external_userid"],
            )  # fmt: skip
            if status == SENT:
                self._store.run(
                    "insert into wecom_inbox (corp, external_userid, userid, kind, body, at) values (?, ?, ?, 'mass', ?, ?)",
                    corp_id, row["external_userid"], userid, task[0]["body"], at,
                )  # fmt: skip
        return sent

    def _fate(self, corp_id: str, month_quota: int, userid: str, customer: str, at: float) -> int:
        related = self._store.rows(
            "select 1 from wecom_relation where corp = ? and userid = ? and external_userid = ?",
            corp_id,
            userid,
            customer,
        )
        if not related:
            return NOT_FRIEND
        now = datetime.fromtimestamp(at, UTC).astimezone(SHANGHAI)
        month = now.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        got = self._store.rows(
            "select count(*) as n from wecom_inbox where corp = ? and external_userid = ? and kind = 'mass' and at >= ?",
            corp_id, customer, month.timestamp(),
        )[0]["n"]  # fmt: skip
        return QUOTA_USED if got >= (month_quota or calendar.monthrange(now.year, now.month)[1]) else SENT


def check_content(body: dict[str, Any], most_text: int, media: MediaDesk, corp_id: str) -> None:
    text, attachments = body.get("text") or {}, body.get("attachments") or []
    content = most("text.content", text.get("content", "") if isinstance(text, dict) else None, most_text)
    if not isinstance(attachments, list) or len(attachments) > 9:
        raise WecomError(40058, "field `attachments` exceed max length 9. invalid Request Parameter")
    for attachment in attachments:
        kind = attachment.get("msgtype") if isinstance(attachment, dict) else None
        part = attachment.get(kind) if kind in {"image", "link", "miniprogram", "video", "file"} else None
        if not isinstance(part, dict):
            raise WecomError(40058)
        if kind != "link":
            media.check(corp_id, str(kind), part)
        if kind == "link":
            for name, limit in (("title", 128), ("desc", 512), ("url", 2048)):
                most(f"attachments.link.{name}", part.get(name, ""), limit)
    if not content and not attachments:
        raise WecomError(44004)


def _page(name: str, found: list[dict[str, Any]], call: Call, limit: int) -> dict[str, Any]:
    cursor = str(call.body.get("cursor") or "0")
    start = int(cursor) if cursor.isdigit() else 0
    after = start + limit
    return {name: found[start:after], "next_cursor": str(after) if after < len(found) else ""}
