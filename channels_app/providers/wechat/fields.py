"""What the typed fields of template and subscribe messages may hold.

https://developers.weixin.qq.com/miniprogram/dev/framework/open-ability/subscribe-message.html (values of parameters)
"""

import re
import unicodedata
from collections.abc import Callable, Sequence

THING_MOST = 20
NAMED = re.compile(r"([a-z_]+?)\d+", re.ASCII)

_DATE = r"\d{4}(?:年\d{1,2}月\d{1,2}日|-\d{1,2}-\d{1,2}|/\d{1,2}/\d{1,2})"
_CLOCK = r"\d{1,2}:\d{2}(?::\d{2})?"
_TIME = rf"(?:{_DATE}\s?)?{_CLOCK}"
_DAY = rf"{_DATE}(?:\s?{_CLOCK})?"
_PATTERNS = {
    "time": re.compile(rf"{_TIME}(?:~{_TIME})?", re.ASCII),
    "date": re.compile(rf"{_DAY}(?:~{_DAY})?", re.ASCII),
    "letter": re.compile(r"[A-Za-z]{1,32}", re.ASCII),
    "phone_number": re.compile(r"[0-9+\-() #*,.]{1,17}", re.ASCII),
    "phrase": re.compile(r"[\u4e00-\u9fff]{1,5}"),
}
_NUMBER = re.compile(r"-?\d+(?:\.\d+)?", re.ASCII)
_AMOUNT = re.compile(r"(?P<sign>[^\d\s])?\d{1,10}(?:\.\d+)?元?", re.ASCII)
_SIGNS = {"-", "+"}


def _chinese(value: str) -> bool:
    return any("\u4e00" <= character <= "\u9fff" for character in value)


def _symbol(character: str) -> bool:
    return unicodedata.category(character)[0] in "PS"


def _number(value: str) -> bool:
    return _NUMBER.fullmatch(value) is not None and sum(character.isdigit() for character in value) <= 32


def _amount(value: str) -> bool:
    match = _AMOUNT.fullmatch(value)
    sign = match["sign"] if match else None
    return match is not None and (sign is None or unicodedata.category(sign) == "Sc" or sign in _SIGNS)


def _name(value: str) -> bool:
    return not any(c.isdigit() for c in value) and len(value) <= (10 if _chinese(value) else 20)


RULES: dict[str, tuple[Callable[[str], bool], str]] = {
    "thing": (lambda v: len(v) <= THING_MOST, "at most 20 characters"),
    # Not documented; the limit is what senders have observed.
    "short_thing": (lambda v: len(v) <= 5, "at most 5 characters"),
    "number": (_number, "a number of at most 32 digits"),
    "letter": (lambda v: _PATTERNS["letter"].fullmatch(v) is not None, "at most 32 letters"),
    "symbol": (lambda v: len(v) <= 5 and all(map(_symbol, v)), "at most 5 symbols"),
    "character_string": (
        lambda v: len(v) <= 32 and not any(unicodedata.category(c) == "Lo" for c in v),
        "at most 32 digits, letters or symbols, no Chinese",
    ),
    "time": (lambda v: _PATTERNS["time"].fullmatch(v) is not None, "a time such as 15:01 or 2019年10月1日 15:01"),
    "date": (lambda v: _PATTERNS["date"].fullmatch(v) is not None, "a date such as 2019年10月1日"),
    "amount": (_amount, "a currency sign, at most 10 digits, decimals, perhaps 元"),
    "phone_number": (lambda v: _PATTERNS["phone_number"].fullmatch(v) is not None, "at most 17 digits or symbols"),
    "car_number": (lambda v: len(v) <= 8, "at most 8 characters"),
    "name": (_name, "at most 10 characters of Chinese or 20 letters, no digits"),
    "phrase": (lambda v: _PATTERNS["phrase"].fullmatch(v) is not None, "at most 5 Chinese characters"),
    "const": (lambda v: len(v) <= THING_MOST, "one of the template's values"),
}


def type_of(name: str) -> str | None:
    """Return the type that a field's name says, e.g. `thing` of `thing1`; None if it says none that WeChat has."""
    match = NAMED.fullmatch(name)
    return match[1] if match and match[1] in RULES else None


def problem_with(value: str, kind: str, allowed: Sequence[str] = ()) -> str | None:
    """Say why a field of type `kind` cannot hold `value`; `allowed` are the values of a `const` field, if known."""
    if not value.strip():
        return "it is empty"
    if any(unicodedata.category(character) in {"Cc", "Cs"} or ord(character) > 0xFFFF for character in value):
        return "it has a line break, an emoji or another character that WeChat does not take"
    if allowed and value not in allowed:
        return "it is none of the template's values"
    holds, wanted = RULES[kind]
    return None if holds(value) else f"it is not {wanted}"


def truncated(value: str) -> str:
    """Cut a `thing` to what fits, as senders of WeChat messages do: 17 characters and three points."""
    return value if len(value) <= THING_MOST else value[: THING_MOST - 3] + "..."
