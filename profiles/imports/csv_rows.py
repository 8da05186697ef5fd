"""Rows of a CSV file, from any byte at which one begins, each with the byte behind it.

Lines are cut at byte 0x0A, which in UTF-8 and in GB18030 is never part of a character. A row that cannot be read is
given as such, and the rows after it are read.
"""

import csv
from collections.abc import Iterator
from typing import IO, NamedTuple

from profiles.imports.layout import Layout

# Longer than all that may be known of a person: a cell of 10 MB must not be held in memory.
MOST_BYTES = 256 * 1024
# A row that has not ended after so much has a quotation mark that nothing closes.
MOST_OF_A_ROW = 32 * 1024 * 1024


class Row(NamedTuple):
    """One row: its line (from 1), its cells, the byte behind it, and why it cannot be read, if it cannot."""

    line: int
    cells: list[str]
    end: int
    fault: str = ""


class CsvRows:
    """Iterates over rows; `file` is open in binary mode and can seek."""

    def __init__(self, file: IO[bytes], layout: Layout, offset: int, line: int) -> None:
        self._file = file
        self._layout = layout
        self._line = line
        self._fault = ""
        self._quotes = 0
        self._start = offset
        self._after_first = (offset, line)
        self._first = True
        self.end = offset
        file.seek(offset)
        self._reader = self._new_reader()

    @property
    def line(self) -> int:
        """The line of the file at which the next row begins."""
        return self._line

    def _new_reader(self) -> Iterator[list[str]]:
        return csv.reader(self._lines(), delimiter=self._layout.delimiter)

    def __iter__(self) -> Iterator[Row]:
        while True:
            line = self._line
            self._fault, self._quotes, self._start, self._first = "", 0, self.end, True
            try:
                cells = next(self._reader)
            except StopIteration:
                if not self._fault:
                    return
                cells = []
            except csv.Error:
                cells, self._fault = [], self._fault or "cell_too_large"
            if self._fault in {"cell_too_large", "unclosed_quote"}:
                self._recover()
                # Its generator of lines has ended, or stands inside of the row.
                self._reader = self._new_reader()
                yield Row(line, [], self.end, self._fault)
            elif cells:
                yield self._numbered(cells) if self._layout.numbered else Row(line, cells, self.end, self._fault)

    def _numbered(self, cells: list[str]) -> Row:
        return Row(int(cells[0]), cells[1:], self.end, self._fault)

    def _recover(self) -> None:
        """Go on behind the row: inside quotation marks it has an odd number of them so far."""
        while self._quotes % 2 and self.end - self._start <= MOST_OF_A_ROW:
            if not self._pull():
                self._fault = "unclosed_quote"
                break
        if self._quotes % 2:
            self._fault = "unclosed_quote"
            self.end, self._line = self._after_first
            self._file.seek(self.end)

    def _lines(self) -> Iterator[str]:
        encoding = self._layout.encoding
        readline = self._file.readline
        while True:
            raw = readline(MOST_BYTES + 1)
            if not raw:
                if self._quotes % 2:
                    self._fault = "unclosed_quote"
                return
            self.end += len(raw)
            self._quotes += raw.count(b'"')
            if len(raw) > MOST_BYTES or self.end - self._start > MOST_BYTES:
                self._fault = "cell_too_large"
                if not raw.endswith(b"\n"):
                    self._skip_line()
                self._ended_line()
                return
            self._ended_line()
            try:
                text = raw.decode(encoding)
            except UnicodeDecodeError:
                text, self._fault = raw.decode(encoding, errors="replace"), "invalid_encoding"
            if "\0" in text:
                text, self._fault = text.replace("\0", "�"), "nul_character"
            yield text

    def _ended_line(self) -> None:
        self._line += 1
        if self._first:
            self._first, self._after_first = False, (self.end, self._line)

    def _skip_line(self) -> None:
        while True:
            raw = self._file.readline(MOST_BYTES)
            self.end += len(raw)
            self._quotes += raw.count(b'"')
            if not raw or raw.endswith(b"\n"):
                return

    def _pull(self) -> bool:
        before = self.end
        self._skip_line()
        self._line += self.end > before
        return self.end > before
