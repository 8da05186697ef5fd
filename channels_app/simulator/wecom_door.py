"""The front door of the simulated WeCom: tokens, callers' addresses, limits, and errors in the vendor's words.

Written from the vendor's pages and deliberately apart from the sender's code, so that a common mistake cannot hide.
"""

import random
import secrets
import time
from collections import defaultdict, deque
from dataclasses import dataclass
from typing import Any

import orjson
from starlette.requests import Request

from channels_app.simulator.store import Store
from channels_app.simulator.wecom_config import App, Corp

TEXTS = {
    -1: "system busy",
    40001: "invalid credential",
    40003: "invalid userid",
    40004: "invalid media type",
    40005: "invalid file type",
    40006: "invalid file size",
    40007: "invalid media_id",
    40008: "invalid message type",
    40013: "invalid corpid",
    40014: "invalid access_token",
    40035: "invalid parameter",
    40050: "invalid chatid",
    40056: "invalid agentid",
    40058: "invalid Request Parameter",
    40068: "invalid tagid",
    40096: "invalid external_userid",
    41001: "access_token missing",
    41005: "missing media data",
    41048: "no external contact can be sent to",
    41050: "welcome code expired",
    41051: "customer has started to chat",
    42001: "access_token expired",
    44004: "empty content",
    45002: "content size out of limit",
    45009: "api freq out of limit",
    47001: "data format error",
    48002: "api forbidden",
    60020: "not allow to access from your ip",
    60111: "userid not found",
    81013: "user & party & tag all invalid",
    84061: "not external contact",
}
WINDOWS = ((60.0, "per_minute"), (3600.0, "per_hour"))


class WecomError(Exception):
    """A refusal: HTTP 200 with an errcode that is not 0. `text` replaces the code's usual text."""

    def __init__(self, code: int, text: str = "") -> None:
        super().__init__(code)
        self.code = code
        self.text = text or TEXTS.get(code, "error")

    def answer(self, draw: random.Random, ip: str) -> dict[str, Any]:
        hint = f"{draw.randrange(10**14, 10**15)}{draw.randrange(10**6, 10**7)}"
        link = f"https://open.work.weixin.qq.com/devtool/query?e={self.code}"
        return {"errcode": self.code, "errmsg": f"{self.text}, hint: [{hint}], from ip: {ip}, more info at {link}"}


@dataclass(frozen=True, slots=True)
class Call:
    """An admitted call."""

    corp_id: str
    corp: Corp
    app: App
    body: dict[str, Any]
    query: dict[str, str]
    at: float


class Door:
    def __init__(self, store: Store) -> None:
        self._store = store
        self._corps: dict[str, Corp] = {}
        self._calls: dict[tuple[str, str, float], deque[float]] = defaultdict(deque)
        self._blocked: dict[tuple[str, str], tuple[float, str]] = {}

    def corp(self, corp_id: str) -> Corp | None:
        if corp_id not in self._corps:
            rows = self._store.rows("select config from wecom_corp where id = ?", corp_id)
            if not rows:
                return None
            self._corps[corp_id] = Corp.model_validate_json(rows[0]["config"])
        return self._corps[corp_id]

    def put_corp(self, corp_id: str, corp: Corp) -> None:
        self._store.run("insert or replace into wecom_corp values (?, ?)", corp_id, corp.model_dump_json())
        self._corps[corp_id] = corp

    def get_token(self, request: Request) -> dict[str, Any]:
        """The same token as long as it is valid; one for each app's secret."""
        corp_id, secret = (request.query_params.get(key, "") for key in ("corpid", "corpsecret"))
        corp = self.corp(corp_id)
        if corp is None:
            raise WecomError(40013)
        self._address(request, corp)
        if all(app.secret != secret for app in corp.apps):
            raise WecomError(40001)
        self._limit(corp_id, corp, "gettoken")
        now = time.time()
        known = self._store.rows(
            "select token, until from wecom_token where corp = ? and secret = ? and until > ?", corp_id, secret, now
        )
        if known:
            return {"access_token": known[0]["token"], "expires_in": int(known[0]["until"] - now)}
        token = secrets.token_urlsafe(160)
        self._store.run("insert into wecom_token values (?, ?, ?, ?)", token, corp_id, secret, now + corp.token_seconds)
        return {"access_token": token, "expires_in": corp.token_seconds}

    def revoke(self, corp_id: str) -> None:
        self._store.run("delete from wecom_token where corp = ?", corp_id)

    def admit(self, request: Request, body: bytes, api: str, *, contacts: bool) -> Call:
        """Return who calls what. Raises WecomError."""
        token = request.query_params.get("access_token", "")
        if not token:
            raise WecomError(41001)
        now = time.time()
        rows = self._store.rows("select * from wecom_token where token = ?", token)
        if not rows:
            raise WecomError(40014)
        row = rows[0]
        if row["until"] <= now:
            raise WecomError(42001)
        corp = self.corp(row["corp"])
        app = next((app for app in corp.apps if app.secret == row["secret"]), None) if corp else None
        if corp is None or app is None:
            raise WecomError(40014)
        self._address(request, corp)
        if contacts and not app.contacts:
            raise WecomError(48002)
        self._limit(row["corp"], corp, api)
        return Call(row["corp"], corp, app, _object(request, body), dict(request.query_params), now)

    @staticmethod
    def _address(request: Request, corp: Corp) -> None:
        ip = request.client.host if request.client else ""
        if corp.trusted_ips and ip not in corp.trusted_ips:
            raise WecomError(60020)

    def _limit(self, corp_id: str, corp: Corp, api: str) -> None:
        """10,000 a minute and 150,000 an hour; who runs over is blocked for the length of the window."""
        now = time.monotonic()
        until, text = self._blocked.get((corp_id, api), (0.0, ""))
        if now < until:
            raise WecomError(45009, text)
        for seconds, name in WINDOWS:
            calls, most = self._calls[corp_id, api, seconds], getattr(corp, name)
            while calls and calls[0] <= now - seconds:
                calls.popleft()
            if most and len(calls) >= most:
                text = f"api {'minute' if seconds == 60 else 'hour'} freq out of limit"
                self._blocked[corp_id, api] = (now + seconds, text)
                raise WecomError(45009, text)
            calls.append(now)


def _object(request: Request, body: bytes) -> dict[str, Any]:
    if request.method == "GET" or request.headers.get("content-type", "").startswith("multipart/form-data"):
        return {}
    try:
        value = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise WecomError(47001) from error
    if not isinstance(value, dict):
        raise WecomError(47001)
    return value
