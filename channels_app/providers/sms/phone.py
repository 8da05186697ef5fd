"""Phone numbers as Chinese SMS providers write them, and as Zhitu stores them (E.164)."""

import re

_WIRE = re.compile(r"(?:\+|00)?(?:86)?(1[3-9]\d{9})", re.ASCII)
_FOREIGN = re.compile(r"(?:\+|00)([1-9]\d{6,14})", re.ASCII)


def wire_phone(address: str) -> str | None:
    """Return the 11 digits of a mainland mobile number, or None if `address` is not one."""
    match = _WIRE.fullmatch(address)
    return match[1] if match else None


def address_of(phone: str) -> str:
    """Return the E.164 form of a number that a provider reports; what is not a number stays as it is."""
    domestic = _WIRE.fullmatch(phone)
    if domestic:
        return f"+86{domestic[1]}"
    foreign = _FOREIGN.fullmatch(phone)
    return f"+{foreign[1]}" if foreign else phone
