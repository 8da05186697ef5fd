from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels_app.providers.call.strategy import (
    BadStrategy,
    parse_follow_up,
    parse_retry,
    problem_with_strategy,
)

# Ten in the morning in Shanghai.
NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)


def retry(**fields: Any) -> Any:
    return parse_retry({"retry": {"count": 2, "interval_minutes": 30, **fields}})


def test_without_a_setting_nobody_is_called_again() -> None:
    assert parse_retry({}) is None
    assert parse_follow_up({}) is None


def test_a_try_follows_the_interval_after_the_last() -> None:
    assert retry().next_at("busy", 1, NOW) == NOW + timedelta(minutes=30)


@pytest.mark.parametrize(("result", "tries"), [("busy", 3), ("invalid", 1), ("answered", 1), ("restricted", 1)])
def test_neither_after_the_count_nor_for_other_reasons(result: str, tries: int) -> None:
    assert retry().next_at(result, tries, NOW) is None


def test_the_evening_waits_for_the_morning() -> None:
    evening = NOW + timedelta(hours=10, minutes=45)  # 20:45, so that the interval ends at 21:15
    assert retry().next_at("busy", 1, evening) == datetime(2026, 3, 3, 0, 0, tzinfo=UTC)


def test_a_window_may_span_midnight() -> None:
    late = datetime(2026, 3, 2, 17, 0, tzinfo=UTC)  # one in the night
    assert retry(windows=[["22:00", "02:00"]]).next_at("busy", 1, late) == late + timedelta(minutes=30)


def test_the_clock_is_the_zones() -> None:
    berlin = retry(windows=[["08:00", "09:00"]], zone="Europe/Berlin").next_at("busy", 1, NOW)
    assert berlin == datetime(2026, 3, 2, 7, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong",
    [
        "often",
        {"count": 11},
        {"count": True},
        {"count": -1},
        {"interval_minutes": 0},
        {"reasons": ["invalid"]},
        {"reasons": "busy"},
        {"windows": [["8", "9"]]},
        {"windows": []},
        {"windows": [["09:00", "09:00"]]},
        {"windows": "always"},
        {"zone": "Mars/Base"},
        {"zone": 8},
        {"tries": 3},
    ],
)
def test_a_strategy_that_cannot_be_read_is_refused(wrong: Any) -> None:
    with pytest.raises(BadStrategy):
        parse_retry({"retry": wrong})
    assert problem_with_strategy({"retry": wrong})


@pytest.mark.parametrize(
    "wrong", ["sms", {}, {"template": "x"}, {"template": "x", "when": []}, {"template": "x", "when": ["never"]}]
)
def test_a_follow_up_that_cannot_be_read_is_refused(wrong: Any) -> None:
    with pytest.raises(BadStrategy):
        parse_follow_up({"follow_up": wrong})


@pytest.mark.parametrize(
    ("when", "result", "wanted"),
    [
        (["answered"], "intent_B", True),
        (["answered"], "busy", False),
        (["intent_A"], "intent_B", False),
        (["intent_A"], "answered", False),
        (["no_answer", "busy"], "busy", True),
    ],
)
def test_answered_stands_for_every_intent(when: list[str], result: str, wanted: bool) -> None:
    rule = parse_follow_up({"follow_up": {"template": "t", "when": when}})
    assert rule is not None
    assert rule.wanted(result) is wanted
