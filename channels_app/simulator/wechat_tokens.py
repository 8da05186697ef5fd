"""Access tokens as WeChat gives them: the stable one, and the plain one whose every call retires the one before.

https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html
"""

import secrets
import time
from datetime import UTC, datetime
from typing import Any

from channels_app.simulator.wechat_config import OfficialAccount
from channels_app.simulator.wechat_errors import WechatError
from channels_app.simulator.wechat_store import SHANGHAI, WechatStore


def today() -> str:
    return datetime.now(UTC).astimezone(SHANGHAI).strftime("%Y-%m-%d")


class TokenDesk:
    def __init__(self, store: WechatStore) -> None:
        self._store = store

    def admit(self, appid: Any, secret: Any, grant_type: Any, ip: str) -> OfficialAccount:
        """Check who asks for a token. Raises WechatError."""
        if grant_type != "client_credential":
            raise WechatError(40002, "invalid grant_type")
        account = self._store.account(appid) if isinstance(appid, str) else None
        if account is None:
            raise WechatError(40013, "invalid appid")
        if not isinstance(secret, str) or not secrets.compare_digest(secret.encode(), account.secret.encode()):
            raise WechatError(40125, "invalid appsecret")
        if account.ips and ip not in account.ips:
            raise WechatError(40164, f"invalid ip {ip} ipv6 ::ffff:{ip}, not in whitelist")
        if self._store.count(appid, "token", f"{int(time.time() // 60)}") > account.tokens_per_minute:
            raise WechatError(45009, "reach max api minute-quota limit, must slower, retry next minute")
        return account

    def stable(self, appid: str, account: OfficialAccount, *, force: bool) -> dict[str, Any]:
        """Answer with the token that is good, or with the next one from `overlap_seconds` before its end."""
        now = time.time()
        current = self._newest(appid, "stable", now)
        if force and self._may_force(appid, account, now):
            self._store.db.run(
                "update wechat_token set dead_at = ? where appid = ? and kind = 'stable' and coalesce(dead_at, ?) >= ?",
                now,
                appid,
                now,
                now,
            )
            current = self._issue(appid, "stable", account, now, forced=True)
        if current is None or now >= current["expires_at"] - account.overlap_seconds:
            current = self._issue(appid, "stable", account, now)
        return {"access_token": current["value"], "expires_in": int(current["expires_at"] - now)}

    def _may_force(self, appid: str, account: OfficialAccount, now: float) -> bool:
        """Two forced refreshes within 30 seconds are one. Raises WechatError past the day's number."""
        last = self._store.db.rows(
            "select max(issued_at) as at from wechat_token where appid = ? and kind = 'stable' and forced", appid
        )[0]["at"]
        if last is not None and now - last < account.forced_gap_seconds:
            return False
        if self._store.count(appid, "forced", today()) > account.forced_per_day:
            raise WechatError(45009, "reach max api daily quota limit")
        return True

    def plain(self, appid: str, account: OfficialAccount) -> dict[str, Any]:
        now = time.time()
        self._store.db.run(
            "update wechat_token set dead_at = ? where appid = ? and kind = 'plain' and dead_at is null",
            now + account.overlap_seconds,
            appid,
        )
        token = self._issue(appid, "plain", account, now)
        return {"access_token": token["value"], "expires_in": account.token_seconds}

    def _newest(self, appid: str, kind: str, now: float) -> dict[str, Any] | None:
        rows = self._store.db.rows(
            "select * from wechat_token where appid = ? and kind = ? and expires_at > ? and coalesce(dead_at, ?) > ?"
            " order by issued_at desc limit 1",
            appid,
            kind,
            now,
            now + 1,
            now,
        )
        return rows[0] if rows else None

    def _issue(
        self, appid: str, kind: str, account: OfficialAccount, now: float, *, forced: bool = False
    ) -> dict[str, Any]:
        value = f"{secrets.randbelow(90) + 10}_{secrets.token_urlsafe(96)}"
        rows = self._store.db.rows(
            "insert into wechat_token (value, appid, kind, issued_at, expires_at, forced) values (?, ?, ?, ?, ?, ?)"
            " returning *",
            value,
            appid,
            kind,
            now,
            now + account.token_seconds,
            int(forced),
        )
        return rows[0]

    def revoke(self, appid: str) -> None:
        """End every token at once, as WeChat does when the secret is reset."""
        self._store.db.run("update wechat_token set dead_at = ? where appid = ?", time.time(), appid)

    def owner(self, value: str) -> tuple[str, OfficialAccount]:
        """Return whose token it is. Raises WechatError."""
        if not value:
            raise WechatError(41001, "access_token missing")
        rows = self._store.db.rows("select * from wechat_token where value = ?", value)
        now = time.time()
        if not rows or (rows[0]["dead_at"] is not None and rows[0]["dead_at"] <= now):
            raise WechatError(
                40001,
                "invalid credential, access_token is invalid or not latest, could get access_token by"
                " getStableAccessToken, more details at https://mmbizurl.cn/s/JtxxFh33r",
            )
        if rows[0]["expires_at"] <= now:
            raise WechatError(42001, "access_token expired")
        account = self._store.account(rows[0]["appid"])
        if account is None:
            raise WechatError(40013, "invalid appid")
        return rows[0]["appid"], account
