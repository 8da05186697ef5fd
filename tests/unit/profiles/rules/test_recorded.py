"""A rule judged from recorded values says what it said of the person, or that the values do not tell."""

from typing import Any

import pytest

from profiles.rules.codec import parse_rule
from profiles.rules.recorded import holds

CITY = {"op": "attribute", "key": "city", "cmp": "eq", "value": "上海"}
NO_PHONE = {"op": "attribute", "key": "phone", "cmp": "not_exists"}
VIP = {"op": "tag", "key": "vip"}
LEVEL = {"op": "tag", "key": "level", "cmp": "gte", "value": 3}
ORDERS = {"op": "event", "name": "order_paid", "cmp": "lt", "value": 2}


def both(word: str, *rules: dict[str, Any]) -> dict[str, Any]:
    return {"op": word, "args": list(rules)}


@pytest.mark.parametrize(
    ("rule", "values", "verdict"),
    [
        (CITY, [["attribute", "city", "上海"]], True),
        (CITY, [["attribute", "city", None]], False),
        ({"op": "not", "arg": CITY}, [["attribute", "city", None]], True),
        (NO_PHONE, [["attribute", "phone", None]], True),
        (NO_PHONE, [["attribute", "phone", "***"]], None),
        (VIP, [["tag", "vip", True]], True),
        ({**VIP, "cmp": "not_exists"}, [["tag", "vip", True]], False),
        (VIP, [["tag", "vip", None]], None),
        (LEVEL, [["tag", "level", "4"]], True),
        (ORDERS, [["event", "order_paid", 1]], True),
        (ORDERS, [["event", "order_paid", 2]], False),
        (both("and", CITY, ORDERS), [["attribute", "city", "上海"], ["event", "order_paid", 0]], True),
        (both("and", NO_PHONE, CITY), [["attribute", "phone", "***"], ["attribute", "city", "北京"]], False),
        (both("and", NO_PHONE, CITY), [["attribute", "phone", "***"], ["attribute", "city", "上海"]], None),
        (both("or", NO_PHONE, CITY), [["attribute", "phone", "***"], ["attribute", "city", "上海"]], True),
        (both("or", NO_PHONE, CITY), [["attribute", "phone", "***"], ["attribute", "city", "北京"]], None),
        (both("or"), [], False),
        (both("and"), [], True),
        (CITY, [], None),
    ],
)
def test_a_rule_is_judged_from_its_values(rule: dict[str, Any], values: list[Any], verdict: bool | None) -> None:
    assert holds(parse_rule(rule), values) is verdict
