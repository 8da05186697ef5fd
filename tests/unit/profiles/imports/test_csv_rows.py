"""Rows with the byte behind each, whatever the file is like."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from profiles.imports.csv_rows import MOST_BYTES, CsvRows, Row
from profiles.imports.layout import Layout, UnreadableFile, detect

UTF8 = Layout("utf-8", ",")


def rows_of(content: bytes, layout: Layout = UTF8, offset: int = 0, line: int = 1) -> list[Row]:
    return list(CsvRows(io.BytesIO(content), layout, offset, line))


def written(rows: list[list[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()


CELLS = st.text(st.sampled_from('ab,"\n\r;张三 é'), max_size=8)


@given(st.lists(st.lists(CELLS, min_size=2, max_size=4), max_size=8), st.sampled_from(["utf-8", "gb18030"]))
def test_from_the_byte_behind_any_row_the_same_rows_follow(table: list[list[str]], encoding: str) -> None:
    content = written(table).encode(encoding)
    layout = Layout(encoding, ",")
    rows = rows_of(content, layout)
    assert [row.cells for row in rows] == [row for row in table if row]
    for place, row in enumerate(rows):
        assert [one.cells for one in rows_of(content, layout, row.end)] == [one.cells for one in rows[place + 1 :]]


def test_a_cell_of_megabytes_is_refused_and_the_next_row_is_read() -> None:
    for giant in (b"x" * 3_000_000, b'"' + b"x\n" * 1_500_000 + b'"'):
        rows = rows_of(b"a,b\n1," + giant + b"\n2,z\n")
        assert [(row.cells, row.fault) for row in rows] == [
            (["a", "b"], ""),
            ([], "cell_too_large"),
            (["2", "z"], ""),
        ]


@pytest.mark.parametrize("rest", [10, 2 * MOST_BYTES])
def test_a_quotation_mark_that_nothing_closes_costs_its_row_only(rest: int) -> None:
    content = b'a,b\n1,"broken\n' + b"2,fine\n" * (rest // 7 + 1)
    rows = rows_of(content)
    assert rows[1].fault == "unclosed_quote"
    assert rows[1].line == 2
    assert {tuple(row.cells) for row in rows[2:]} == {("2", "fine")}
    assert len(rows) == 2 + rest // 7 + 1


def test_bytes_that_are_no_text_spoil_their_row_alone() -> None:
    rows = rows_of("甲,乙\n好,".encode() + b"\xff\xfe\n" + b"nul,\0\n" + "好,是\n".encode())
    assert [row.fault for row in rows] == ["", "invalid_encoding", "nul_character", ""]
    assert rows[3].cells == ["好", "是"]


@pytest.mark.parametrize(
    ("content", "encoding", "delimiter", "start"),
    [
        ("姓名,手机\n张三,138\n".encode(), "utf-8", ",", 0),
        ("姓名,手机\n张三,138\n".encode("utf-8-sig"), "utf-8", ",", 3),
        ("姓名;手机\n张三;138\n".encode("gb18030"), "gb18030", ";", 0),
        ("姓名\t手机\n张三\t138\n".encode("utf-16"), "utf-16-le", "\t", 2),
        ("姓名|手机\n".encode() * 50 + b"\xff|1\n", "utf-8", "|", 0),
        (b"phone\n138\n", "utf-8", ",", 0),
    ],
)
def test_how_a_file_is_written_is_found_out(content: bytes, encoding: str, delimiter: str, start: int) -> None:
    assert detect(content) == Layout(encoding, delimiter, start)


@pytest.mark.parametrize(
    ("content", "code"), [(b"", "empty_file"), (b" \n\n", "empty_file"), (b"\0" * 99, "not_a_table")]
)
def test_what_is_no_table_is_refused(content: bytes, code: str) -> None:
    with pytest.raises(UnreadableFile) as refused:
        detect(content)
    assert refused.value.code == code
