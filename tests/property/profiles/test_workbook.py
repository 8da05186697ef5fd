"""Workbooks, read again by a library that did not write them."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from profiles.exports import workbook
from profiles.exports.sources import CellKind

KINDS: dict[str, CellKind] = {"number": "number", "instant": "instant", "day": "day"}
COLUMNS = ["text", *KINDS]
TEXTS = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
MOST = 10**15 - 1
NUMBERS = st.integers(-MOST, MOST) | st.floats(-MOST, MOST)


def part_of(rows: Sequence[Sequence[str]]) -> str:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue()


def sheets_of(columns: Sequence[str], parts: Sequence[str]) -> list[list[tuple[object, ...]]]:
    out = io.BytesIO()
    workbook.write(out, columns, KINDS, parts)
    return [list(sheet.iter_rows(values_only=True)) for sheet in load_workbook(out).worksheets]


def shown(text: str) -> str | None:
    """What the file holds: not what XML has no place for, and carriage returns escaped, as a spreadsheet reads them."""
    legal = "".join("�" if one in "\ufffe\uffff" or (one < " " and one not in "\t\n\r") else one for one in text)
    plain = re.sub("_(?=x[0-9A-Fa-f]{4}_)", "_x005F_", legal)
    return plain.replace("\r", "_x000D_") or None


@settings(deadline=None)
@given(st.lists(st.tuples(TEXTS, TEXTS), max_size=5), st.lists(st.tuples(TEXTS, TEXTS), max_size=5))
def test_texts_stay_what_they_are(first: list[tuple[str, str]], second: list[tuple[str, str]]) -> None:
    rows = sheets_of(["a", "b"], [part_of(first), part_of(second)])[0]
    expected = [("a", "b"), *((shown(one), shown(other)) for one, other in [*first, *second])]
    # A sheet ends with the last row that says something.
    while expected[-1] == (None, None):
        expected.pop()
    assert rows == expected


@settings(deadline=None)
@given(NUMBERS, st.datetimes(datetime(1900, 3, 1), datetime(9999, 1, 1)))
def test_numbers_and_moments_are_what_they_say(number: float, clock: datetime) -> None:
    at = clock.replace(tzinfo=UTC)
    row = ["=1+1", str(number), at.isoformat(), at.date().isoformat()]
    cells = sheets_of(COLUMNS, [part_of([row])])[0][1]
    # A spreadsheet has fifteen digits of a number.
    assert cells[:2] == ("=1+1", pytest.approx(number, rel=1e-15))
    instant, day = cells[2:]
    assert isinstance(instant, datetime)
    assert isinstance(day, datetime)
    # A spreadsheet's double has a few microseconds of the day; openpyxl gives milliseconds of it.
    assert abs(instant.replace(tzinfo=UTC) - at) <= timedelta(milliseconds=1)
    assert day.date() == at.date()


@pytest.mark.parametrize(
    "text", ["+8613800138000", "007", "1234567890123456", "=1", "NaN", "１", "1e5000", "-", "soon"]
)
def test_what_is_no_number_stays_a_text(text: str) -> None:
    assert sheets_of(COLUMNS, [part_of([[text] * 4])])[0][1] == (text,) * 4


def test_a_moment_before_spreadsheets_count_days_stays_a_text() -> None:
    row = ["", "", "1899-01-01T00:00:00+00:00", "1900-02-28"]
    assert sheets_of(COLUMNS, [part_of([row])])[0][1] == (None, None, *row[2:])


@pytest.mark.parametrize("rows", [0, 3, 4, 5, 6, 8, 9])
def test_rows_go_on_on_the_next_sheet(monkeypatch: pytest.MonkeyPatch, rows: int) -> None:
    monkeypatch.setattr(workbook, "MOST_OF_A_SHEET", 5)
    sheets = sheets_of(["n"], [part_of([[str(row)]]) for row in range(rows)])
    assert [sheet[0] for sheet in sheets] == [("n",)] * max(1, -(-rows // 4))
    assert [row for sheet in sheets for row in sheet[1:]] == [(str(row),) for row in range(rows)]
    assert max(map(len, sheets)) <= 5


def test_a_sheet_ends_before_its_file_is_too_large(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workbook, "MOST_BYTES", 3 * workbook.AROUND_A_CELL)
    sheets = sheets_of(["n"], [part_of([[str(row)] for row in range(7)])])
    assert [len(sheet) - 1 for sheet in sheets] == [3, 3, 1]


def test_a_cell_ends_where_a_spreadsheets_does() -> None:
    (_, row) = sheets_of(["a", "b"], [part_of([["&" * 40_000, "b"]])])[0]
    assert row == ("&" * workbook.MOST_OF_A_CELL, "b")
