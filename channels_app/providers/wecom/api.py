"""Calls to WeCom: a token for each app's secret, shared by all processes, renewed once when it is refused.

https://developer.work.weixin.qq.com/document/path/91039
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Literal, TypeAlias

import httpx
import orjson

from channels_app.providers.base import AccountConfig
from channels_app.providers.errors import CallRefused, ErrorClass
from channels_app.providers.http import exchange, open_client
from channels_app.providers.wecom.codes import error_of, error_of_http

# Whose secret a call is made with: the app that writes to staff, or the one that may call the customer contact APIs.
Side: TypeAlias = Literal["app", "contacts"]

# A token is renewed a little before its end, so that no call is under way with one that ends.
EARLY = timedelta(minutes=5)
SHORTEST = timedelta(seconds=30)
MOST_PAGES = 1000


@dataclass(frozen=True, slots=True)
class _Sent:
    """What goes with a call: a JSON body or a file; `timeout` in seconds, None for the client's own."""

    body: Mapping[str, Any] | None = None
    file: tuple[str, bytes] | None = None
    timeout: float | None = None


class WecomApi:
    """One corporation's API. Used by several threads at once."""

    def __init__(self, account: AccountConfig) -> None:
        self._account = account
        self._client = open_client(account.base_url)
        self._corp_id = str(account.settings.get("corp_id", ""))
        self.agent_id = account.settings.get("agent_id")
        self.account_id = account.id

    def post(
        self, path: str, body: Mapping[str, Any], side: Side = "contacts", timeout: float | None = None
    ) -> dict[str, Any]:
        """Make one call. Raises TransportError unless its errcode is 0."""
        return self._with_token("POST", path, {}, _Sent(body, timeout=timeout), side)

    def get(self, path: str, query: Mapping[str, str], side: Side = "contacts") -> dict[str, Any]:
        return self._with_token("GET", path, query, _Sent(), side)

    def upload(self, path: str, query: Mapping[str, str], file: tuple[str, bytes]) -> dict[str, Any]:
        """Send a file, as (name, content). Raises TransportError."""
        return self._with_token("POST", path, query, _Sent(file=file), "app")

    def pages(self, path: str, body: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Yield the answers of a call that continues by cursor."""
        cursor = ""
        for _ in range(MOST_PAGES):
            answer = self.post(path, {**body, "cursor": cursor})
            yield answer
            cursor = str(answer.get("next_cursor") or "")
            if not cursor:
                return

    def _with_token(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        sent: _Sent,
        side: Side,
    ) -> dict[str, Any]:
        token = self.token(side)
        try:
            return self._call(method, path, {**query, "access_token": token}, sent)
        except CallRefused as error:
            if error.error_class != ErrorClass.REFRESH:
                raise
            token = self.token(side, stale=token)
            return self._call(method, path, {**query, "access_token": token}, sent)

    def token(self, side: Side, stale: str | None = None) -> str:
        name = f"app:{self.agent_id}" if self._key(side) == "corp_secret" else "contacts"
        tokens = self._account.tokens
        if tokens is None:
            return self._fetch(side)[0]
        return tokens.get(name, lambda: self._fetch(side), stale)

    def _key(self, side: Side) -> str:
        """Since December 2023 new corporations have no secret of customer contact: the app's serves both."""
        return (
            "contact_secret"
            if side == "contacts" and self._account.credentials.get("contact_secret")
            else "corp_secret"
        )

    def _fetch(self, side: Side) -> tuple[str, timedelta]:
        query = {"corpid": self._corp_id, "corpsecret": str(self._account.credentials.get(self._key(side), ""))}
        answer = self._call("GET", "/cgi-bin/gettoken", query, _Sent(), token_call=True)
        lifetime = timedelta(seconds=int(answer.get("expires_in") or 0))
        return str(answer["access_token"]), max(lifetime - EARLY, min(lifetime, SHORTEST))

    def _call(
        self,
        method: str,
        path: str,
        query: Mapping[str, str],
        sent: _Sent,
        *,
        token_call: bool = False,
    ) -> dict[str, Any]:
        request = self._client.build_request(
            method,
            path,
            params=dict(query),
            content=None if sent.body is None else orjson.dumps(sent.body),
            files=None if sent.file is None else {"media": sent.file},
            headers={} if sent.body is None else {"content-type": "application/json"},
            timeout=httpx.USE_CLIENT_DEFAULT if sent.timeout is None else httpx.Timeout(sent.timeout),
        )
        response = exchange(self._client, request)
        try:
            answer = orjson.loads(response.content)
        except orjson.JSONDecodeError as error:
            raise error_of_http(response.status_code) from error
        if not isinstance(answer, dict) or not isinstance(answer.get("errcode"), int):
            raise error_of_http(response.status_code)
        if answer["errcode"]:
            raise error_of(answer["errcode"], str(answer.get("errmsg") or ""), token_call=token_call)
        return answer

    def close(self) -> None:
        self._client.close()
