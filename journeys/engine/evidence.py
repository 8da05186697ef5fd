"""What the log may say of the values that a decision compared."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from profiles.rules.compare import get

# A value under such a name identifies a person: the log says only whether there was one.
IDENTIFYING: Final = ("name", "phone", "mobile", "email", "address", "openid", "unionid", "id_card", "birthday")
MASK: Final = "***"


def shown(key: str, value: Any) -> Any:
    """Return what the log may say of the value at `key`."""
    if value is not None and any(word in key.lower() for word in IDENTIFYING):
        return MASK
    return value


def properties_at(keys: Iterable[str], properties: Mapping[str, Any]) -> dict[str, Any]:
    """The values at these dotted paths, as the log may show them."""
    return {key: shown(key, get(properties, key)) for key in sorted(keys)}
