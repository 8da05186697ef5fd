"""Reading a callback's JSON as strictly as it is stored."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

import orjson

from channels_app.providers.errors import MalformedCallback

SHANGHAI = ZoneInfo("Asia/Shanghai")
MOST_ENTRIES = 10_000
MOST_DEPTH = 8


def entries(body: bytes) -> list[dict[str, Any]]:
    """Read an array of objects. Raises MalformedCallback."""
    value = _loads(body)
    if not isinstance(value, list) or len(value) > MOST_ENTRIES or not all(isinstance(entry, dict) for entry in value):
        raise MalformedCallback(f"the body is not an array of at most {MOST_ENTRIES} objects")
    return value


def entry(body: bytes) -> dict[str, Any]:
    """Read one object. Raises MalformedCallback."""
    value = _loads(body)
    if not isinstance(value, dict):
        raise MalformedCallback("the body is not an object")
    return value


def text(source: Mapping[str, Any], key: str, most: int = 64, default: str | None = None) -> str:
    """Read a text, or a number as its text; `default` stands for null and absence. Raises MalformedCallback."""
    value = source.get(key)
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        value = default
    if not isinstance(value, str) or len(value) > most:
        raise MalformedCallback(f"{key} is not a text of at most {most} characters")
    return value


def shanghai_time(value: str) -> datetime:
    """Read a time of Aliyun's, which is on the clock of Shanghai and does not say so. Raises MalformedCallback."""
    try:
        return datetime.strptime(value, "%Y-%m-%d %H:%M:%S").replace(tzinfo=SHANGHAI)
    except ValueError as error:
        raise MalformedCallback(f"{value!r} is not a time") from error


def _loads(body: bytes) -> Any:
    try:
        value = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise MalformedCallback(f"the body is not JSON: {error}") from error
    if _unstorable(value, MOST_DEPTH):
        raise MalformedCallback("a text contains the character NUL, or it is nested too deeply")
    return value


def _unstorable(value: object, depth: int) -> bool:
    """Tell whether PostgreSQL could not store `value`, because of a NUL or because it is deeper than `depth`."""
    if isinstance(value, str):
        return "\0" in value
    if not isinstance(value, dict | list):
        return False
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    return depth == 0 or any(_unstorable(part, depth - 1) for part in parts)
