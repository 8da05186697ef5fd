"""Calls at the simulated vendors: each rings, is answered or not, and ends, by the clock or by somebody's act."""

import asyncio
import json
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias
from uuid import uuid4
from zoneinfo import ZoneInfo

from channels_app.simulator.vendor import Surroundings
from channels_app.simulator.voice_config import HEARD, Act, End, VoiceAccount

SHANGHAI = ZoneInfo("Asia/Shanghai")
WINDOWS = (("per_5_minutes", 300), ("per_day", 86400))

SCHEMA = """
create table if not exists voice_account (
    service text not null, id text not null, config text not null, primary key (service, id));
create table if not exists voice_group (
    id text primary key, account text not null, name text not null, script text not null, created_at real not null);
create table if not exists voice_call (
    id integer primary key,
    service text not null,
    account text not null,
    callee text not null,
    reference text not null,
    call_id text not null unique,
    script text not null,
    content text not null,
    variables text not null,
    group_id text not null default '',
    callback text not null default '',
    asked text not null default '',
    state text not null,
    ending text not null default '',
    keys text not null default '',
    intent text not null default '',
    opted_out integer not null default 0,
    placed_at real not null,
    answered_at real,
    ended_at real,
    due_at real
);
create index if not exists voice_call_due on voice_call (due_at) where due_at is not null;
create index if not exists voice_call_to on voice_call (callee, placed_at);
create index if not exists voice_call_of_group on voice_call (group_id);
create index if not exists voice_call_reference on voice_call (service, account, reference);
"""

Row: TypeAlias = dict[str, Any]
# Called with a call's row after each of: ringing, answered, keys, ended, corrected.
Listener: TypeAlias = Callable[[Row, str], None]


class NoSuchAct(ValueError):
    """The person called cannot do this now."""


@dataclass(frozen=True, slots=True)
class Order:
    """A call that a vendor has been told to make."""

    service: str
    account: str
    callee: str
    reference: str
    script: str
    content: str
    variables: dict[str, str]
    group_id: str = ""
    callback: str = ""
    asked: str = ""


