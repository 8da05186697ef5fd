"""Callbacks of the simulated WeChat: signed, encrypted as the account asks, repeated three times after 5 seconds.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
"""

import base64
import hashlib
import os
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import httpx
import orjson
from cryptography.hazmat.primitives.ciphers import Cipher
from cryptography.hazmat.primitives.ciphers.algorithms import AES
from cryptography.hazmat.primitives.ciphers.modes import CBC

from channels_app.simulator.vendor import Surroundings
from channels_app.simulator.wechat_config import OfficialAccount

PAUSES_SECONDS = (5.0, 5.0, 5.0)


def sign(*parts: str) -> str:
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324  # WeChat's choice


def encrypt(message: bytes, encoding_aes_key: str, receive_id: str) -> str:
    """16 random bytes, the length in network order, the message, the receiver; padded to whole 32 bytes."""
    key = base64.b64decode(encoding_aes_key + "=")
    plain = os.urandom(16) + len(message).to_bytes(4, "big") + message + receive_id.encode()
    missing = 32 - len(plain) % 32
    plain += missing.to_bytes(1, "big") * missing
    encryptor = Cipher(AES(key), CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def to_xml(value: Any) -> str:
    """Numbers stand as they are, texts in CDATA, a list as its element repeated."""
    if isinstance(value, Mapping):
        return "".join(_element(name, part) for name, part in value.items())
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return escape(text) if "]]>" in text else f"<![CDATA[{text}]]>"


def _element(name: str, value: Any) -> str:
    parts = value if isinstance(value, list) else [value]
    return "".join(f"<{name}>{to_xml(part)}</{name}>" for part in parts)


class WechatPush:
    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings

    def push(
        self, appid: str, account: OfficialAccount, openid: str, fields: Mapping[str, Any], after: float = 0
    ) -> None:
        """Tell the account's server what `openid` did, or what became of a message to them."""
        if not account.callback_url:
            return
        message = {"ToUserName": f"gh_{appid[-12:]}", "FromUserName": openid, "CreateTime": int(time.time()), **fields}
        url, body, kind = request_of(appid, account, openid, message)
        twice = self._around.strikes(self._around.faults().duplicate_callback_rate)
        for _ in range(2 if twice else 1):
            self._around.callbacks.push(
                url,
                body,
                content_type=kind,
                taken_if="success_or_xml",
                after=after + self._around.delay_of_callback(),
                pauses=[pause * account.retry_scale for pause in PAUSES_SECONDS],
            )


def request_of(appid: str, account: OfficialAccount, openid: str, message: Mapping[str, Any]) -> tuple[str, bytes, str]:
    """Return the address with its signatures, the body and its content type."""
    timestamp, nonce = str(int(time.time())), str(int.from_bytes(os.urandom(4), "big"))
    as_json = account.format == "json"
    plain = orjson.dumps(message) if as_json else f"<xml>{to_xml(message)}</xml>".encode()
    query = {
        "signature": sign(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "openid": openid,
    }
    if account.mode != "plain":
        encrypted = encrypt(plain, account.encoding_aes_key, appid)
        query |= {"encrypt_type": "aes", "msg_signature": sign(account.token, timestamp, nonce, encrypted)}
        outer: dict[str, Any] = dict(message) if account.mode == "compatible" else {"ToUserName": message["ToUserName"]}
        outer["Encrypt"] = encrypted
        plain = orjson.dumps(outer) if as_json else f"<xml>{to_xml(outer)}</xml>".encode()
    joint = "&" if "?" in account.callback_url else "?"
    return f"{account.callback_url}{joint}{urlencode(query)}", plain, "application/json" if as_json else "text/xml"


async def verify(account: OfficialAccount) -> bool:
    """Prove by GET that the address is the account's: its server must answer with the echo, and nothing else."""
    timestamp, nonce, echo = str(int(time.time())), os.urandom(4).hex(), str(int.from_bytes(os.urandom(8), "big"))
    query = {
        "signature": sign(account.token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
        "echostr": echo,
    }
    async with httpx.AsyncClient(timeout=5, trust_env=False) as client:
        try:
            answer = await client.get(account.callback_url, params=query)
        except (httpx.HTTPError, httpx.InvalidURL):
            return False
    return answer.status_code == 200 and answer.content == echo.encode()
