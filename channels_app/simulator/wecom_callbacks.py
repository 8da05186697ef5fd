"""The simulated WeCom's callbacks: always encrypted. Written apart from the receiver's code, from

https://developer.work.weixin.qq.com/document/path/90968
"""

import base64
import hashlib
import random
import struct
import time
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlencode

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels_app.simulator.vendor import Surroundings
from channels_app.simulator.wecom_config import Corp

BLOCK = 32
KEY_CHARACTERS = 43
# A callback that is not answered within 5 s is repeated three times.
PAUSES = (1.0, 2.0, 3.0)


def encrypt(plain: bytes, corp_id: str, corp: Corp, draw: random.Random) -> str:
    key = base64.b64decode(corp.encoding_aes_key + "=")
    message = draw.randbytes(16) + struct.pack("!I", len(plain)) + plain + corp_id.encode()
    pad = BLOCK - len(message) % BLOCK
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    sealed = encryptor.update(message + bytes([pad]) * pad) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def signed(encrypted: str, corp: Corp, draw: random.Random, at: float) -> dict[str, str]:
    stamp, nonce = str(int(at)), str(draw.randrange(10**9, 10**10))
    text = "".join(sorted((corp.callback_token, stamp, nonce, encrypted)))
    digest = hashlib.sha1(text.encode(), usedforsecurity=False).hexdigest()
    return {"msg_signature": digest, "timestamp": stamp, "nonce": nonce}


def xml_of(fields: Mapping[str, Any]) -> str:
    return f"<xml>{''.join(_element(name, value) for name, value in fields.items())}</xml>"


def _element(name: str, value: Any) -> str:
    if isinstance(value, Mapping):
        return f"<{name}>{''.join(_element(key, part) for key, part in value.items())}</{name}>"
    if isinstance(value, list):
        return "".join(_element(name, part) for part in value)
    return f"<{name}>{value}</{name}>" if isinstance(value, int) else f"<{name}><![CDATA[{value}]]></{name}>"


class Pushes:
    def __init__(self, surroundings: Surroundings) -> None:
        self._around = surroundings

    def event(self, corp_id: str, corp: Corp, fields: Mapping[str, Any], at: float | None = None) -> None:
        """Push one event; `fields` are its own, after what every event has."""
        if not corp.callback_url or len(corp.encoding_aes_key) != KEY_CHARACTERS:
            return
        at = time.time() if at is None else at
        event = {"ToUserName": corp_id, "FromUserName": "sys", "CreateTime": int(at), "MsgType": "event", **fields}
        draw = self._around.draw
        encrypted = encrypt(xml_of(event).encode(), corp_id, corp, draw)
        body = xml_of({"ToUserName": corp_id, "AgentID": "", "Encrypt": encrypted}).encode()
        url = f"{corp.callback_url}?{urlencode(signed(encrypted, corp, draw, at))}"
        for _ in range(2 if self._around.strikes(self._around.faults().duplicate_callback_rate) else 1):
            self._around.callbacks.push(
                url,
                body,
                content_type="text/xml",
                taken_if="http_200",
                after=self._around.delay_of_callback(),
                pauses=[pause * corp.retry_scale for pause in PAUSES],
            )

    def verification(self, corp_id: str, corp: Corp) -> tuple[str, str]:
        """Return the address that the console's "save" asks by GET, and the text it expects back."""
        draw = self._around.draw
        plain = str(draw.randrange(10**18, 10**19))
        encrypted = encrypt(plain.encode(), corp_id, corp, draw)
        query = {**signed(encrypted, corp, draw, time.time()), "echostr": encrypted}
        return f"{corp.callback_url}?{urlencode(query)}", plain
