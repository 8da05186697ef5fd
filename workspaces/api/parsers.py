import gzip
import io
import zlib
from collections.abc import Mapping
from typing import IO, Any

import orjson
from django.conf import settings
from rest_framework import exceptions
from rest_framework.parsers import BaseParser

from workspaces.api.errors import PayloadTooLarge


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_has_nul(key) or _has_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(_has_nul(item) for item in value)


class StrictJSONParser(BaseParser):
    """JSON in UTF-8, plain or gzip, up to `limit` (DATA_UPLOAD_MAX_MEMORY_SIZE) bytes after unpacking.

    NaN, lone surrogates and NUL characters are refused with 400: PostgreSQL can store none of them. So is what is
    nested more than 254 levels deep, which orjson reads but does not write.
    """

    media_type = "application/json"

    @property
    def limit(self) -> int:
        return settings.DATA_UPLOAD_MAX_MEMORY_SIZE

    def parse(
        self, stream: IO[bytes], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        raw = self._read(stream, (parser_context or {})["request"].headers.get("Content-Encoding", ""))
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise exceptions.ParseError(f"This is not JSON: {error}") from error
        try:
            orjson.dumps(value)
        except orjson.JSONEncodeError as error:
            raise exceptions.ParseError("The JSON is nested too deeply.") from error
        if b"\\u0000" in raw and _has_nul(value):
            raise exceptions.ParseError("A text contains the character NUL (U+0000), which cannot be stored.")
        return value

    def _read(self, stream: IO[bytes], encoding: str) -> bytes:
        limit = self.limit
        raw = stream.read(limit + 1)
        if len(raw) <= limit and encoding.lower() == "gzip":
            try:
                raw = gzip.GzipFile(fileobj=io.BytesIO(raw)).read(limit + 1)
            except (OSError, EOFError, zlib.error) as error:
                raise exceptions.ParseError("The body is not valid gzip.") from error
        if len(raw) > limit:
            raise PayloadTooLarge(f"The body is larger than {limit} bytes.")
        return raw
