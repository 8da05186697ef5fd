"""Values that are equal in rules are one key; values that differ are two."""

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given

from journeys.engine.correlation import key_of
from profiles.rules.compare import equal
from tests.fixtures.json_values import SCALARS


def key(value: Any) -> str | None:
    return key_of({"order": {"id": value}}, "order.id")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (100, "100"),
        (100.0, "1e2"),
        ("0100", 100),
        (0, "-0.0"),
        (True, "true"),
        ("2026-03-02T02:00:00Z", "2026-03-02 10:00:00+08:00"),
        (int("9" * 60), "9" * 60 + ".0"),
    ],
)
def test_equal_values_are_one_key(one: Any, other: Any) -> None:
    assert equal(one, other)
    assert key(one) == key(other)


@pytest.mark.parametrize("missing", [None, "", [], {}, ["A1"]])
def test_what_is_missing_or_no_scalar_is_no_key(missing: Any) -> None:
    assert key(missing) is None
    assert key_of({}, "order.id") is None


def test_a_long_value_still_fits_an_index() -> None:
    assert len(key("x" * 100_000) or "") < 250
    assert len(key(str(Decimal(10) ** 59 + 1)) or "") < 250
    assert key("x" * 100_000) != key("x" * 100_001)


@given(SCALARS.filter(lambda value: value not in (None, "")), SCALARS.filter(lambda value: value not in (None, "")))
def test_keys_are_equal_exactly_when_the_values_are(one: Any, other: Any) -> None:
    assert (key(one) == key(other)) is equal(one, other)