class Calls:
    def __init__(self, surroundings: Surroundings) -> None:
        self._surroundings = surroundings
        self._store = surroundings.store
        self._listeners: dict[str, Listener] = {}
        self._timer: asyncio.TimerHandle | None = None

    def listen(self, service: str, listener: Listener) -> None:
        self._listeners[service] = listener

    def account(self, service: str, id_: str) -> VoiceAccount | None:
        rows = self._store.rows("select config from voice_account where service = ? and id = ?", service, id_)
        return VoiceAccount.model_validate_json(rows[0]["config"]) if rows else None

    def put_account(self, service: str, id_: str, config: VoiceAccount) -> None:
        sql = "insert or replace into voice_account values (?, ?, ?)"
        self._store.run(sql, service, id_, config.model_dump_json())

    def one(self, id_: int) -> Row | None:
        rows = self._store.rows("select * from voice_call where id = ?", id_)
        return rows[0] if rows else None

    def where(self, condition: str, *args: Any) -> list[Row]:
        return self._store.rows(f"select * from voice_call where {condition}", *args)

    def limit_of(self, callee: str, account: VoiceAccount) -> str | None:
        """Name the limit that a further call to this number would break, whoever called before."""
        for name, seconds in WINDOWS:
            most, since = getattr(account.limits, name), time.time() - seconds
            if most and len(self.where("callee = ? and placed_at > ?", callee, since)) >= most:
                return name
        return None

    def place(self, order: Order, account: VoiceAccount) -> Row:
        """Begin a call. One outside the vendor's hours, or too often to its number, ends before it rings."""
        now = time.time()
        refused = End.OUT_OF_HOURS if not _open(account, now) else None
        if refused is None and self.limit_of(order.callee, account):
            refused = End.TOO_OFTEN
        draw = self._surroundings.draw
        id_ = self._store.run(
            "insert into voice_call (service, account, callee, reference, call_id, script, content, variables, group_id,"
            " callback, asked, state, placed_at, due_at) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'ringing', ?, ?)",
            order.service,
            order.account,
            order.callee,
            order.reference,
            f"{draw.randrange(10**11, 10**12)}^{draw.randrange(10**11, 10**12)}"
            if order.service == "aliyun_tts"
            else uuid4().hex,
            order.script,
            order.content,
            json.dumps(order.variables),
            order.group_id,
            order.callback,
            order.asked,
            now,
            now + account.ring_ms / 1000,
        )
        if refused is None:
            self._tell(id_, "ringing")
        else:
            self._end(id_, refused)
        self.wake()
        return self._row(id_)

    def act(self, id_: int, act: Act) -> Row:
        """Do what the person called does. Raises NoSuchAct if the call is not so far, or over."""
        call = self._row(id_)
        account = self.account(call["service"], call["account"])
        if account is None:
            raise NoSuchAct("the account of this call is gone")
        state = call["state"]
        if act.act in ("intent", "opt_out") and (state == "answered" or call["ending"] in HEARD):
            column, value = ("intent", act.intent) if act.act == "intent" else ("opted_out", 1)
            self._store.run(f"update voice_call set {column} = ? where id = ?", value, id_)
            if state == "ended":
                self._tell(id_, "corrected")
        elif act.act == "answer" and state == "ringing":
            # Whoever picked up by hand wants time to act.
            self._answer(id_, max(account.talk_ms, 60_000))
        elif act.act == "press" and state == "answered":
            self._store.run("update voice_call set keys = keys || ? where id = ?", act.keys, id_)
            self._tell(id_, "keys")
        elif act.act == "hang_up" and state == "answered":
            self._end(id_, End.HUNG_UP)
        elif act.act == "reject" and state == "ringing":
            self._end(id_, End.REJECTED)
        elif act.act in _UNANSWERED and state == "ringing":
            self._end(id_, _UNANSWERED[act.act])
        else:
            raise NoSuchAct(f"a call that is {state} cannot be told to {act.act}")
        self.wake()
        return self._row(id_)

    def cancel(self, id_: int) -> None:
        self._end(id_, End.CANCELLED)

    def hold(self, id_: int, on: bool) -> None:
        """Suspend a call that has not been answered, or let it ring again."""
        state, due = ("paused", None) if on else ("ringing", time.time())
        before = "ringing" if on else "paused"
        self._store.run(
            "update voice_call set state = ?, due_at = ? where id = ? and state = ?", state, due, id_, before
        )
        self.wake()

    def wake(self) -> None:
        """Look after calls whose time has come, when it has."""
        if self._timer is not None:
            self._timer.cancel()
        due = self._store.rows("select min(due_at) as at from voice_call where due_at is not null")[0]["at"]
        if due is not None:
            loop = asyncio.get_running_loop()
            self._timer = loop.call_later(max(due - time.time(), 0), self._tick)

    def _tick(self) -> None:
        for call in self.where("due_at <= ? order by due_at, id", time.time()):
            account = self.account(call["service"], call["account"])
            if account is None:
                self._end(call["id"], End.UNREACHABLE)
            elif call["state"] == "answered":
                self._end(call["id"], End.COMPLETED)
            elif self._surroundings.strikes(self._surroundings.faults().fail_delivery_rate):
                self._end(call["id"], self._surroundings.draw.choice([End.NO_ANSWER, End.BUSY, End.POWERED_OFF]))
            elif account.unattended == "answer":
                self._answer(call["id"], account.talk_ms)
            else:
                self._end(call["id"], End(account.unattended))
        self.wake()

    def _answer(self, id_: int, talk_ms: int) -> None:
        now = time.time()
        self._store.run(
            "update voice_call set state = 'answered', answered_at = ?, due_at = ? where id = ?",
            now,
            now + talk_ms / 1000,
            id_,
        )
        self._tell(id_, "answered")

    def _end(self, id_: int, ending: End) -> None:
        self._store.run(
            "update voice_call set state = 'ended', ending = ?, ended_at = ?, due_at = null where id = ?",
            ending,
            time.time(),
            id_,
        )
        self._tell(id_, "ended")

    def _row(self, id_: int) -> Row:
        row = self.one(id_)
        if row is None:
            raise NoSuchAct("there is no such call")
        return row

    def _tell(self, id_: int, what: str) -> None:
        call = self._row(id_)
        self._listeners[call["service"]](call, what)


_UNANSWERED = {
    "busy": End.BUSY,
    "no_answer": End.NO_ANSWER,
    "unreachable": End.UNREACHABLE,
    "powered_off": End.POWERED_OFF,
    "invalid": End.INVALID,
    "suspended": End.SUSPENDED,
}


def _open(account: VoiceAccount, now: float) -> bool:
    start, end = account.hours
    return start <= datetime.fromtimestamp(now, SHANGHAI).strftime("%H:%M") < end
