"""Calls to WeChat: the access token that goes with each, and the one refresh that a refused token is worth."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import orjson

from channels_app.providers.base import AccountConfig
from channels_app.providers.errors import CallOutcomeUnknown, CallRefused, ErrorClass, TransportError
from channels_app.providers.http import exchange, open_client
from channels_app.providers.wechat.codes import error_of, token_error_of

TOKEN = "access_token"  # noqa: S105  # its name
# WeChat changes the token 5 minutes before its end; in these minutes the old one and the new one are good.
# https://developers.weixin.qq.com/doc/offiaccount/Basic_Information/getStableAccessToken.html
OVERLAP = timedelta(minutes=5)
SHORTEST = timedelta(seconds=30)
MOST_ADDRESSES = 64


class WechatApi:
    """Used by several threads at once. Raises TransportError from each call; no error shows a token or the secret."""

    def __init__(self, account: AccountConfig) -> None:
        self._tokens = account.tokens
        self._appid = str(account.settings.get("appid", ""))
        self._secret = str(account.credentials.get("secret", ""))
        self._client = open_client(account.base_url)
        self._addresses: dict[tuple[str, tuple[tuple[str, str], ...]], httpx.URL] = {}

    def get(self, path: str, query: Mapping[str, str] | None = None) -> dict[str, Any]:
        return self._with_token("GET", path, query or {}, None)

    def post(self, path: str, payload: Mapping[str, Any]) -> dict[str, Any]:
        return self._with_token("POST", path, {}, payload)

    def force_refresh(self) -> None:
        """Have the present token declared void: after a leak, because someone decided so. WeChat allows 20 a day."""
        self._token(stale=self._token(), force=True)

    def _with_token(
        self, method: str, path: str, query: Mapping[str, str], payload: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        token = self._token()
        try:
            return self._ask(method, path, {TOKEN: token, **query}, payload)
        except CallRefused as error:
            if error.error_class != ErrorClass.REFRESH:
                raise
            refused = error
        # Another process may have fetched the next one; if not, this is the one refresh, in normal mode.
        newer = self._token(stale=token)
        if newer == token:
            raise CallRefused(ErrorClass.ACCOUNT, refused.code, refused.detail) from refused
        try:
            return self._ask(method, path, {TOKEN: newer, **query}, payload)
        except CallRefused as error:
            if error.error_class != ErrorClass.REFRESH:
                raise
            # A token fresh from WeChat is refused: to fetch more of them would not end.
            raise CallRefused(ErrorClass.ACCOUNT, error.code, error.detail) from error

    def _token(self, stale: str | None = None, *, force: bool = False) -> str:
        if self._tokens is None:
            return self._fetch(force=force)[0]
        return self._tokens.get(TOKEN, lambda: self._fetch(force=force), stale)

    def _fetch(self, *, force: bool) -> tuple[str, timedelta]:
        """Raises CallRefused only: without a token nothing of a message has left."""
        asked = {
            "grant_type": "client_credential",
            "appid": self._appid,
            "secret": self._secret,
            "force_refresh": force,
        }
        try:
            answer = self._ask("POST", "/cgi-bin/stable_token", {}, asked)
        except TransportError as error:
            raise token_error_of(error) from error
        token, seconds = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(seconds, int):
            raise CallRefused(ErrorClass.ACCOUNT, "no_token", "the answer to stable_token has no token")
        return token, max(timedelta(seconds=seconds) - OVERLAP, SHORTEST)

    def _ask(
        self, method: str, path: str, query: Mapping[str, str], payload: Mapping[str, Any] | None
    ) -> dict[str, Any]:
        content = None if payload is None else orjson.dumps(payload)
        headers = {"content-type": "application/json; charset=utf-8"} if content else {}
        url = self._address(path, tuple(query.items()))
        request = self._client.build_request(method, url, content=content, headers=headers)
        response = exchange(self._client, request)
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise CallOutcomeUnknown(f"http_{response.status_code}", "the answer is not JSON") from error
        if not isinstance(answer, dict):
            raise CallOutcomeUnknown(f"http_{response.status_code}", "the answer is not an object")
        code = answer.get("errcode", 0)
        if not isinstance(code, int) or (response.status_code != 200 and code == 0):
            raise CallOutcomeUnknown(f"http_{response.status_code}", "the answer says neither success nor failure")
        if code:
            raise error_of(code, self._shown(str(answer.get("errmsg", "")), query), datetime.now(UTC))
        return answer

    def _address(self, path: str, query: tuple[tuple[str, str], ...]) -> httpx.URL:
        """A send differs from the one before in its body only, and to parse a token of 512 characters takes its time."""
        known = self._addresses.get((path, query))
        if known is None:
            base = self._client.base_url
            known = base.copy_with(path=f"{base.path.rstrip('/')}{path}", params=query)
            if len(self._addresses) >= MOST_ADDRESSES:
                self._addresses.clear()
            self._addresses[path, query] = known
        return known

    def _shown(self, message: str, query: Mapping[str, str]) -> str:
        for secret in (self._secret, query.get(TOKEN, "")):
            message = message.replace(secret, "…") if secret else message
        return message[:1000]

    def close(self) -> None:
        self._client.close()
