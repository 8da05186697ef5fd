"""What the simulated WeCom is told of a corporation, and what it remembers of it."""

from typing import Annotated, Any, Literal

from pydantic import Field

from channels_app.simulator.config import Count, Strict


class App(Strict):
    """A self-built app: its secret gives its token, which may call the customer contact API or not."""

    secret: str
    agent_id: int
    contacts: bool = True


class Member(Strict):
    userid: str
    name: str = ""
    department: tuple[int, ...] = (1,)


class Corp(Strict):
    """A corporation. `welcome_seconds` scales the 20 s of a welcome code, `retry_scale` the pauses of callbacks;
    `month_quota` is how many mass messages a customer may get in a month (0: as many as it has days)."""

    apps: tuple[App, ...]
    members: tuple[Member, ...] = ()
    callback_url: str = ""
    callback_token: str = ""
    # One that is no key (43 characters) means that no callback is pushed.
    encoding_aes_key: str = ""
    trusted_ips: tuple[str, ...] = ()
    token_seconds: Count = 7200
    per_minute: Count = 10_000
    per_hour: Count = 150_000
    welcome_seconds: Annotated[float, Field(gt=0)] = 20
    retry_scale: Annotated[float, Field(ge=0)] = 1.0
    month_quota: Count = 0
    media_seconds: Count = 259_200

    def userids(self) -> frozenset[str]:
        return frozenset(member.userid for member in self.members)


class Scan(Strict):
    """A person adds a member: through a contact way (`config_id`), or directly (`userid`)."""

    config_id: str = ""
    userid: str = ""
    name: str = "微信用户"
    external_userid: str = ""
    unionid: str = ""
    half: bool = False


class Relation(Strict):
    userid: str
    external_userid: str
    by: Literal["staff", "customer"] = "customer"


class Confirm(Strict):
    userid: str


class Chat(Strict):
    """A group of customers is founded, changed or dissolved; `named`: the callback says who came or went."""

    chat_id: str = ""
    change: Literal["create", "update", "dismiss"] = "create"
    detail: Literal["add_member", "del_member", "change_owner", "change_name", "change_notice"] = "add_member"
    name: str = ""
    owner: str = ""
    notice: str = ""
    customers: tuple[str, ...] = ()
    named: bool = True


class Customers(Strict):
    """Customers who were there before: made without callbacks."""

    userid: str
    count: Annotated[int, Field(ge=1, le=100_000)]
    prefix: str = "wm"
    tags: tuple[str, ...] = ()


class RawEvent(Strict):
    """Any other event, as the vendor would push it."""

    fields: dict[str, Any]


SCHEMA = """
create table if not exists wecom_corp (id text primary key, config text not null);
create table if not exists wecom_token (token text primary key, corp text not null, secret text not null, until real not null);
create table if not exists wecom_relation (
    id integer primary key, corp text not null, userid text not null, external_userid text not null, name text not null,
    unionid text not null default '', state text not null default '', tags text not null default '[]', at real not null,
    unique (corp, userid, external_userid));
create index if not exists wecom_relation_of on wecom_relation (corp, external_userid);
create table if not exists wecom_way (config_id text primary key, corp text not null, body text not null, at real not null);
create table if not exists wecom_tag (
    id text primary key, corp text not null, name text not null, group_id text not null, group_name text not null);
create table if not exists wecom_app_message (
    id integer primary key, corp text not null, userid text not null, msgid text not null, body text not null,
    at real not null);
create index if not exists wecom_app_message_of on wecom_app_message (corp, userid, at);
create table if not exists wecom_task (
    msgid text primary key, corp text not null, creator text not null, body text not null, at real not null,
    cancelled integer not null default 0);
create table if not exists wecom_task_row (
    msgid text not null, userid text not null, external_userid text not null, status integer not null default 0,
    send_time integer not null default 0, primary key (msgid, userid, external_userid)) without rowid;
create index if not exists wecom_task_row_of on wecom_task_row (external_userid, send_time);
create table if not exists wecom_remind (msgid text not null, at real not null);
create table if not exists wecom_welcome (
    code text primary key, corp text not null, userid text not null, external_userid text not null, until real not null,
    used integer not null default 0);
create table if not exists wecom_media (
    id text primary key, corp text not null, kind text not null, name text not null, size integer not null,
    until real);
create table if not exists wecom_chat (
    id integer primary key, chat_id text not null unique, corp text not null, name text not null, owner text not null,
    notice text not null, at real not null, dismissed integer not null default 0);
create table if not exists wecom_chat_member (
    chat_id text not null, userid text not null, type integer not null, at real not null, scene integer not null,
    primary key (chat_id, userid)) without rowid;
create table if not exists wecom_inbox (
    id integer primary key, corp text not null, external_userid text not null, userid text not null, kind text not null,
    body text not null, at real not null);
"""
# Who is whose customer, the contact ways, groups and tags are set-up.
FORGOTTEN = (
    "wecom_token",
    "wecom_app_message",
    "wecom_task",
    "wecom_task_row",
    "wecom_remind",
    "wecom_welcome",
    "wecom_inbox",
    "wecom_media",
)
