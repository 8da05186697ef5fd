"""Rules compiled to SQL say what the definition in Python says, on the real PostgreSQL."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from profiles.rule_sql import condition, observed
from profiles.rules.ast import Rule
from profiles.rules.codec import parse_rule
from profiles.rules.compare import COMPARISONS, LIST_VALUED, VALUELESS, compare, get
from profiles.rules.durations import parse
from profiles.rules.filters import all_hold
from profiles.rules.recorded import holds
from tests.fixtures.json_values import PATHS, SCALARS, VALUES, objects

pytestmark = pytest.mark.django_db


def examples(count: int) -> settings:
    # One transaction for all examples is enough: they store nothing.
    return settings(max_examples=count, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=3)


def judge(rule: Rule, person: dict[str, Any], events: list[dict[str, Any]]) -> tuple[Any, Any]:
    """Ask PostgreSQL what a rule says of one person, and what it looked at."""
    asked, seen = condition(rule, NOW), observed(rule, NOW)
    statement = f"""
        with profiles_profile as (select * from jsonb_populate_recordset(null::profiles_profile, %s)),
             profiles_event as (select * from jsonb_populate_recordset(null::profiles_event, %s))
        select {asked.text}, {seen.text} from profiles_profile p cross join (select %s::timestamptz as since) m
    """
    tables = [orjson.dumps(rows).decode() for rows in ([person], events)]
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, (*tables, *asked.params, *seen.params, SINCE))
        answer, values = cursor.fetchone()
    return answer, orjson.loads(values)


def person_with(**fields: Any) -> dict[str, Any]:
    return {"id": "01a200d5-815a-74bf-ac04-88f8fc0486ef", "attributes": {}, "tags": {}, **fields}


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, Any]:
    cmp = draw(st.sampled_from(sorted(COMPARISONS)))
    if cmp in VALUELESS:
        return {"cmp": cmp}
    return {"cmp": cmp, "value": draw(st.lists(SCALARS, max_size=3) if cmp in LIST_VALUED else SCALARS)}


@examples(400)
@given(objects(), PATHS, comparisons())
@example({"a": "5\n"}, "a", {"cmp": "eq", "value": 5})
@example({"a": "2026-03-02T02:00:00+23:59"}, "a", {"cmp": "after", "value": "2026-03-01T00:00:00Z"})
@example({"a": [None, "x", ["x"]]}, "a", {"cmp": "contains", "value": "x"})
@example({"a": True}, "a", {"cmp": "eq", "value": "true"})
@example({"a": 1e22}, "a", {"cmp": "starts_with", "value": "1000"})
def test_a_comparison_in_sql_is_the_one_in_python(
    attributes: dict[str, Any], path: str, comparison: dict[str, Any]
) -> None:
    rule = parse_rule({"op": "attribute", "key": path, **comparison})
    answer, _ = judge(rule, person_with(attributes=attributes), [])
    assert answer is compare(get(attributes, path), comparison["cmp"], comparison.get("value"))


@examples(300)
@given(VALUES, SCALARS)
def test_a_comparison_and_its_negation_differ(value: Any, right: Any) -> None:
    for positive, negative in (("eq", "ne"), ("contains", "not_contains"), ("exists", "not_exists")):
        assert compare(value, positive, right) is not compare(value, negative, right)
    assert compare(value, "in", [right]) is compare(value, "eq", right)
    assert compare(value, "not_in", [right]) is compare(value, "ne", right)


# ---- whole rules ---------------------------------------------------------------------------------------------

NAMES = ("order_paid", "order_refunded", "order", "Order_paid", "下单")
KEYS = st.sampled_from(["a", "b", "a.b", "上"])
ATTRIBUTES = st.builds(lambda key, cmp: {"op": "attribute", "key": key, **cmp}, KEYS, comparisons())
TAGS = st.builds(
    lambda key, cmp: {"op": "tag", "key": key, **cmp},
    st.sampled_from(["vip", "上", ""]).filter(bool),
    comparisons() | st.just({}),
)
FILTERS = st.builds(lambda key, cmp: {"key": key, **cmp}, KEYS, comparisons())
EVENTS = st.fixed_dictionaries(
    {"op": st.just("event"), "name": st.sampled_from([*NAMES, "order*", "*", "or*", "%"])},
    optional={
        "where": st.lists(FILTERS, max_size=2),
        "cmp": st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"]),
        "value": st.integers(-1, 4),
        "within": st.sampled_from(["P1D", "PT1H", "P7D", "P1M", "PT0S"]),
        "since_enrollment": st.booleans(),
    },
)
RULES = st.recursive(
    ATTRIBUTES | TAGS | EVENTS,
    lambda inner: st.one_of(
        st.builds(lambda arg: {"op": "not", "arg": arg}, inner),
        st.builds(
            lambda op, args: {"op": op, "args": args}, st.sampled_from(["and", "or"]), st.lists(inner, max_size=3)
        ),
    ),
    max_leaves=8,
)
# Ages at and beside the bounds of the windows.
AGES = st.sampled_from(
    [timedelta(0), timedelta(hours=1), timedelta(days=1), timedelta(days=3), timedelta(days=7), timedelta(days=30)]
)
LOG = st.lists(
    st.builds(
        lambda name, age, shift, properties: {
            "profile_id": "01a200d5-815a-74bf-ac04-88f8fc0486ef",
            "name": name,
            "occurred_at": (NOW - age + timedelta(microseconds=shift)).isoformat(),
            "properties": properties,
        },
        st.sampled_from(NAMES),
        AGES,
        st.sampled_from([-1, 0, 1]),
        objects(),
    ),
    max_size=6,
)


def says(rule: dict[str, Any], person: dict[str, Any], events: list[dict[str, Any]]) -> bool:
    """The rules of the contract in the most literal Python."""
    op = rule["op"]
    if op == "and":
        return all(says(arg, person, events) for arg in rule["args"])
    if op == "or":
        return any(says(arg, person, events) for arg in rule["args"])
    if op == "not":
        return not says(rule["arg"], person, events)
    if op == "attribute":
        return compare(get(person["attributes"], rule["key"]), rule["cmp"], rule.get("value"))
    if op == "tag":
        cmp = rule.get("cmp", "exists")
        if cmp in {"exists", "not_exists"}:
            return (rule["key"] in person["tags"]) is (cmp == "exists")
        return compare(person["tags"].get(rule["key"]), cmp, rule.get("value"))
    filters = parse_rule(rule).where  # type: ignore[union-attr]  # it is an event rule
    count = 0
    for event in events:
        at = datetime.fromisoformat(event["occurred_at"])
        name = rule["name"]
        named = event["name"].startswith(name[:-1]) if name.endswith("*") else event["name"] == name
        young = "within" not in rule or NOW - at < parse(rule["within"]).fixed
        since = not rule.get("since_enrollment") or at >= SINCE
        count += named and at <= NOW and young and since and all_hold(filters, event["properties"])
    return compare(count, rule.get("cmp", "gte"), rule.get("value", 1))


@examples(300)
@given(RULES, objects(), st.dictionaries(st.sampled_from(["vip", "上"]), SCALARS | st.none(), max_size=2), LOG)
@example({"op": "tag", "key": "vip", "cmp": "not_exists"}, {}, {"vip": ""}, [])
@example({"op": "not", "arg": {"op": "event", "name": "order_paid", "cmp": "gte", "value": 2}}, {}, {}, [])
def test_a_rule_in_sql_is_the_rule_of_the_contract(
    rule: dict[str, Any], attributes: dict[str, Any], tags: dict[str, Any], events: list[dict[str, Any]]
) -> None:
    person = person_with(attributes=attributes, tags=tags)
    answer, values = judge(parse_rule(rule), person, events)
    assert answer is says(rule, person, events)
    assert holds(parse_rule(rule), values) is answer, "the recorded values say something else"
