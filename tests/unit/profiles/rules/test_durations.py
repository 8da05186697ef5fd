from datetime import timedelta

import pytest

from profiles.rules.durations import Duration, InvalidDuration, parse


@pytest.mark.parametrize(
    ("text", "duration"),
    [
        ("P3D", Duration(0, 3, timedelta())),
        ("PT2H30M", Duration(0, 0, timedelta(hours=2, minutes=30))),
        ("P1Y2M3W4DT5H6M7.5S", Duration(14, 25, timedelta(hours=5, minutes=6, seconds=7.5))),
        ("P0D", Duration(0, 0, timedelta())),
        ("PT0.000001S", Duration(0, 0, timedelta(microseconds=1))),
        ("P100Y", Duration(1200, 0, timedelta())),
    ],
)
def test_a_duration_has_months_days_and_an_exact_rest(text: str, duration: Duration) -> None:
    assert parse(text) == duration


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "P1DT",
        "3D",
        "p3d",
        "P-1D",
        "-P1D",
        "P1.5D",
        "P1D1M",
        "PT1H1D",
        "P1D ",
        "P1D\n",
        "P１D",
        "P9999Y",
        "P999999D",
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(InvalidDuration):
        parse(text)


def test_rules_count_days_of_24_hours_and_months_of_30_days() -> None:
    assert parse("P1M1DT1H").fixed == timedelta(days=31, hours=1)
