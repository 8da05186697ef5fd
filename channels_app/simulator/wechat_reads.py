"""What an account reads and makes at WeChat beside sending: QR codes, followers, templates, addresses."""

import secrets
import time
from typing import Any

from channels_app.simulator.wechat_errors import WechatError
from channels_app.simulator.wechat_sends import Call
from channels_app.simulator.wechat_store import WechatStore

LONGEST_SECONDS, SHORTEST_SECONDS = 2_592_000, 60
MOST_SCENE, MOST_PEOPLE = 64, 100
TEMPORARY, PERMANENT = ("QR_SCENE", "QR_STR_SCENE"), ("QR_LIMIT_SCENE", "QR_LIMIT_STR_SCENE")


class Reads:
    def __init__(self, store: WechatStore) -> None:
        self._store = store

    def qrcode(self, call: Call) -> dict[str, Any]:
        """https://developers.weixin.qq.com/doc/offiaccount/Account_Management/Generating_a_Parametric_QR_Code.html"""
        action, scene = call.body.get("action_name"), (call.body.get("action_info") or {}).get("scene") or {}
        if action not in TEMPORARY + PERMANENT:
            raise WechatError(40053, "invalid action info")
        wanted = str(scene.get("scene_str" if "STR" in action else "scene_id") or "")
        if not 1 <= len(wanted) <= MOST_SCENE:
            raise WechatError(40053, "invalid action info")
        seconds = call.body.get("expire_seconds", SHORTEST_SECONDS)
        if action in TEMPORARY and not (isinstance(seconds, int) and SHORTEST_SECONDS <= seconds <= LONGEST_SECONDS):
            raise WechatError(40052, "invalid action name or expire_seconds")
        ticket, url = f"gQ{secrets.token_urlsafe(48)}", f"http://weixin.qq.com/q/{secrets.token_urlsafe(16)}"
        expires_at = time.time() + seconds * call.account.qr_scale if action in TEMPORARY else None
        self._store.db.run("insert into wechat_qr values (?, ?, ?, ?, ?)", ticket, call.appid, wanted, url, expires_at)
        return {"ticket": ticket, "url": url, **({"expire_seconds": seconds} if action in TEMPORARY else {})}

    def followers(self, call: Call) -> dict[str, Any]:
        after = call.query.get("next_openid", "")
        rows = self._store.db.rows(
            "select openid from wechat_follower where appid = ? and subscribed and openid > ? order by openid limit ?",
            call.appid,
            after,
            call.account.page_size,
        )
        total = self._store.db.rows(
            "select count(*) as n from wechat_follower where appid = ? and subscribed", call.appid
        )[0]["n"]
        openids = [row["openid"] for row in rows]
        answer: dict[str, Any] = {"total": total, "count": len(openids)}
        if openids:
            answer["data"] = {"openid": openids}
        return {**answer, "next_openid": openids[-1] if openids else ""}

    def people(self, call: Call) -> dict[str, Any]:
        asked = call.body.get("user_list")
        if not isinstance(asked, list) or not 1 <= len(asked) <= MOST_PEOPLE:
            raise WechatError(40032, "invalid openid list size")
        return {"user_info_list": [self._person(call.appid, str((one or {}).get("openid", ""))) for one in asked]}

    def person(self, call: Call) -> dict[str, Any]:
        return self._person(call.appid, call.query.get("openid", ""))

    def _person(self, appid: str, openid: str) -> dict[str, Any]:
        row = self._store.follower(appid, openid)
        if row is None:
            raise WechatError(40003, "invalid openid")
        if not row["subscribed"]:
            return {"subscribe": 0, "openid": openid, "unionid": row["unionid"]}
        return {
            "subscribe": 1,
            "openid": openid,
            "unionid": row["unionid"],
            "language": "zh_CN",
            "subscribe_time": int(row["at"]),
            "remark": "",
            "tagid_list": [],
        }

    def private_templates(self, call: Call) -> dict[str, Any]:
        listed = [
            {"template_id": id_, "title": content.splitlines()[0][:20], "content": content, "example": ""}
            for id_, content in call.account.templates.items()
        ]
        return {"template_list": listed}

    def subscribe_templates(self, call: Call) -> dict[str, Any]:
        account = call.account
        if account.kind == "official" and not account.subscribe_notices:
            raise WechatError(48001, "api unauthorized")
        listed = []
        for id_, content in account.subscribe_templates.items():
            enumerations = [
                {"keywordCode": f"{name}.DATA", "enumValueList": list(values)}
                for name, values in account.enumerations.get(id_, {}).items()
            ]
            row = {
                "priTmplId": id_,
                "title": content.splitlines()[0][:20],
                "content": content,
                "example": "",
                "type": 2,
            }
            listed.append({**row, **({"keywordEnumValueList": enumerations} if enumerations else {})})
        return {"data": listed}

    def addresses(self, call: Call) -> dict[str, Any]:
        return {"ip_list": ["101.226.62.77", "101.226.62.78"]}
