"""JSON that vendors push, read no more trustingly than it is stored."""

from collections.abc import Mapping
from typing import Any

import orjson

from channels_app.providers.errors import MalformedCallback

MOST_ENTRIES = 10_000


def read_list(body: bytes, depth: int) -> list[dict[str, Any]]:
    """Read an array of objects, nested `depth` levels at most, itself included. Raises MalformedCallback."""
    value = _read(body, depth)
    if not isinstance(value, list) or len(value) > MOST_ENTRIES or not all(isinstance(entry, dict) for entry in value):
        raise MalformedCallback(f"the body is not an array of at most {MOST_ENTRIES} objects")
    return value


def read_object(body: bytes, depth: int) -> dict[str, Any]:
    """Read one object, nested `depth` levels at most, itself included. Raises MalformedCallback."""
    value = _read(body, depth)
    if not isinstance(value, dict):
        raise MalformedCallback("the body is not an object")
    return value


def _read(body: bytes, depth: int) -> Any:
    try:
        value = orjson.loads(body)
    except (orjson.JSONDecodeError, RecursionError) as error:
        raise MalformedCallback(f"the body is not JSON: {error}") from error
    if unstorable(value, depth):
        raise MalformedCallback("a text contains the character NUL, or it is nested too deeply")
    return value


def text_of(
    source: Mapping[str, Any], key: str, most: int = 64, default: str | None = None, *, numbers: bool = False
) -> str:
    """Read a text; with `numbers` a whole number counts as its text. `default` stands for null and absence.

    Raises MalformedCallback.
    """
    value = source.get(key)
    if numbers and isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    if value is None:
        value = default
    if not isinstance(value, str) or len(value) > most:
        raise MalformedCallback(f"{key} is not a text of at most {most} characters")
    return value


def unstorable(value: object, depth: int) -> bool:
    """Tell whether PostgreSQL could not store `value`, because of a NUL or because it is deeper than `depth`."""
    if isinstance(value, str):
        return "\0" in value
    if not isinstance(value, dict | list):
        return False
    parts = [*value.keys(), *value.values()] if isinstance(value, dict) else value
    return depth == 0 or any(unstorable(part, depth - 1) for part in parts)
