"""What the JSON that SMS vendors push has in common: unsigned, so every field is doubted."""

from typing import Any
from uuid import UUID

from channels_app.providers.errors import MalformedCallback

# Of a whole push: an array of entries of eight levels.
DEPTH = 9


def text_of(entry: dict[str, Any], key: str, most: int = 64, default: str | None = None) -> str:
    """Return a field that is a text. Raises MalformedCallback."""
    value = entry.get(key, default)
    if value is None and default is not None:
        value = default
    if not isinstance(value, str) or len(value) > most:
        raise MalformedCallback(f"{key} is not a text of at most {most} characters")
    return value


def uuid_of(value: object) -> UUID | None:
    """Read our attempt id; a report of a message that another program sent has something else here."""
    try:
        return UUID(value) if isinstance(value, str) else None
    except ValueError:
        return None
