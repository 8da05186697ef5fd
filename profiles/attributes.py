"""What is known about a person, and how a change to it is read and applied. Pure: no database, no clock.

Attributes are a JSON object. A change is a JSON Merge Patch (RFC 7396) in which a dotted key names a nested value:
`{"address.city": "上海"}` is `{"address": {"city": "上海"}}`. Keys that are not named keep their value, `null` removes,
an object is merged into the one that is there, anything else (also a list) replaces what was there.

Tags are names with an optional value. A change is a list of names, or an object of name → value, where `true` stands
for a tag without a value and `null` removes the tag.
"""

from collections.abc import Mapping
from typing import Any

import orjson

from workspaces.errors import DomainError

MAX_BYTES = 64 * 1024
MAX_DEPTH = 16
MAX_KEY = 200
MAX_TAGS = 1000
MAX_TAG = 100


class InvalidAttributes(DomainError):
    """A change that cannot be made to a person's attributes or tags."""


def read_patch(changes: object, attr: str = "attributes") -> dict[str, Any]:
    """Check a change and unfold its dotted keys. Raises InvalidAttributes."""
    if not isinstance(changes, Mapping):
        raise InvalidAttributes(f"invalid_{attr}", f"`{attr}` is an object.", attr)
    return _unfold(changes, attr, MAX_DEPTH)


def _unfold(changes: Mapping[str, Any], attr: str, levels: int) -> dict[str, Any]:
    patch: dict[str, Any] = {}
    for key, value in changes.items():
        path = key.split(".")
        if not all(path) or len(key) > MAX_KEY:
            raise InvalidAttributes(
                "invalid_key", f"A key has 1 to {MAX_KEY} characters and no empty part between dots.", attr
            )
        below = levels - len(path)
        if below < (_depth(value) if isinstance(value, list) else 0):
            raise InvalidAttributes("too_deep", f"`{attr}` is nested more than {MAX_DEPTH} levels deep.", attr)
        patch = _combine(patch, _nest(path, _unfold(value, attr, below) if isinstance(value, Mapping) else value))
    return patch


def _nest(path: list[str], value: object) -> dict[str, Any]:
    return {path[0]: _nest(path[1:], value) if path[1:] else value}


def _depth(value: object) -> int:
    if isinstance(value, Mapping):
        return 1 + max(map(_depth, value.values()), default=0)
    return 1 + max(map(_depth, value), default=0) if isinstance(value, list) else 0


def _combine(first: dict[str, Any], second: dict[str, Any]) -> dict[str, Any]:
    """One patch that does what `first` and then `second` do; unlike merging it keeps nulls."""
    combined = dict(first)
    for key, value in second.items():
        before = combined.get(key)
        combined[key] = _combine(before, value) if isinstance(before, dict) and isinstance(value, dict) else value
    return combined


def merge(current: Mapping[str, Any], patch: Mapping[str, Any]) -> dict[str, Any]:
    """Apply a patch as RFC 7396 section 2 says and return the new attributes."""
    result = dict(current)
    for key, value in patch.items():
        if value is None:
            result.pop(key, None)
        elif isinstance(value, dict):
            before = result.get(key)
            result[key] = merge(before if isinstance(before, dict) else {}, value)
        else:
            result[key] = value
    return result


def read_tags(changes: object) -> dict[str, Any]:
    """Check a change of tags and return it as name → value (`true`: without a value, `None`: remove it)."""
    if isinstance(changes, list):
        changes = dict.fromkeys((name if isinstance(name, str) else "" for name in changes), True)
    if not isinstance(changes, Mapping):
        raise InvalidAttributes("invalid_tags", "`tags` is a list of names or an object of name → value.", "tags")
    for name, value in changes.items():
        if not 1 <= len(name) <= MAX_TAG or not name.strip():
            raise InvalidAttributes("invalid_tag", f"A tag's name is a text of 1 to {MAX_TAG} characters.", "tags")
        if isinstance(value, Mapping | list) or (isinstance(value, str) and len(value) > MAX_KEY):
            raise InvalidAttributes("invalid_tag_value", "A tag's value is a short text, a number or true.", "tags")
    return dict(changes)


def merge_tags(current: Mapping[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    """Apply a change of tags. Stored, a tag without a value is null."""
    result = dict(current)
    for name, value in changes.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = None if value is True else value
    return result


def show_tags(tags: Mapping[str, Any]) -> dict[str, Any]:
    """The stored tags as the API gives them: what it gives can be sent back."""
    return {name: True if value is None else value for name, value in tags.items()}


def is_too_large(value: Mapping[str, Any]) -> bool:
    return len(orjson.dumps(value)) > MAX_BYTES
