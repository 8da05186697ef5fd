"""Cells as values: texts, numbers, yes and no, days, instants, lists. Pure: no clock, no database."""

import math
import re
from collections.abc import Callable
from typing import Any, Final
from zoneinfo import ZoneInfo

from profiles.imports.dates import Unreadable, read_date, read_instant

TYPES = ("text", "number", "boolean", "date", "instant", "list")
MOST_TEXT = 64 * 1024  # bytes; all attributes of a person together have no more
_YES = frozenset({"true", "t", "yes", "y", "1", "是", "对", "有", "真", "√", "同意", "granted", "on"})
_NO = frozenset(
    {"false", "f", "no", "n", "0", "否", "不是", "无", "没有", "假", "×", "不同意", "拒绝", "withdrawn", "off"}
)
# One kind of separator in groups of three (1,234,567.8; also with full-width commas and spaces), or none.
_PLAIN = re.compile(r"[+-]?\d{1,60}(\.\d{1,60})?([eE][+-]?\d{1,2})?", re.ASCII)
_GROUPED = re.compile(r"[+-]?\d{1,3}([,， ]\d{3})+(\.\d{1,60})?", re.ASCII)
_CURRENCY = re.compile(r"^[¥￥$€£]\s*|\s*(?:元|RMB|CNY)$")
_WIDE = {code: code - 0xFEE0 for code in range(0xFF10, 0xFF1A)} | {0xFF0E: ".", 0xFF0D: "-", 0xFF0B: "+"}
_PARTS = re.compile(r"[,，;；、|\n]+")
# Whole numbers that a double holds exactly; JSON of many programs has no others.
_EXACT = 2**53
SPREADSHEET_ERRORS = frozenset({"#N/A", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!"})

Reader = Callable[[str], Any]


def text(cell: str) -> str:
    if len(cell.encode(errors="replace")) > MOST_TEXT:
        raise Unreadable("cell_too_large")
    return cell


def number(cell: str) -> int | float:
    """Read a number, also with separators of thousands, full-width digits, a currency or a percentage sign."""
    plain = _CURRENCY.sub("", cell.strip().translate(_WIDE)).strip()
    percent = plain.endswith("%")
    if percent:
        plain = plain[:-1].rstrip()
    if _GROUPED.fullmatch(plain):
        separators = set(re.findall(r"[,， ]", plain))
        if len(separators) > 1:
            raise Unreadable("invalid_number")
        plain = plain.replace(separators.pop(), "")
    if not _PLAIN.fullmatch(plain):
        raise Unreadable("invalid_number")
    value = float(plain)
    if math.isinf(value):
        raise Unreadable("invalid_number")
    if percent:
        return round(value / 100, 12)
    if "." in plain or "e" in plain.lower():
        return value
    whole = int(plain)
    if abs(whole) > _EXACT:
        # It would be stored as another number: such digits are a name of something, and a text.
        raise Unreadable("number_too_large")
    return whole


def boolean(cell: str) -> bool:
    word = cell.strip().lower()
    if word in _YES:
        return True
    if word in _NO:
        return False
    raise Unreadable("invalid_boolean")


def words(cell: str) -> list[str]:
    return [part.strip() for part in _PARTS.split(text(cell)) if part.strip()]


def reader_of(type_: str, form: str, zone: ZoneInfo) -> Reader:
    """How cells of a column are read. A reader raises Unreadable."""
    if type_ == "date":
        return lambda cell: read_date(cell, form).isoformat()
    if type_ == "instant":
        return lambda cell: read_instant(cell, form, zone).isoformat()
    return _READERS[type_]


_READERS: Final[dict[str, Reader]] = {"text": text, "number": number, "boolean": boolean, "list": words}
