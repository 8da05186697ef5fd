"""How a file of rows is written: its encoding, its delimiter, and where its rows begin."""

import csv
from dataclasses import asdict, dataclass
from typing import Any, Self

from workspaces.errors import DomainError

DELIMITERS = (",", "\t", ";", "|")
HEAD = 256 * 1024  # bytes that are looked at
_UTF16 = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_UTF8_BOM = b"\xef\xbb\xbf"


class UnreadableFile(DomainError):
    """A file that is no table that we can read."""


@dataclass(frozen=True, slots=True)
class Layout:
    """`start` is the byte at which the header begins; `numbered`: the first cell of a row is its line in the source."""

    encoding: str
    delimiter: str
    start: int = 0
    numbered: bool = False

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, value: dict[str, Any]) -> Self:
        return cls(**value)


def detect_encoding(head: bytes) -> tuple[str, int]:
    """Tell how a text begins to be written, and how many bytes its mark takes. Raises UnreadableFile.

    A mark (BOM) decides; else what reads as UTF-8 is UTF-8. Of what does not, what reads as GB18030 is GB18030, if it is
    mostly so: Chinese programs write it, and a broken byte here or there must not make nonsense of a file in UTF-8.
    """
    if head.startswith(_UTF8_BOM):
        return "utf-8", len(_UTF8_BOM)
    if head[:2] in _UTF16:
        return _UTF16[head[:2]], 2
    if not head.strip():
        raise UnreadableFile("empty_file", "The file is empty.", "file")
    if head.count(b"\0") > len(head) // 10:
        raise UnreadableFile("not_a_table", "This is neither a CSV file nor an XLSX workbook.", "file")
    whole = head[: head.rfind(b"\n") + 1] or head
    lines = whole.splitlines()
    as_utf8 = sum(_reads(line, "utf-8") for line in lines)
    as_gb18030 = sum(_reads(line, "gb18030") for line in lines)
    return ("gb18030", 0) if as_gb18030 > as_utf8 else ("utf-8", 0)


def _reads(line: bytes, encoding: str) -> bool:
    try:
        line.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def detect_delimiter(text: str) -> str:
    """Tell which delimiter cuts the first rows into the same number of cells, and into the most. Default: a comma."""
    best, best_score = DELIMITERS[0], (0, 0)
    for delimiter in DELIMITERS:
        try:
            widths = [len(row) for row in csv.reader(text.splitlines(keepends=True)[:30], delimiter=delimiter) if row]
        except csv.Error:
            continue
        if widths and widths[0] > 1:
            score = (sum(width == widths[0] for width in widths) * 100 // len(widths), widths[0])
            best, best_score = max((best_score, best), (score, delimiter))[::-1]
    return best


def detect(head: bytes) -> Layout:
    """Read the beginning of a file. Raises UnreadableFile."""
    encoding, start = detect_encoding(head)
    text = head[start:].decode(encoding, errors="replace")
    # The last line may have been cut.
    if len(head) >= HEAD:
        text = text[: text.rfind("\n") + 1] or text
    return Layout(encoding, detect_delimiter(text), start)
