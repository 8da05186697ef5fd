"""How personal data is shown to who may not see it. Pure: no database, no clock.

Enough stays to tell two people apart on a screen, too little to reach or name anybody: the ends of a number (the form
that GB/T 35273-2020 6.3 and the carriers' bills use), the first character of a name, the domain of an address.
"""

import re
from collections.abc import Collection, Mapping, Sequence
from typing import Any

STARS = "****"
# The keys of attributes, event properties and message parameters whose whole value is personal, whatever it looks like.
PERSONAL_KEYS = (
    "name", "first_name", "last_name", "full_name", "real_name", "nickname", "phone", "mobile", "tel", "email",
    "address", "id_number", "id_card", "passport", "birthday", "birthdate", "openid", "unionid", "wechat", "bank_card",
    "wechat_openid", "wechat_unionid", "wecom_external_userid", "jd_pin",
    "ip", "latitude", "longitude", "姓名", "手机", "手机号", "电话", "邮箱", "地址", "身份证", "身份证号", "生日", "微信号",
)  # fmt: skip
MOST_DEPTH = 32
_PLAIN = frozenset({"key", "cmp", "op", "within"})

_INLINE = re.compile(
    r"(?P<email>[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)+)"
    r"|(?P<card>(?<!\d)\d{17}[\dXx](?![\dA-Za-z]))"
    r"|(?P<phone>\+\d{8,15}(?!\d)|(?<!\d)(?:86)?1[3-9]\d{9}(?!\d))"
)


def mask_phone(number: str) -> str:
    """`+8613800138000` → `+86138****8000`: without the four digits before the last four."""
    return number[:-8] + STARS + number[-4:] if len(number) >= 11 else mask_text(number)


def mask_email(address: str) -> str:
    """`wang.wei@example.com` → `w****@example.com`."""
    local, at, domain = address.rpartition("@")
    return f"{local[:1]}{STARS}@{domain}" if at else mask_text(address)


def mask_text(text: str) -> str:
    """A name, an id: `王小明` → `王****`, `oX1aBcDeF9kQ` → `oX1****kQ`."""
    return f"{text[:3]}{STARS}{text[-2:]}" if len(text) >= 10 else f"{text[:1]}{STARS}"


def mask_identity(type_: str, value: str) -> str:
    if type_ == "phone":
        return mask_phone(value)
    return mask_email(value) if "@" in value else mask_text(value)


def mask_address(value: str) -> str:
    """An address of a message, whose kind its look tells."""
    found = _INLINE.fullmatch(value)
    return _mask_match(found) if found else mask_identity("", value) if value else ""


def mask_inline(text: str) -> str:
    """Mask phone numbers, mail addresses and numbers of identity cards inside a text."""
    return _INLINE.sub(_mask_match, text)


def _mask_match(found: re.Match[str]) -> str:
    if found["email"]:
        return mask_email(found[0])
    return mask_phone(found[0])


def mask_json(value: Any, keys: Collection[str] = PERSONAL_KEYS, depth: int = MOST_DEPTH) -> Any:
    """Mask the values of personal keys (compared without case), and what looks personal in any other text."""
    if depth == 0:
        return STARS
    if isinstance(value, Mapping):
        # The log writes what was compared as {"key": ..., "value": ...}.
        if str(value.get("key", "")).lower() in keys:
            return {key: item if key in _PLAIN else _mask_whole(item) for key, item in value.items()}
        return {
            key: _mask_whole(item) if str(key).lower() in keys else mask_json(item, keys, depth - 1)
            for key, item in value.items()
        }
    if isinstance(value, list):
        return [mask_json(item, keys, depth - 1) for item in value]
    if isinstance(value, str):
        return mask_inline(value)
    if isinstance(value, int) and not isinstance(value, bool) and _INLINE.fullmatch(str(value)):
        return mask_inline(str(value))
    return value


def mask_at(path: Sequence[str], value: Any, keys: Collection[str] = PERSONAL_KEYS) -> Any:
    """Mask a value that stands alone, by the path that leads to it: as `mask_json` masks it in its place."""
    for part in reversed(path):
        value = {part: value}
    shown = mask_json(value, keys, MOST_DEPTH + len(path))
    for part in path:
        shown = shown.get(part) if isinstance(shown, dict) else shown
    return shown


def _mask_whole(value: Any) -> Any:
    if isinstance(value, str):
        return mask_address(value)
    return value if value is None or isinstance(value, bool) else STARS
