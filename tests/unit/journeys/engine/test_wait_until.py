"""Waits for an instant and for the instant that an attribute names."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from journeys.engine.decision import Entered, TimerFired, ValueNeed
from journeys.engine.instants import instant_from
from journeys.engine.step import needs
from tests.unit.journeys.engine.test_steps import DAY, HOUR, T0, at_node, came_to, plan_of, step

SHANGHAI = ZoneInfo("Asia/Shanghai")


def until(**config: Any) -> tuple[str, dict[str, Any]]:
    return "wait", config


def by_attribute(**config: Any) -> tuple[str, dict[str, Any]]:
    return "wait", {"until_attribute": {"key": "visit.at", **config}}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("2026-03-05T09:00:00+08:00", datetime(2026, 3, 5, 1, tzinfo=UTC)),
        ("2026-03-05", datetime(2026, 3, 4, 16, tzinfo=UTC)),
        (1772672400, datetime(2026, 3, 5, 1, tzinfo=UTC)),
        ("1772672400", datetime(2026, 3, 5, 1, tzinfo=UTC)),
        (1772672400000, datetime(2026, 3, 5, 1, tzinfo=UTC)),
        ("2026-02-30", None),
        ("soon", None),
        ("", None),
        (True, None),
        (None, None),
        ([], None),
        ("9" * 40, None),
    ],
)
def test_what_an_attribute_may_say(value: object, expected: datetime | None) -> None:
    assert instant_from(value, SHANGHAI) == expected


def test_it_waits_until_its_instant_and_passes_one_that_is_over() -> None:
    plan = plan_of(until(until="2026-03-04T10:00:00+08:00"), "next")
    waiting = step(plan, at_node(plan)).enrollment
    assert waiting.due_at == datetime(2026, 3, 4, 2, tzinfo=UTC)
    assert came_to(step(plan, waiting, TimerFired(T0 + 2 * DAY), T0 + 2 * DAY)) == "next"
    over = plan_of(until(until="2026-03-01T10:00:00+08:00"), "next")
    assert came_to(step(over, at_node(over))) == "next"


def test_the_parts_move_the_instant_on_in_the_order_of_the_contract() -> None:
    window = {"days": [1, 2, 3, 4, 5, 6, 7], "from": "09:00", "to": "10:00"}
    config = {"for": "P3D", "until": "2026-03-04T10:00:00+08:00", "until_attribute": {"key": "visit.at"}}
    plan = plan_of(until(**config, window=window), "next")
    # Three days lead past the instant, the attribute further, and the window to the next morning in Shanghai.
    waiting = step(plan, at_node(plan), value="2026-03-06T12:00:00+08:00").enrollment
    assert waiting.due_at == datetime(2026, 3, 7, 1, tzinfo=UTC)


def test_the_attribute_is_asked_for_once_and_moved_by_its_offset() -> None:
    plan = plan_of(by_attribute(offset="-P1D"), "next")
    entered = at_node(plan)
    assert needs(plan, entered, Entered()) == ValueNeed("visit.at")
    waiting = step(plan, entered, value="2026-03-05").enrollment
    # The day before, at midnight in Shanghai.
    assert waiting.due_at == datetime(2026, 3, 3, 16, tzinfo=UTC)
    assert needs(plan, waiting, TimerFired(T0 + DAY)) is None
    assert waiting.wait is not None
    assert waiting.wait["value"] == "2026-03-05", "what was read is recorded, so that it can be decided again"


def test_a_value_that_identifies_a_person_is_not_recorded() -> None:
    plan = plan_of(until(until_attribute={"key": "birthday"}), "next")
    waiting = step(plan, at_node(plan), value="2026-03-05").enrollment
    assert waiting.wait is not None
    assert waiting.wait["value"] == "***"


@pytest.mark.parametrize("value", ["2026-03-01", None, "soon"])
@pytest.mark.parametrize("choice", ["continue", "exit"])
def test_the_past_and_the_missing_go_as_the_node_says(value: object, choice: str) -> None:
    plan = plan_of(by_attribute(if_past=choice, if_missing=choice), "next")
    result = step(plan, at_node(plan), value=value)
    problem = {"2026-03-01": "past", None: "missing", "soon": "not_a_date"}[value]  # type: ignore[index]
    assert result.events[0].data["problem"] == problem
    if choice == "continue":
        assert came_to(result) == "next"
    else:
        assert result.enrollment.state == "exited"
        assert result.events[-1].data["by"] == "path"


def test_months_of_an_offset_are_months_of_the_calendar() -> None:
    plan = plan_of(by_attribute(offset="-P1M"), "next")
    waiting = step(plan, at_node(plan), value="2026-05-31T09:00:00+08:00").enrollment
    assert waiting.due_at == datetime(2026, 4, 30, 1, tzinfo=UTC)


def test_an_attribute_at_the_edge_of_the_calendar_is_a_failure_of_the_step_and_not_a_guess() -> None:
    plan = plan_of(by_attribute(offset="P10Y"), "next")
    with pytest.raises((ValueError, OverflowError)):
        step(plan, at_node(plan), value="9999-06-01T00:00:00Z")


def test_a_wait_over_years_and_one_of_an_hour() -> None:
    for text, length in (("P3Y", timedelta(days=3 * 365 + 1)), ("PT1H", HOUR)):
        plan = plan_of(until(**{"for": text}), "next")
        due = step(plan, at_node(plan)).enrollment.due_at
        assert due is not None
        assert due - T0 == length
