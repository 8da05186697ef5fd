"""Workbooks (XLSX): checked before they are opened, and turned into CSV row by row, in bounded memory.

An XLSX file is a ZIP of XML (ECMA-376). What it unpacks to is read from its directory first: Python's zipfile never reads
more of a member than is said there, so a directory that lies makes the file corrupt, not the memory full.
"""

import csv
import io
import zipfile
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from typing import IO, Any
from xml.etree.ElementTree import ParseError

from defusedxml.common import DefusedXmlException

from profiles.imports.layout import Layout, UnreadableFile

MAGIC = b"PK\x03\x04"
MOST_UNPACKED = 4 * 1024**3
# All texts of a workbook are held in memory while it is read.
MOST_TEXTS = 150 * 1024**2
MOST_MEMBERS = 10_000
# XML of a large table packs to a twentieth; a bomb, to a thousandth.
MOST_RATIO = 200
RATIO_FROM = 50 * 1024**2
# More than any mapping takes, so that such a file is still refused for them.
MOST_CELLS = 1000
MOST_CELL = 64 * 1024  # characters; a workbook's own limit is 32,767
LAYOUT = Layout("utf-8", ",", 0, numbered=True)
# What a workbook in the wrong hands makes its readers raise.
_BROKEN = (
    zipfile.BadZipFile,
    ParseError,
    DefusedXmlException,
    KeyError,
    ValueError,
    TypeError,
    AttributeError,
    IndexError,
    EOFError,
    OSError,
    NotImplementedError,
    OverflowError,
)


def is_workbook(head: bytes) -> bool:
    return head.startswith(MAGIC)


def check_workbook(file: IO[bytes]) -> None:
    """Raises UnreadableFile if this is no workbook, or one that unpacks to more than anybody means."""
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
    except _BROKEN as error:
        raise UnreadableFile("corrupt_workbook", "The workbook is damaged and cannot be opened.", "file") from error
    unpacked, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
    texts = sum(one.file_size for one in members if one.filename.endswith("sharedStrings.xml"))
    bomb = unpacked > RATIO_FROM and unpacked > packed * MOST_RATIO
    if len(members) > MOST_MEMBERS or unpacked > MOST_UNPACKED or texts > MOST_TEXTS or bomb:
        raise UnreadableFile("workbook_too_large", "The workbook unpacks to more than is taken.", "file")
    if any(one.flag_bits & 1 for one in members):
        raise UnreadableFile("encrypted_workbook", "The workbook is encrypted.", "file")
    if "xl/workbook.xml" not in {one.filename for one in members}:
        raise UnreadableFile("not_a_table", "This is neither a CSV file nor an XLSX workbook.", "file")


def write_rows(file: IO[bytes], out: IO[bytes], alive: Callable[[], None]) -> int:
    """Write the first sheet as CSV, each row led by its number, and return how many rows. Raises UnreadableFile.

    `alive` is called now and then; what it raises ends the work.
    """
    text = io.TextIOWrapper(out, "utf-8", newline="", write_through=False)
    writer = csv.writer(text, lineterminator="\n")
    count = 0
    for number, cells in _rows(file):
        # A cell far to the right makes every row as wide.
        while cells and not cells[-1]:
            cells.pop()
        if cells:
            if len(cells) > MOST_CELLS:
                # Something is out there: the row is refused for it, as one of a CSV file is.
                cells[MOST_CELLS - 1 :] = ["…"]
            writer.writerow([number, *cells])
            count += 1
        if number % 2000 == 0:
            alive()
    text.detach()
    return count


def _rows(file: IO[bytes]) -> Iterator[tuple[int, list[str]]]:
    # It and numpy, which it loads, hold 28 MB: every process knows imports, few read a workbook.
    from openpyxl import load_workbook

    book = None
    try:
        book = load_workbook(file, read_only=True, data_only=True, keep_links=False)
        sheet: Any = book.worksheets[0]
        # What a sheet says of its own size may be wrong, and rows would be cut or filled up by it.
        sheet.reset_dimensions()
        for number, cells in enumerate(sheet.iter_rows(values_only=True), 1):
            yield number, [_text(cell) for cell in cells]
    except _BROKEN as error:
        raise UnreadableFile("corrupt_workbook", "The workbook is damaged and cannot be read.", "file") from error
    finally:
        if book is not None:
            book.close()


def _text(cell: object) -> str:
    match cell:
        case None:
            return ""
        case bool():
            return "true" if cell else "false"
        case float() if cell.is_integer() and abs(cell) < 1e15:
            # A phone number or a code that a spreadsheet took for a number.
            return str(int(cell))
        case datetime():
            midnight = not (cell.hour or cell.minute or cell.second or cell.microsecond)
            return cell.date().isoformat() if midnight else cell.replace(microsecond=0).isoformat()
        case date() | time():
            return cell.isoformat()
        case timedelta():
            return str(cell)
        case _:
            # A cell that is too long is kept long enough to be refused for it.
            return str(cell)[: MOST_CELL * 4]
