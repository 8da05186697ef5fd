"""Dates and instants as spreadsheets and people write them. Pure: no clock, no database.

What can be read in two ways (03/04/2024) is refused unless the mapping says which; a year of two digits is refused
always. Instants without an offset are local times of the mapping's zone.
"""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

FORMATS = ("auto", "ymd", "dmy", "mdy", "excel", "unix")
# https://learn.microsoft.com/en-us/office/troubleshoot/excel/1900-and-1904-date-system : day 1 is 1900-01-01, and day 60 a
# 29 February 1900 that never was; from day 61 on, days count from 1899-12-30.
_EXCEL_DAY_0 = datetime(1899, 12, 30)  # noqa: DTZ001  # a local time, as all of a spreadsheet
_EXCEL = re.compile(r"\d{1,7}(\.\d{1,15})?", re.ASCII)
_EXCEL_FROM, _EXCEL_TO = 61, 2_958_465  # 1900-03-01 to 9999-12-31
_UNIX = re.compile(r"\d{9,10}|\d{12,13}", re.ASCII)
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_YEAR_FIRST = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
_TIME = re.compile(
    r"(上午|下午|中午|凌晨|早上|晚上)?\s*(\d{1,2})\s*[:：时点]\s*(\d{1,2})?\s*[:：分]?\s*(?:(\d{1,2})(?:[.,](\d{1,9}))?)?秒?\s*([AaPp][Mm])?",
    re.ASCII,
)
_OFFSET = re.compile(r"(?:Z|z|([+-])(\d{2}):?(\d{2}))$", re.ASCII)
_AFTERNOON = ("下午", "晚上")


class Unreadable(Exception):
    """A value that is not what the mapping says it is; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def read_date(text: str, form: str = "auto") -> date:
    """Read a day. Raises Unreadable."""
    return _local(text, form)[0].date()


def read_instant(text: str, form: str, zone: ZoneInfo) -> datetime:
    """Read an instant into UTC; a day alone is its local midnight. Raises Unreadable."""
    text = text.strip()
    if form == "unix" or (form == "auto" and _UNIX.fullmatch(text)):
        if not _UNIX.fullmatch(text):
            raise Unreadable("invalid_date")
        return datetime.fromtimestamp(int(text) / (1000 if len(text) > 10 else 1), UTC)
    local, offset = _local(text, form)
    try:
        return (local.replace(tzinfo=zone) if offset is None else (local - offset).replace(tzinfo=UTC)).astimezone(UTC)
    except OverflowError as error:
        raise Unreadable("invalid_date") from error


def _local(text: str, form: str) -> tuple[datetime, timedelta | None]:
    """The local time, and its offset if it has one."""
    text = text.strip()
    if form == "excel":
        return _excel(text), None
    offset = None
    rest = text
    # The -0506 at the end of a day is no offset: one comes behind a time.
    if (found := _OFFSET.search(text)) is not None and ":" in text[: found.start()]:
        offset, rest = _offset(found), text[: found.start()].rstrip()
    match = _YEAR_FIRST.match(rest)
    if match is None and (match := _COMPACT.match(rest)) is not None and rest[match.end() : match.end() + 1].isdigit():
        raise Unreadable("invalid_date")
    if match is not None:
        year, month, day = (int(part) for part in match.groups())
    elif (match := _YEAR_LAST.match(rest)) is not None:
        first, second, year = (int(part) for part in match.groups())
        day, month = _day_and_month(first, second, form)
    elif form == "auto" and _EXCEL.fullmatch(rest):
        # A number alone could be a day of a spreadsheet, but also anything else.
        raise Unreadable("ambiguous_date")
    else:
        raise Unreadable("invalid_date")
    try:
        day_itself = date(year, month, day)
        return datetime.combine(day_itself, _time(rest[match.end() :])), offset  # a local time
    except ValueError as error:
        raise Unreadable("impossible_date") from error


def _day_and_month(first: int, second: int, form: str) -> tuple[int, int]:
    if form == "dmy":
        return first, second
    if form == "mdy":
        return second, first
    if form == "ymd":
        raise Unreadable("invalid_date")
    if first == second or (first > 12 and second <= 12):
        return first, second
    if second > 12 and first <= 12:
        return second, first
    raise Unreadable("ambiguous_date" if first <= 12 else "impossible_date")


def _offset(found: re.Match[str]) -> timedelta:
    if found[1] is None:
        return timedelta()
    offset = timedelta(hours=int(found[2]), minutes=int(found[3]))
    return -offset if found[1] == "-" else offset


def _time(text: str) -> time:
    text = text.strip().removeprefix("T").removeprefix("t").strip()
    if not text:
        return time()
    match = _TIME.fullmatch(text)
    if match is None:
        raise Unreadable("invalid_date")
    hour, minute, second = int(match[2]), int(match[3] or 0), int(match[4] or 0)
    half = (match[6] or "").lower()
    if (match[1] in _AFTERNOON or half == "pm") and hour < 12:
        hour += 12
    elif (match[1] == "凌晨" or half == "am") and hour == 12:
        hour = 0
    return time(hour, minute, second, int((match[5] or "0")[:6].ljust(6, "0")))


def _excel(text: str) -> datetime:
    if not _EXCEL.fullmatch(text):
        # A workbook's own dates have been read as such.
        return _local(text, "ymd")[0]
    number = float(text)
    if not _EXCEL_FROM <= number < _EXCEL_TO + 1:
        raise Unreadable("impossible_date")
    return _EXCEL_DAY_0 + timedelta(seconds=round(number * 86_400))
