from typing import Any

import pytest

from profiles.rules.codec import MAX_DEPTH, InvalidRule, event_names, parse_rule
from profiles.rules.compare import compare, get

YES: list[tuple[Any, str, Any]] = [
    ("10", "eq", 10),
    (10, "eq", "10.0"),
    ("1e1", "eq", 10),
    (9, "lt", "10"),
    ("9", "lt", "10"),
    ("b9", "gt", "b10"),
    (False, "exists", None),
    (0, "exists", None),
    ([], "exists", None),
    ("", "not_exists", None),
    (None, "not_exists", None),
    (None, "ne", 5),
    (None, "not_in", [5]),
    (None, "not_contains", "x"),
    ("", "eq", ""),
    (True, "eq", "true"),
    ("上海", "in", ["杭州", "上海"]),
    (5, "in", ["5"]),
    ("知途旅程", "contains", "旅"),
    ([1, "x"], "contains", "x"),
    ([1, "x"], "contains", "1"),
    ("abc", "starts_with", "ab"),
    ("abc", "ends_with", "bc"),
    (1234, "starts_with", "12"),
    ("2026-03-02T10:00:00+08:00", "eq", "2026-03-02T02:00:00Z"),
    ("2026-03-02T02:00:00Z", "before", "2026-03-02T10:00:01+08:00"),
    ("2026-03-02T02:00:00.1Z", "after", "2026-03-02T02:00:00Z"),
]
NO: list[tuple[Any, str, Any]] = [
    (None, "eq", None),
    (None, "lt", 5),
    (None, "in", [None]),
    ("NaN", "eq", "nan"),
    ("0xA", "eq", 10),
    ("1_0", "eq", 10),
    ("٣", "eq", 3),
    ("5\n", "eq", 5),
    (" 5", "eq", 5),
    (True, "eq", 1),
    ("ABC", "contains", "b"),
    ("a%c", "contains", "b"),
    ([["x"]], "contains", "x"),
    ({"a": 1}, "eq", "a"),
    ({"a": 1}, "contains", "a"),
    ("100", "lt", "9"),
]


@pytest.mark.parametrize(("left", "cmp", "right"), YES)
def test_holds(left: Any, cmp: str, right: Any) -> None:
    assert compare(left, cmp, right)


@pytest.mark.parametrize(("left", "cmp", "right"), NO)
def test_does_not_hold(left: Any, cmp: str, right: Any) -> None:
    assert not compare(left, cmp, right)


@pytest.mark.parametrize("text", ["NaN", "0xA", "1_0", "+5", "Infinity"])
def test_what_only_looks_like_a_number_is_ordered_as_text(text: str) -> None:
    assert compare(text, "gt", "") is True
    assert compare(text, "gt", 5) is (text > "5")


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("a.b", 1),
        ("a", {"b": 1}),
        ("l.0", "x"),
        ("l.-1", "y"),
        ("l.2", None),
        ("l.a", None),
        ("a.b.c", None),
        ("z", None),
    ],
)
def test_dotted_paths(path: str, value: Any) -> None:
    assert get({"a": {"b": 1}, "l": ["x", "y"]}, path) == value


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        (None, ""),
        ([], ""),
        ({"op": "nonsense"}, ""),
        ({"op": "and"}, "and.args"),
        ({"op": "and", "args": [{"op": "tag"}]}, "and.args.0.tag.key"),
        ({"op": "attribute", "key": "a", "cmp": "like", "value": 1}, "attribute"),
        ({"op": "attribute", "key": "a", "cmp": "in", "value": "x"}, "attribute"),
        ({"op": "attribute", "key": "a", "cmp": "eq", "value": [1]}, "attribute"),
        ({"op": "attribute", "key": "a", "cmp": "eq", "value": 1, "more": 1}, "attribute.more"),
        ({"op": "event", "name": "x", "within": "soon"}, "event.within"),
        ({"op": "event", "name": "x", "within": "P9999Y"}, "event.within"),
        ({"op": "event", "name": "x", "value": "2"}, "event.value"),
    ],
)
def test_a_malformed_rule_is_refused_with_its_place(rule: Any, place: str) -> None:
    with pytest.raises(InvalidRule) as raised:
        parse_rule(rule)
    assert place in [fault.place for fault in raised.value.faults]


def test_a_rule_is_nested_so_deep_and_no_deeper() -> None:
    def nested(levels: int) -> dict[str, Any]:
        rule: dict[str, Any] = {"op": "tag", "key": "vip"}
        for _ in range(levels - 1):
            rule = {"op": "not", "arg": rule}
        return rule

    parse_rule(nested(MAX_DEPTH))
    for levels in (MAX_DEPTH + 1, 10_000):
        with pytest.raises(InvalidRule):
            parse_rule(nested(levels))


def test_a_rule_names_the_events_that_can_change_it() -> None:
    rule = {"op": "or", "args": [{"op": "not", "arg": {"op": "event", "name": "a*"}}, {"op": "event", "name": "b"}]}
    assert event_names(parse_rule(rule)) == {"a*", "b"}
