"""What the simulated WeChat remembers."""

import time
from typing import Any
from zoneinfo import ZoneInfo

from channels_app.simulator.store import Store
from channels_app.simulator.wechat_config import OfficialAccount

SHANGHAI = ZoneInfo("Asia/Shanghai")
SCHEMA = """
create table if not exists wechat_account (appid text primary key, config text not null);
create table if not exists wechat_token (
    value text primary key, appid text not null, kind text not null, issued_at real not null, expires_at real not null,
    dead_at real, forced integer not null default 0);
create index if not exists wechat_token_of on wechat_token (appid, kind, issued_at);
create table if not exists wechat_follower (
    appid text not null, openid text not null, unionid text not null, subscribed integer not null, at real not null,
    blocked integer not null default 0, primary key (appid, openid));
create table if not exists wechat_message (
    id integer primary key, appid text not null, openid text not null, api text not null, template_id text not null,
    client_msg_id text, msgid integer not null, content text not null, at real not null, status text not null);
create index if not exists wechat_message_to on wechat_message (appid, openid, id);
create index if not exists wechat_message_client on wechat_message (client_msg_id) where client_msg_id is not null;
create table if not exists wechat_window (
    appid text not null, openid text not null, kind text not null, at real not null, used integer not null default 0,
    primary key (appid, openid, kind));
create table if not exists wechat_credit (
    appid text not null, openid text not null, template_id text not null, credits integer not null,
    primary key (appid, openid, template_id));
create table if not exists wechat_qr (
    ticket text primary key, appid text not null, scene text not null, url text not null, expires_at real);
create table if not exists wechat_act (
    id integer primary key, appid text not null, openid text not null, act text not null, content text not null,
    at real not null);
create table if not exists wechat_count (
    appid text not null, what text not null, period text not null, used integer not null,
    primary key (appid, what, period));
"""
FORGOTTEN = (
    "wechat_token",
    "wechat_follower",
    "wechat_message",
    "wechat_window",
    "wechat_credit",
    "wechat_qr",
    "wechat_act",
    "wechat_count",
)


class WechatStore:
    """All access is from the event loop's thread."""

    def __init__(self, store: Store) -> None:
        self.db = store
        self._accounts: dict[str, OfficialAccount] = {}

    def account(self, appid: str) -> OfficialAccount | None:
        if appid not in self._accounts:
            rows = self.db.rows("select config from wechat_account where appid = ?", appid)
            if not rows:
                return None
            self._accounts[appid] = OfficialAccount.model_validate_json(rows[0]["config"])
        return self._accounts[appid]

    def put_account(self, appid: str, account: OfficialAccount) -> None:
        self.db.run("insert or replace into wechat_account values (?, ?)", appid, account.model_dump_json())
        self._accounts[appid] = account

    def count(self, appid: str, what: str, period: str) -> int:
        """Count one more of `what` in `period`, and return how many that makes."""
        rows = self.db.rows(
            "insert into wechat_count values (?, ?, ?, 1) on conflict do update set used = used + 1 returning used",
            appid,
            what,
            period,
        )
        return int(rows[0]["used"])

    def follower(self, appid: str, openid: str) -> dict[str, Any] | None:
        rows = self.db.rows("select * from wechat_follower where appid = ? and openid = ?", appid, openid)
        if rows:
            return rows[0]
        account = self.account(appid)
        if account is None or not account.everyone_follows:
            return None
        return self.put_follower(appid, openid, subscribed=True)

    def put_follower(self, appid: str, openid: str, *, subscribed: bool) -> dict[str, Any]:
        rows = self.db.rows(
            "insert into wechat_follower (appid, openid, unionid, subscribed, at) values (?, ?, ?, ?, ?)"
            " on conflict do update set subscribed = excluded.subscribed, at = excluded.at returning *",
            appid,
            openid,
            f"u_{openid}"[:64],
            int(subscribed),
            time.time(),
        )
        return rows[0]

    def open_window(self, appid: str, openid: str, kind: str) -> None:
        self.db.run(
            "insert or replace into wechat_window (appid, openid, kind, at) values (?, ?, ?, ?)",
            appid,
            openid,
            kind,
            time.time(),
        )

    def credits_left(self, appid: str, openid: str, template_id: str) -> int:
        rows = self.db.rows(
            "select credits from wechat_credit where appid = ? and openid = ? and template_id = ?",
            appid,
            openid,
            template_id,
        )
        return int(rows[0]["credits"]) if rows else 0

    def put_credits(self, appid: str, openid: str, template_id: str, number: int) -> None:
        self.db.run("insert or replace into wechat_credit values (?, ?, ?, ?)", appid, openid, template_id, number)
