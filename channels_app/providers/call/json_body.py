"""What the JSON about calls has in common."""

from collections.abc import Mapping
from typing import Any

from channels_app.providers.errors import MalformedCallback

# Of a whole push.
DEPTH = 8


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
