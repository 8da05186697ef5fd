"""What an uploaded file is: its layout, its columns with what is suggested for each, and its first rows."""

from dataclasses import dataclass
from typing import IO, Any

from profiles.imports.csv_rows import CsvRows, Row
from profiles.imports.layout import HEAD, Layout, UnreadableFile, detect
from profiles.imports.mapping import MOST_COLUMNS
from profiles.imports.synonyms import suggest

SAMPLES = 50
SHOWN = 20
MOST_SHOWN = 200  # characters of a cell
MOST_HEADER = 200


@dataclass(frozen=True, slots=True)
class Analysis:
    """`start` and `line`: where the rows behind the header begin."""

    layout: Layout
    columns: list[dict[str, Any]]
    preview: list[list[str]]
    start: int
    line: int


def analyse(file: IO[bytes], kind: str, layout: Layout | None = None) -> Analysis:
    """Read the header and the first rows. Raises UnreadableFile."""
    if layout is None:
        file.seek(0)
        layout = detect(file.read(HEAD))
    reader = CsvRows(file, layout, layout.start, 1)
    rows = iter(reader)
    header = next(rows, None)
    line = reader.line
    if header is None or not any(cell.strip() for cell in header.cells):
        raise UnreadableFile("empty_file", "The file has no header.", "file")
    if len(header.cells) > MOST_COLUMNS:
        raise UnreadableFile("too_many_columns", f"At most {MOST_COLUMNS} columns are taken.", "file")
    names = [cell.strip()[:MOST_HEADER] for cell in header.cells]
    first: list[Row] = []
    for row in rows:
        first.append(row)
        if len(first) >= SAMPLES:
            break
    good = [row.cells for row in first if not row.fault]
    columns = []
    for place, name in enumerate(names):
        samples = [cells[place] for cells in good if place < len(cells)]
        columns.append(
            {"name": name, "samples": [_short(one) for one in samples[:3]], "suggestion": suggest(kind, name, samples)}
        )
    _only_once(columns)
    preview = [[_short(cell) for cell in cells[: len(names)]] for cells in good[:SHOWN]]
    return Analysis(layout, columns, preview, header.end, line)


def _only_once(columns: list[dict[str, Any]]) -> None:
    """Of two columns that look the same, the second one is left out until somebody says what it is."""
    taken = set()
    for column in columns:
        suggestion = column["suggestion"]
        place = (suggestion["target"], suggestion.get("key"), suggestion.get("channel"), suggestion.get("purpose"))
        if place in taken and suggestion["target"] != "ignore":
            column["suggestion"] = {"target": "ignore"}
        taken.add(place)


def _short(cell: str) -> str:
    return cell if len(cell) <= MOST_SHOWN else cell[:MOST_SHOWN] + "…"
