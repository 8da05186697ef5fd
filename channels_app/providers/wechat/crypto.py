"""Signature and encryption of callbacks, which WeChat and WeCom share.

https://developers.weixin.qq.com/doc/oplatform/Third-party_Platforms/2.0/api/Before_Develop/Technical_Plan.html and
https://developer.work.weixin.qq.com/document/path/90968
"""

import base64
import binascii
import hashlib
import hmac
import secrets
import struct
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.ciphers import Cipher, CipherContext, algorithms, modes

from channels_app.providers.errors import ForgedCallback, MalformedCallback

AES_BLOCK, PAD_BLOCK = 16, 32
RANDOM_BYTES, LENGTH_BYTES = 16, 4
KEY_CHARACTERS, KEY_BYTES = 43, 32


def signature_of(*parts: str) -> str:
    """Return the SHA-1 of the sorted parts: the token, time stamp and nonce, and the cipher text if there is one."""
    return hashlib.sha1("".join(sorted(parts)).encode()).hexdigest()  # noqa: S324  # the vendors chose it


def aes_key(encoding_aes_key: str) -> bytes:
    """Return the 32 bytes that an EncodingAESKey of 43 characters stands for. Raises ValueError."""
    if len(encoding_aes_key) != KEY_CHARACTERS:
        raise ValueError(f"an EncodingAESKey has {KEY_CHARACTERS} characters")
    # The last of the 43 characters may carry bits beyond the 256, which strict decoders refuse and the vendors ignore.
    key = base64.b64decode(encoding_aes_key + "=")
    if len(key) != KEY_BYTES:
        raise ValueError("an EncodingAESKey has letters and digits only")
    return key


@dataclass(frozen=True, slots=True)
class CallbackCrypto:
    """What both sides of a callback know. `receive_id` is the appid (WeChat) or the corpid (WeCom).

    Without a good `encoding_aes_key` callbacks are signed only: `open` raises MalformedCallback, `seal` ValueError.
    """

    token: str = field(repr=False)
    encoding_aes_key: str = field(repr=False)
    receive_id: str

    def check(self, signature: str, timestamp: str, nonce: str, *signed: str) -> None:
        """Raises ForgedCallback if `signature` is not that of this token."""
        expected = signature_of(self.token, timestamp, nonce, *signed)
        if not hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass")):
            raise ForgedCallback("the signature is not that of this account")

    def open(self, encrypted: str) -> bytes:
        """Decrypt what has been checked. Raises MalformedCallback, and ForgedCallback if it is for another receiver."""
        try:
            cipher_text = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError) as error:
            raise MalformedCallback("the cipher text is not base64") from error
        if not cipher_text or len(cipher_text) % AES_BLOCK:
            raise MalformedCallback("the cipher text is not whole blocks")
        try:
            cipher = self._cipher()
        except ValueError as error:
            raise MalformedCallback("the account's EncodingAESKey is none") from error
        plain = _without_padding(self._through(cipher.decryptor(), cipher_text))
        start = RANDOM_BYTES + LENGTH_BYTES
        if len(plain) < start:
            raise MalformedCallback("the plain text is shorter than its head")
        (length,) = struct.unpack(">I", plain[RANDOM_BYTES:start])
        if length > len(plain) - start:
            raise MalformedCallback("the plain text is shorter than it says")
        if not hmac.compare_digest(plain[start + length :], self.receive_id.encode()):
            raise ForgedCallback("the callback is for another receiver")
        return plain[start : start + length]

    def seal(self, message: bytes) -> str:
        """Encrypt an answer to a callback."""
        head = secrets.token_bytes(RANDOM_BYTES) + struct.pack(">I", len(message))
        plain = head + message + self.receive_id.encode()
        pad = PAD_BLOCK - len(plain) % PAD_BLOCK
        return base64.b64encode(self._through(self._cipher().encryptor(), plain + bytes([pad]) * pad)).decode()

    def sealed_xml(self, message: bytes, timestamp: str, nonce: str) -> bytes:
        """Return an encrypted answer as both vendors expect it."""
        encrypted = self.seal(message)
        signature = signature_of(self.token, timestamp, nonce, encrypted)
        return (
            f"<xml><Encrypt><![CDATA[{encrypted}]]></Encrypt><MsgSignature><![CDATA[{signature}]]></MsgSignature>"
            f"<TimeStamp>{timestamp}</TimeStamp><Nonce><![CDATA[{nonce}]]></Nonce></xml>"
        ).encode()

    def _cipher(self) -> Cipher[modes.CBC]:
        key = aes_key(self.encoding_aes_key)
        return Cipher(algorithms.AES(key), modes.CBC(key[:AES_BLOCK]))

    @staticmethod
    def _through(context: CipherContext, text: bytes) -> bytes:
        return context.update(text) + context.finalize()


def _without_padding(plain: bytes) -> bytes:
    """Take off PKCS#7 padding to 32 bytes: 1 to 32 bytes, all of them equal to their number."""
    pad = plain[-1]
    if not 1 <= pad <= PAD_BLOCK or pad > len(plain) or plain[-pad:] != bytes([pad]) * pad:
        raise MalformedCallback("the padding is wrong")
    return plain[:-pad]
