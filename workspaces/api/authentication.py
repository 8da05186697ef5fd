import base64
import binascii
from typing import Any

from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import authentication, exceptions
from rest_framework.request import Request

from workspaces.models import ApiKey
from workspaces.principal import ApiClient


class SessionAuthentication(authentication.SessionAuthentication):
    """A console session. An anonymous request is answered 401, not 403, so that a client knows to sign in."""

    def authenticate_header(self, request: Request) -> str:
        return "Session"


def _client(key: str) -> tuple[ApiClient, ApiKey]:
    row, now = ApiKey.find(key), timezone.now()
    if row is None or row.revoked_at is not None:
        raise exceptions.AuthenticationFailed("This API key does not exist.", code="invalid_key")
    if not row.is_valid(now):
        raise exceptions.AuthenticationFailed("This API key has expired.", code="expired_key")
    row.note_use(now)
    return ApiClient(row), row


class ApiKeyAuthentication(authentication.BaseAuthentication):
    """`Authorization: Bearer <key>`."""

    def authenticate(self, request: Request) -> tuple[ApiClient, ApiKey] | None:
        scheme, _, key = request.headers.get("Authorization", "").partition(" ")
        return _client(key.strip()) if scheme.lower() == "bearer" else None

    def authenticate_header(self, request: Request) -> str:
        return "Bearer"


class WriteKeyAuthentication(authentication.BaseAuthentication):
    """HTTP Basic with the write key as user name, as Segment-style libraries send it."""

    def authenticate(self, request: Request) -> tuple[ApiClient, ApiKey] | None:
        scheme, _, encoded = request.headers.get("Authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return None
        try:
            key = base64.b64decode(encoded, validate=True).decode().partition(":")[0]
        except (binascii.Error, UnicodeDecodeError) as error:
            raise exceptions.AuthenticationFailed(
                "The Basic credentials cannot be read.", code="invalid_key"
            ) from error
        return _client(key)

    def authenticate_header(self, request: Request) -> str:
        return 'Basic realm="write key"'


class _BearerScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # drf-spectacular ships no types for this hook
    target_class = ApiKeyAuthentication
    name = "apiKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}


class _WriteKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # as above
    target_class = WriteKeyAuthentication
    name = "writeKey"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "basic"}


class _SessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]  # as above
    target_class = SessionAuthentication
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}
