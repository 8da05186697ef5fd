"""How two values compare, in a filter and in a rule: the one definition, which the SQL compiler mirrors.

Numbers compare as numbers when both sides read as numbers, instants as instants, all else as text by code point.
A missing value (absent or null) makes every comparison false except the negative ones.
"""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any, Final

# "NaN", "0xA", "1_0" and "+5" are text. The lengths keep a number within what PostgreSQL's numeric can hold.
NUMBER: Final = r"-?([0-9]{1,60}(\.[0-9]{0,60})?|\.[0-9]{1,60})([eE][+-]?[0-9]{1,2})?"
# PostgreSQL reads offsets up to 15:59, and an hour 24 and a second 60 that Python refuses: to both sides they are text.
INSTANT: Final = (
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt ]([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?"
    r"([Zz]|[+-](0[0-9]|1[0-5]):[0-5][0-9])"
)
_NUMBER: Final = re.compile(NUMBER, re.ASCII)
_INSTANT: Final = re.compile(INSTANT, re.ASCII)

# Each negative comparison is the denial of a positive one, a missing value included.
DENIES: Final = {"ne": "eq", "not_in": "in", "not_contains": "contains", "not_exists": "exists"}
NEGATIVE: Final = frozenset(DENIES)
LIST_VALUED: Final = frozenset({"in", "not_in"})
VALUELESS: Final = frozenset({"exists", "not_exists"})
ORDERINGS: Final[Mapping[str, Callable[[Any, Any], bool]]] = {
    "gt": lambda a, b: a > b,
    "gte": lambda a, b: a >= b,
    "lt": lambda a, b: a < b,
    "lte": lambda a, b: a <= b,
    "before": lambda a, b: a < b,
    "after": lambda a, b: a > b,
}
# How far an instant lies from the moment of judgement; their value is a duration.
RELATIVE: Final = frozenset({"within_last", "within_next", "anniversary_within"})
# What needs no moment of judgement.
TIMELESS: Final = frozenset({"eq", "contains", "starts_with", "ends_with", "exists", "in", *NEGATIVE, *ORDERINGS})
COMPARISONS: Final = TIMELESS | RELATIVE


def get(values: Any, path: str) -> Any:
    """Return the value at the dotted `path`, or None if there is none. Numbers index into lists."""
    for part in path.split("."):
        if isinstance(values, dict):
            values = values.get(part)
        elif isinstance(values, list) and re.fullmatch(r"-?[0-9]{1,9}", part):
            index = int(part)
            values = values[index] if -len(values) <= index < len(values) else None
        else:
            return None
    return values


def text(value: Any) -> str | None:
    """Return a scalar as the text that PostgreSQL's `#>>` gives, or None for a missing value, a list or an object."""
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return format(Decimal(repr(value)), "f")
    return str(value) if isinstance(value, int) else None


def number(value: Any) -> Decimal | None:
    """Return what a value reads as a number, or None."""
    if isinstance(value, bool):
        return None
    if isinstance(value, int):
        return Decimal(value)
    if isinstance(value, float):
        return Decimal(repr(value))
    return Decimal(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else None


def instant(value: Any) -> datetime | None:
    """Return what a text reads as an instant (RFC 3339 with an offset), or None."""
    if not (isinstance(value, str) and _INSTANT.fullmatch(value)):
        return None
    try:
        return datetime.fromisoformat(value.upper().replace(" ", "T"))
    except ValueError:
        return None


def pair(left: Any, right: Any) -> tuple[Any, Any] | None:
    """Bring two scalars to a common kind, or return None if one of them is missing or no scalar."""
    for read in (number, instant, text):
        a, b = read(left), read(right)
        if a is not None and b is not None:
            return a, b
    return None


def equal(left: Any, right: Any) -> bool:
    both = pair(left, right)
    return both is not None and bool(both[0] == both[1])


def compare(left: Any, cmp: str, right: Any = None) -> bool:
    """Tell whether `left cmp right` holds. `cmp` is one of TIMELESS; `right` is a list for `in` and `not_in`."""
    if cmp in NEGATIVE:
        return not compare(left, DENIES[cmp], right)
    if left is None:
        return False
    if cmp == "exists":
        return bool(left != "")
    if cmp == "eq":
        return equal(left, right)
    if cmp == "in":
        return any(equal(left, item) for item in right)
    if cmp == "contains":
        return _contains(left, right)
    if cmp in ORDERINGS:
        both = pair(left, right)
        return both is not None and ORDERINGS[cmp](*both)
    whole, part = text(left), text(right)
    if whole is None or part is None:
        return False
    return whole.startswith(part) if cmp == "starts_with" else whole.endswith(part)


def _contains(left: Any, right: Any) -> bool:
    if isinstance(left, list):
        return any(equal(item, right) for item in left)
    whole, part = text(left), text(right)
    return whole is not None and part is not None and part in whole
