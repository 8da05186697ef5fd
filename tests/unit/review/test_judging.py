"""Whose an order is and what is left of it, case by case."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from journeys.review.credits.judging import Back, Row, Verdict, judge

T0 = datetime(2026, 3, 2, tzinfo=UTC)
A, B = UUID(int=1), UUID(int=2)


def row(number: int, **fields: Any) -> Row:
    """A credit of order 1 by a run of its own in journey A, which began `number` hours after T0."""
    wanted: dict[str, Any] = {
        "id": UUID(int=number),
        "run": UUID(int=100 + number),
        "journey": A,
        "goal": "bought",
        "order": "1",
        "at": T0 + timedelta(days=1),
        "event": UUID(int=1000),
        "value": Decimal(100),
        "currency": "CNY",
        "held": False,
        "began": T0 + timedelta(hours=number),
        "note": "",
        "refunded": Decimal(0),
        "odd": (),
    }
    return Row(**{**wanted, **fields})


def notes(rows: list[Row], rule: str = "last_entry_before", once: bool = False) -> list[str]:
    verdicts = judge(rows, {"1", "2"}, {}, rule, once=once)
    return [verdicts[one.id].note for one in rows]


@pytest.mark.parametrize(
    ("rule", "wanted"),
    [
        ("last_entry_before", ["other_journey", "other_run", ""]),
        ("first_entry", ["", "other_journey", "other_journey"]),
        ("each", ["", "other_run", ""]),
    ],
)
def test_three_runs_of_two_journeys(rule: str, wanted: list[str]) -> None:
    assert notes([row(1, journey=B), row(2), row(3)], rule) == wanted


def test_who_was_held_out_loses_to_others_and_takes_from_none() -> None:
    assert notes([row(1, held=True), row(2, journey=B)]) == ["other_journey", ""]
    assert notes([row(1), row(2, journey=B, held=True)]) == ["", ""]
    assert notes([row(1, held=True), row(2, held=True)]) == ["other_run", ""]


def test_two_goals_of_one_run_do_not_compete() -> None:
    assert notes([row(1), row(2, run=UUID(int=101), goal="dear")]) == ["", ""]


def test_a_cancelled_or_early_claim_takes_no_order() -> None:
    assert notes([row(1), row(2, journey=B, note="before_entry")]) == ["", "before_entry"]


def test_only_the_first_that_counts_is_left_of_a_run() -> None:
    same = {"run": UUID(int=101)}
    late = {"at": T0 + timedelta(days=2)}
    rows = [row(1), row(2, **same, **late, order="2"), row(3, **same, **late, order="", event=None, note="again")]
    assert notes(rows, once=True) == ["", "again", "again"]
    assert notes(rows) == ["", "", ""]


def back(value: int | None, currency: str = "", *, cancels: bool = False, unread: bool = False) -> Back:
    return Back(None if value is None else Decimal(value), currency, cancels, unread)


@pytest.mark.parametrize(
    ("backs", "refunded", "odd", "note"),
    [
        ([], 0, (), ""),
        ([back(30), back(20)], 50, (), ""),
        ([back(30), back(80)], 100, ("over_refunded",), ""),
        ([back(None)], 100, (), ""),
        ([back(None, unread=True)], 100, ("refund_without_value",), ""),
        ([back(30, "USD")], 0, ("refund_currency",), ""),
        ([back(30, "CNY"), back(None, cancels=True)], 100, (), "cancelled"),
        ([back(30, cancels=True)], 30, (), ""),
    ],
)
def test_what_is_taken_back(backs: list[Back], refunded: int, odd: tuple[str, ...], note: str) -> None:
    one = row(1)
    verdict = judge([one], {"1"}, {"1": backs}, "each", once=False)[one.id]
    assert verdict == Verdict(note, Decimal(refunded), odd)
