"""Every operator of the contract is read, is written as it was given, and is refused with its place when malformed."""

from typing import Any

import pytest

from profiles.rules.codec import InvalidRule, dump_rule, event_names, parse_rule

FIRST_OF_MARCH, FIRST_OF_APRIL = "2026-03-01T00:00:00+08:00", "2026-04-01T00:00:00+08:00"
EVENT: dict[str, Any] = {"op": "event", "name": "order_paid"}
STEPS = [
    {"name": "cart_added"},
    {"name": "order_paid", "within": "P1D", "where": [{"key": "amount", "cmp": "gt", "value": 1}]},
]

WELL_FORMED: list[dict[str, Any]] = [
    {**EVENT, "name": "order_*", "agg": "sum", "property": "amount", "cmp": "gte", "value": 99.5, "within": "P30D"},
    {**EVENT, "agg": "avg", "property": "amount", "cmp": "not_exists"},
    {**EVENT, "agg": "distinct", "property": "sku", "cmp": "in", "value": [1, 2]},
    {**EVENT, "between": [FIRST_OF_MARCH, FIRST_OF_APRIL]},
    {**EVENT, "since_enrollment": True},
    {**EVENT, "select": "last", "has": [{"key": "amount", "cmp": "gte", "value": 100}], "within": "P7D"},
    {"op": "sequence", "steps": STEPS, "absent": {"name": "order_refunded", "within": "P7D"}},
    {"op": "identity", "type": "phone", "cmp": "not_exists"},
    {"op": "consent", "channel": "sms", "purpose": "marketing"},
    {"op": "journey", "id": "0199", "status": "completed", "within": "P30D"},
    {"op": "message", "channel": "sms", "outcome": "read", "cmp": "lt", "value": 3, "within": "P7D"},
    {"op": "bucket", "salt": "spring", "from": 0, "to": 12.5},
    {"op": "held", "key": "level", "value": "gold", "cmp": "less_than", "for": "P90D"},
    {"op": "attribute", "key": "birthday", "cmp": "anniversary_within", "value": "P7D"},
    {"op": "tag", "key": "score", "cmp": "gte", "value": 3},
]


@pytest.mark.parametrize("rule", WELL_FORMED, ids=lambda rule: rule["op"])
def test_a_rule_is_written_as_it_was_read(rule: dict[str, Any]) -> None:
    assert dump_rule(parse_rule(rule)) == rule


@pytest.mark.parametrize(
    ("rule", "place"),
    [
        ({**EVENT, "agg": "sum", "value": 1}, "event"),
        ({**EVENT, "agg": "sum", "property": "amount"}, "event"),
        ({**EVENT, "agg": "median", "property": "amount", "value": 1}, "event.agg"),
        ({**EVENT, "property": "amount"}, "event"),
        ({**EVENT, "cmp": "exists"}, "event"),
        ({**EVENT, "cmp": "contains"}, "event.cmp"),
        ({**EVENT, "value": True}, "event.value"),
        ({**EVENT, "value": float("inf")}, "event.value"),
        ({**EVENT, "cmp": "in", "value": 2}, "event"),
        ({**EVENT, "select": "last", "value": 2}, "event"),
        ({**EVENT, "select": "second"}, "event.select"),
        ({**EVENT, "has": []}, "event"),
        ({**EVENT, "has": [{"key": "a", "cmp": "within_last", "value": "soon"}], "select": "last"}, "event.has.0"),
        ({**EVENT, "between": [FIRST_OF_MARCH]}, "event.between"),
        ({**EVENT, "between": ["2026-03-01", FIRST_OF_APRIL]}, "event.between.0"),
        ({**EVENT, "within": ["P1D"]}, "event.within"),
        ({"op": "sequence", "steps": []}, "sequence.steps"),
        ({"op": "sequence", "steps": [{"name": "a", "within": "P1D"}]}, "sequence"),
        ({"op": "sequence", "steps": [{"name": "a"}], "absent": []}, "sequence.absent"),
        ({"op": "identity"}, "identity.type"),
        ({"op": "consent", "channel": "sms", "purpose": "fun"}, "consent.purpose"),
        ({"op": "journey", "id": "0199", "status": "happy"}, "journey.status"),
        ({"op": "message", "outcome": "liked"}, "message.outcome"),
        ({"op": "bucket", "salt": "spring", "from": 50, "to": 20}, "bucket"),
        ({"op": "bucket", "salt": "spring", "from": 0, "to": 100.1}, "bucket"),
        ({"op": "held", "key": "level", "value": ["gold"], "for": "P1D"}, "held"),
        ({"op": "held", "key": "level", "value": "gold"}, "held.for"),
    ],
)
def test_a_malformed_rule_is_refused_with_its_place(rule: dict[str, Any], place: str) -> None:
    with pytest.raises(InvalidRule) as raised:
        parse_rule({"op": "and", "args": [rule]})
    fault = raised.value.faults[0]
    assert fault.place == f"and.args.0.{place}"
    assert fault.messages["zh-CN"].startswith("第 1 个条件")
    assert fault.messages["en"].startswith("condition 1")


def test_every_event_that_a_sequence_looks_for_can_change_it() -> None:
    assert event_names(parse_rule(WELL_FORMED[6])) == {"cart_added", "order_paid", "order_refunded"}
