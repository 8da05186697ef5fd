from datetime import UTC, datetime
from typing import Any
from uuid import uuid4

from profiles.merging.contents import Contents, come_to
from profiles.person_history import Entry

T0 = datetime(2026, 3, 2, tzinfo=UTC)


def change(attributes: dict[str, Any], tags: dict[str, Any] | None = None) -> Entry:
    return Entry(uuid4(), uuid4(), T0, attributes, tags or {})


def test_the_later_value_holds_leaf_by_leaf() -> None:
    first = change({"city": "上海", "address": {"street": "a", "no": 1}, "likes": [1]}, {"vip": True, "old": "1"})
    then = change({"city": "杭州", "address": {"no": 2, "zip": "3"}, "likes": [2]}, {"vip": "gold", "old": None})
    assert come_to([first, then]) == (
        {"city": "杭州", "address": {"street": "a", "no": 2, "zip": "3"}, "likes": [2]},
        {"vip": "gold"},
    )
    assert come_to([then, first]).attributes["city"] == "上海"


def test_what_was_removed_later_is_not_known() -> None:
    assert come_to([change({"city": "上海"}, {"vip": True}), change({"city": None}, {"vip": None})]) == ({}, {})


def test_it_may_be_too_much_of_one_person() -> None:
    assert not Contents({"a": 1}, {"b": None}).is_too_much
    assert Contents({f"k{number}": "x" * 1000 for number in range(80)}, {}).is_too_much
    assert Contents({}, dict.fromkeys(map(str, range(1001)))).is_too_much
