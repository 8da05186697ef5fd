import base64
import dataclasses
import struct

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels_app.providers.errors import ForgedCallback, MalformedCallback
from channels_app.providers.wechat.crypto import CallbackCrypto, aes_key, signature_of
from channels_app.providers.wechat.xml import MOST_DEPTH, parse

KEY = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG"
CRYPTO = CallbackCrypto("QDG6eK", KEY, "wx5823bf96d3bd56c7")


def encrypted(plain: bytes) -> str:
    """Encrypt exactly these bytes, padding and all."""
    key = aes_key(KEY)
    context = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(context.update(plain) + context.finalize()).decode()


def padded(plain: bytes, pad: int) -> bytes:
    return plain + bytes([pad]) * pad


@pytest.mark.parametrize("length", [0, 1, 12, 13, 28, 29, 30, 31, 32, 5000])
def test_what_is_sealed_opens_again_at_every_length_of_padding(length: int) -> None:
    message = "知".encode() * length
    assert CRYPTO.open(CRYPTO.seal(message)) == message


def test_wecoms_published_example_opens() -> None:
    """https://developer.work.weixin.qq.com/document/path/90968"""
    crypto = CallbackCrypto("QDG6eK", "jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C", "wx5823bf96d3bd56c7")
    echo = "P9nAzCzyDtyTWESHep1vC5X9xho/qYX3Zpb4yKa9SKld1DsH3Iyt3tP3zNdtp+4RPcs8TgAE7OaBO+FZXvnaqQ=="
    crypto.check("5c45ff5e21c57e6ad56bac8758b79b1d9ac89fd3", "1409659589", "263014780", echo)
    assert crypto.open(echo) == b"1616140317555161061"


def test_a_signature_with_another_token_is_forged() -> None:
    signature = signature_of("other", "1", "2", "cipher")
    with pytest.raises(ForgedCallback):
        CRYPTO.check(signature, "1", "2", "cipher")


def test_a_signature_that_is_no_ascii_is_forged() -> None:
    with pytest.raises(ForgedCallback):
        CRYPTO.check("知\udce9", "1", "2")


def test_a_callback_for_another_receiver_is_forged() -> None:
    other = dataclasses.replace(CRYPTO, receive_id="wxother")
    with pytest.raises(ForgedCallback):
        CRYPTO.open(other.seal(b"<xml/>"))


@pytest.mark.parametrize(
    "cipher_text",
    [
        "",
        "not base64!",
        base64.b64encode(b"short").decode(),
        encrypted(padded(b"x" * 31, 0) + b"\0"),
        encrypted(b"x" * 31 + b"\x21"),
        encrypted(b"x" * 30 + b"\x01\x02"),
        encrypted(padded(b"x" * 10, 22)),
        encrypted(padded(b"r" * 16 + struct.pack(">I", 10**9) + b"abc", 9)),
    ],
    ids=["empty", "no base64", "no block", "pad 0", "pad 33", "pad uneven", "no head", "length beyond the end"],
)
def test_a_cipher_text_that_does_not_hold_together_is_malformed(cipher_text: str) -> None:
    with pytest.raises(MalformedCallback):
        CRYPTO.open(cipher_text)


@pytest.mark.parametrize("key", ["", "short", "-" * 43, "知" * 43])
def test_with_a_key_that_is_none_nothing_can_be_opened(key: str) -> None:
    with pytest.raises(MalformedCallback):
        dataclasses.replace(CRYPTO, encoding_aes_key=key).open(CRYPTO.seal(b"<xml/>"))


def test_secrets_are_in_no_repr() -> None:
    assert KEY not in repr(CRYPTO)
    assert "QDG6eK" not in repr(CRYPTO)


def test_repeated_elements_are_a_list_and_single_ones_are_not() -> None:
    value = parse(b"<xml><a>1</a><L><b><![CDATA[x]]></b></L><M><c>1</c></M><M><c>2</c></M></xml>")
    assert value == {"a": "1", "L": {"b": "x"}, "M": [{"c": "1"}, {"c": "2"}]}


BOMB = b'<!DOCTYPE x [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]><xml><a>&b;</a></xml>'
OUTSIDE = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml><a>&a;</a></xml>'


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<xml>",
        b"<xml><a>1</a>",
        b"<xml/>",
        "<xml><a>微信公众号</a></xml>".encode("gbk"),
        "<xml><a>知</a></xml>".encode("utf-16"),
        BOMB,
        OUTSIDE,
        b"<xml>" + b"<a>" * (MOST_DEPTH + 2) + b"</a>" * (MOST_DEPTH + 2) + b"</xml>",
        b"<xml>" + b"<a/>" * 5001 + b"</xml>",
        b"<xml><a>" + b"x" * 300_000 + b"</a></xml>",
        b"<xml><a>&#0;</a></xml>",
    ],
    ids=["empty", "open", "cut", "bare", "gbk", "utf-16", "bomb", "outside", "deep", "many", "large", "nul"],
)
def test_xml_that_no_vendor_sends_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedCallback):
        parse(body)
