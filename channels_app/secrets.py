"""Encryption of credentials at rest (Fernet: AES-128-CBC with HMAC-SHA256)."""

import hashlib
from base64 import urlsafe_b64encode
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import orjson
from cryptography.fernet import Fernet, InvalidToken
from django.conf import settings
from django.db import models


class CredentialsUnreadable(Exception):
    """Stored credentials cannot be decrypted: ENCRYPTION_KEY is not the one that wrote them."""

    code = "credentials_unreadable"


@lru_cache(maxsize=4)
def _cipher(secret: str) -> Fernet:
    return Fernet(urlsafe_b64encode(hashlib.sha256(secret.encode()).digest()))


def encrypt(value: Any) -> str:
    """Encrypt a JSON value with the installation's ENCRYPTION_KEY."""
    return _cipher(settings.ENCRYPTION_KEY).encrypt(orjson.dumps(value)).decode()


def decrypt(token: str) -> Any:
    """Decrypt what `encrypt` made. Raises CredentialsUnreadable if the key has changed."""
    try:
        return orjson.loads(_cipher(settings.ENCRYPTION_KEY).decrypt(token.encode()))
    except InvalidToken as error:
        raise CredentialsUnreadable("The stored credentials were written with another ENCRYPTION_KEY.") from error


if TYPE_CHECKING:
    JSONValueField = models.Field[Any, Any]
else:
    # Only the stubs know a generic field.
    JSONValueField = models.Field


class EncryptedJSONField(JSONValueField):
    """A JSON value that the database only ever sees encrypted."""

    def get_internal_type(self) -> str:
        return "TextField"

    def from_db_value(self, value: str | None, expression: Any, connection: Any) -> Any:
        return None if value is None else decrypt(value)

    def get_prep_value(self, value: Any) -> str | None:
        return None if value is None else encrypt(value)

    def to_python(self, value: Any) -> Any:
        return value

    def value_to_string(self, obj: models.Model) -> str:
        return encrypt(self.value_from_object(obj))
