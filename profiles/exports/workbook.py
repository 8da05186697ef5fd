"""Workbooks of one long table, row by row in bounded memory.

XlsxWriter writes a row to the disk as soon as the next one begins (`constant_memory`): a million rows take minutes and the
memory of one.
"""

import csv
import io
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from math import isfinite
from typing import IO, Final

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from profiles.exports.cells import safe
from profiles.exports.sources import CellKind

# A sheet has 1,048,576 rows, a cell 32,767 characters:
# https://support.microsoft.com/office/1672b34d-7043-467e-8e27-269d656771c3
MOST_OF_A_SHEET: Final = 1_048_576
MOST_OF_A_CELL: Final = 32_767
# A file of 4 GB inside the archive would need ZIP64, which Excel offers to repair. Cells are counted as so much longer
# than their text.
MOST_BYTES: Final = 2_000_000_000
AROUND_A_CELL: Final = 60
# No text is taken for a formula, a number or a link.
OPTIONS: Final = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
    "use_zip64": True,
}
# XML 1.0 has no place for most control characters (https://www.w3.org/TR/xml/#charsets).
_ILLEGAL: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
# As many digits as a spreadsheet keeps of a whole number. More, and anything else, stays a text.
_NUMBER: Final = re.compile(r"-?(?:0|[1-9]\d{0,14})(?:\.\d{1,17})?(?:e[+-]?\d{1,3})?", re.ASCII)
# Before it, day numbers of a spreadsheet go by a leap day in 1900 that never was.
_FIRST: Final = date(1900, 3, 1)

Writer = Callable[[int, int, str], object]


def write(out: IO[bytes], columns: Sequence[str], kinds: Mapping[str, CellKind], parts: Iterable[str]) -> None:
    """Write the rows of `parts`, texts of CSV, under a head of `columns`, on as many sheets as they need.

    `kinds`: which columns hold numbers, instants (shown in UTC) or days. What a cell of them says otherwise, and every
    other cell, is a text; none is a formula.
    """
    rows = (row for part in parts for row in csv.reader(io.StringIO(_ILLEGAL.sub("�", part), newline="")))
    pending = next(rows, None)
    with Workbook(out, OPTIONS) as book:
        formats = {"instant": book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})}
        formats["day"] = book.add_format({"num_format": "yyyy-mm-dd"})
        while True:
            sheet = book.add_worksheet()
            for place, column in enumerate(columns):
                sheet.write_string(0, place, safe(column))
            writers = [_writer(sheet, kinds.get(column, "text"), formats) for column in columns]
            number, size = 1, 0
            while pending is not None and number < MOST_OF_A_SHEET and size < MOST_BYTES:
                for place, (writer, cell) in enumerate(zip(writers, pending, strict=True)):
                    if cell:
                        writer(number, place, cell[:MOST_OF_A_CELL])
                    size += AROUND_A_CELL + len(cell)
                number += 1
                pending = next(rows, None)
            if pending is None:
                return


def _writer(sheet: Worksheet, kind: CellKind, formats: Mapping[str, Format]) -> Writer:
    def number(row: int, place: int, cell: str) -> object:
        if _NUMBER.fullmatch(cell) and isfinite(value := float(cell)):
            return sheet.write_number(row, place, value)
        return sheet.write_string(row, place, cell)

    def moment(row: int, place: int, cell: str) -> object:
        at = _instant(cell) if kind == "instant" else _day(cell)
        if at is None:
            return sheet.write_string(row, place, cell)
        return sheet.write_datetime(row, place, at, formats[kind])

    text: Writer = sheet.write_string
    return {"number": number, "instant": moment, "day": moment}.get(kind, text)


def _instant(cell: str) -> datetime | None:
    """In UTC, without saying so: a spreadsheet knows no zones. None: it is none that a spreadsheet can show."""
    try:
        at = datetime.fromisoformat(cell)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    at = at.astimezone(UTC).replace(tzinfo=None)
    return at if at.date() >= _FIRST else None


def _day(cell: str) -> date | None:
    try:
        day = date.fromisoformat(cell)
    except ValueError:
        return None
    return day if day >= _FIRST else None
