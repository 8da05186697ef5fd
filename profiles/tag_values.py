"""Which values a tag may have."""

from typing import Any

from profiles.attributes import MAX_KEY
from profiles.choices import TagValueType
from workspaces.errors import DomainError

MOST_VALUES = 1_000


class InvalidTagValue(DomainError):
    """The value is not one that the tag may have."""

    def __init__(self, detail: str, attr: str = "value") -> None:
        super().__init__("invalid_tag_value", detail, attr)


def check_value(value_type: str, allowed: list[Any], value: Any, attr: str = "value") -> None:
    """Raise InvalidTagValue unless `value` (None: without one) is of the type and, if values are listed, among them."""
    if value is None:
        if value_type != TagValueType.NONE:
            raise InvalidTagValue(f"The tag is given with a value: {value_type}.", attr)
        return
    fits = {
        TagValueType.NONE: False,
        TagValueType.TEXT: isinstance(value, str) and 1 <= len(value) <= MAX_KEY,
        TagValueType.NUMBER: isinstance(value, int | float) and not isinstance(value, bool),
        # True is how a tag without a value is written.
        TagValueType.BOOLEAN: isinstance(value, bool),
    }[TagValueType(value_type)]
    if not fits:
        raise InvalidTagValue(f"The tag's value is of the type {value_type}.", attr)
    if allowed and value not in allowed:
        raise InvalidTagValue("This is none of the tag's allowed values.", attr)


def check_allowed(value_type: str, allowed: list[Any], attr: str = "allowed_values") -> None:
    """Raise InvalidTagValue unless each allowed value is of the type."""
    if len(allowed) > MOST_VALUES:
        raise InvalidTagValue(f"At most {MOST_VALUES} values are listed.", attr)
    if allowed and value_type == TagValueType.NONE:
        raise InvalidTagValue("A tag without a value has no allowed values.", attr)
    for value in allowed:
        check_value(value_type, [], value, attr)
