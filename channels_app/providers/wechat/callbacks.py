"""WeChat's callbacks: proved, opened, and answered `success` within the 5 seconds that it waits.

https://developers.weixin.qq.com/doc/offiaccount/Message_Management/Receiving_standard_messages.html
"""

from datetime import datetime, timedelta
from typing import Any

import orjson

from channels_app.providers.errors import ForgedCallback, MalformedCallback
from channels_app.providers.inbound import CallbackRequest, Inbound, Received
from channels_app.providers.pushed_json import unstorable
from channels_app.providers.wechat import xml
from channels_app.providers.wechat.crypto import CallbackCrypto
from channels_app.providers.wechat.happenings import inbound_of, instant

TEXT = "text/plain; charset=utf-8"
SUCCESS = b"success"
MOST_DEPTH = 8
# In plain mode the signature covers no body: one that has been seen must not be good for ever.
SIGNATURE_GOOD_FOR = timedelta(hours=1)


def receive(request: CallbackRequest, crypto: CallbackCrypto, *, mini_program: bool, now: datetime) -> Received:
    """Read a callback. Raises MalformedCallback or ForgedCallback.

    An account with an EncodingAESKey takes encrypted bodies only (encrypted and compatible mode): else whoever knows
    the address could do without the key.
    """
    query = request.query
    if request.method == "GET":
        crypto.check(query.get("signature", ""), query.get("timestamp", ""), query.get("nonce", ""))
        if not query.get("echostr"):
            raise MalformedCallback("there is no echostr")
        return Received(Inbound(), query["echostr"].encode(), TEXT)
    if crypto.encoding_aes_key:
        message = _parsed(_opened(request, crypto))
    else:
        _check_plain(request, crypto, now)
        message = _parsed(request.body)
        if "Encrypt" in message and "MsgType" not in message:
            raise MalformedCallback("the body is encrypted, and the account has no EncodingAESKey")
    return Received(inbound_of(message, crypto.receive_id, mini_program=mini_program), SUCCESS, TEXT)


def _opened(request: CallbackRequest, crypto: CallbackCrypto) -> bytes:
    encrypted = _parsed(request.body).get("Encrypt")
    if not isinstance(encrypted, str) or not encrypted:
        raise ForgedCallback("the body is not encrypted, as the account's callbacks are")
    query = request.query
    crypto.check(query.get("msg_signature", ""), query.get("timestamp", ""), query.get("nonce", ""), encrypted)
    return crypto.open(encrypted)


def _check_plain(request: CallbackRequest, crypto: CallbackCrypto, now: datetime) -> None:
    timestamp = request.query.get("timestamp", "")
    crypto.check(request.query.get("signature", ""), timestamp, request.query.get("nonce", ""))
    if abs(now - instant(timestamp, "timestamp")) > SIGNATURE_GOOD_FOR:
        raise ForgedCallback("the signature is of another hour")


def _parsed(body: bytes) -> dict[str, Any]:
    """Read XML, or JSON, which a mini-program's owner may choose."""
    if not body.lstrip().startswith(b"{"):
        return xml.parse(body)
    try:
        value = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise MalformedCallback("the body is not JSON") from error
    if len(body) > xml.MOST_BYTES or unstorable(value, MOST_DEPTH):
        raise MalformedCallback("the body is too large or too deep, or a text contains the character NUL")
    assert isinstance(value, dict), "it starts with a brace"
    return value
