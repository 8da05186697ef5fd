"""Cells as people and spreadsheets write them."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from profiles.imports.dates import Unreadable, read_date, read_instant
from profiles.imports.values import number

SHANGHAI = ZoneInfo("Asia/Shanghai")


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("2024-03-04", "auto"),
        ("2024/3/4", "auto"),
        ("2024.03.04", "auto"),
        ("20240304", "auto"),
        ("2024年3月4日", "auto"),
        ("2024年03月04号", "auto"),
        ("04/03/2024", "dmy"),
        ("03/04/2024", "mdy"),
        ("45355", "excel"),
        ("2024-03-04", "excel"),
    ],
)
def test_a_day_is_read(text: str, form: str) -> None:
    assert read_date(text, form) == date(2024, 3, 4)


@pytest.mark.parametrize(
    ("text", "form", "code"),
    [
        ("03/04/2024", "auto", "ambiguous_date"),
        ("45355", "auto", "ambiguous_date"),
        ("2024-02-30", "auto", "impossible_date"),
        ("13/13/2024", "auto", "impossible_date"),
        ("2023-02-29", "auto", "impossible_date"),
        ("24-03-04", "auto", "invalid_date"),
        ("tomorrow", "auto", "invalid_date"),
        ("2024-03-04 25:00", "auto", "impossible_date"),
        ("59", "excel", "impossible_date"),
    ],
)
def test_what_is_no_day_or_could_be_two_is_refused(text: str, form: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        read_instant(text, form, SHANGHAI)
    assert refused.value.code == code


@pytest.mark.parametrize("text", ["25/12/2024", "12/25/2024"])
def test_a_day_over_twelve_says_which_is_which(text: str) -> None:
    assert read_date(text) == date(2024, 12, 25)


@pytest.mark.parametrize(
    ("text", "form", "instant"),
    [
        ("2024-03-04 08:30", "auto", datetime(2024, 3, 4, 0, 30, tzinfo=UTC)),
        ("2024年3月4日 下午3时5分", "auto", datetime(2024, 3, 4, 7, 5, tzinfo=UTC)),
        ("2024/3/4 3:05:06 PM", "auto", datetime(2024, 3, 4, 7, 5, 6, tzinfo=UTC)),
        ("2024-03-04T08:30:00Z", "auto", datetime(2024, 3, 4, 8, 30, tzinfo=UTC)),
        ("2024-03-04T08:30:00.5+02:00", "auto", datetime(2024, 3, 4, 6, 30, 0, 500_000, tzinfo=UTC)),
        ("1709541000", "auto", datetime(2024, 3, 4, 8, 30, tzinfo=UTC)),
        ("1709541000000", "unix", datetime(2024, 3, 4, 8, 30, tzinfo=UTC)),
        ("45355.5", "excel", datetime(2024, 3, 4, 4, tzinfo=UTC)),
        ("2024-03-04", "auto", datetime(2024, 3, 3, 16, tzinfo=UTC)),
    ],
)
def test_an_instant_is_read_in_its_zone(text: str, form: str, instant: datetime) -> None:
    assert read_instant(text, form, SHANGHAI) == instant


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,234,567.5", 1234567.5),
        ("¥1,200", 1200),
        ("12%", 0.12),
        ("１２３", 123),
        ("-7", -7),
        ("3元", 3),
        ("1 000", 1000),
    ],
)
def test_a_number_is_read_with_what_people_put_around_it(text: str, value: float) -> None:
    assert number(text) == value


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("1,23", "invalid_number"),
        ("1,234 567", "invalid_number"),
        ("NaN", "invalid_number"),
        ("0xA", "invalid_number"),
        ("1_0", "invalid_number"),
        ("", "invalid_number"),
        ("12345678901234567890", "number_too_large"),
    ],
)
def test_what_is_no_number_is_refused(text: str, code: str) -> None:
    with pytest.raises(Unreadable) as refused:
        number(text)
    assert refused.value.code == code
