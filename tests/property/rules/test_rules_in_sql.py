"""Rules in SQL say what `profiles.rules.judge` says in plain Python: of some people, and of everybody at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import orjson
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from profiles.attributes import merge, merge_tags
from profiles.rule_observed import observed
from profiles.rule_sql import condition, everybody
from profiles.rules.ast import Rule
from profiles.rules.codec import parse_rule
from profiles.rules.compare import COMPARISONS, LIST_VALUED, RELATIVE, VALUELESS, compare, get
from profiles.rules.judge import Changed, Happened, Judgement, Person, Said, holds
from profiles.rules.moments import Clock, compare_at
from profiles.rules.recorded import holds as holds_by_record
from profiles.segment_definitions import Definitions
from tests.fixtures.json_values import PATHS, SCALARS, VALUES, objects

pytestmark = pytest.mark.django_db


def examples(count: int) -> settings:
    # One transaction for all examples is enough: they store nothing.
    return settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )


NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
SINCE = NOW - timedelta(days=3)
SHANGHAI = ZoneInfo("Asia/Shanghai")
WORKSPACE = UUID("01a200d5-0000-74bf-ac04-88f8fc0486ef")
TABLES = (
    "workspaces_workspace",
    "profiles_profile",
    "profiles_personhistory",
    "profiles_event",
    "profiles_identity",
    "profiles_consent",
)
SHADOW = "with " + ", ".join(
    f"{table} as (select * from jsonb_populate_recordset(null::{table}, %s::jsonb))" for table in TABLES
)


def shadow(people: Sequence[Person]) -> list[str]:
    """The rows of every table as JSON."""
    rows: dict[str, list[dict[str, Any]]] = {table: [] for table in TABLES}
    rows["workspaces_workspace"] = [{"id": WORKSPACE, "timezone": SHANGHAI.key}]
    for person in people:
        attributes: dict[str, Any] = {}
        tags: dict[str, Any] = {}
        for change in sorted(person.changes, key=lambda one: one.at):
            attributes, tags = merge(attributes, change.attributes), merge_tags(tags, change.tags)
        since = min((one.at for one in person.changes), default=None)
        rows["profiles_profile"].append(
            {"id": person.id, "attributes": attributes, "tags": tags, "history_since": since, "updated_at": NOW}
        )
        own = {"profile_id": person.id, "workspace_id": WORKSPACE}
        rows["profiles_personhistory"] += [
            {**own, "id": UUID(int=n), **change._asdict()} for n, change in enumerate(person.changes)
        ]
        rows["profiles_event"] += [
            {**own, "id": one.id, "occurred_at": one.at, "name": one.name, "properties": one.properties}
            for one in person.events
        ]
        rows["profiles_identity"] += [
            {**own, "id": UUID(int=n), "type": kind} for n, kind in enumerate(person.identities)
        ]
        rows["profiles_consent"] += [
            {**own, "id": UUID(int=n), **one._asdict()} for n, one in enumerate(person.consents)
        ]
    return [orjson.dumps([{"workspace_id": WORKSPACE, **row} for row in rows[table]]).decode() for table in TABLES]


def ask(statement: str, params: Sequence[Any]) -> list[tuple[Any, ...]]:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement, params)
        return [tuple(row) for row in cursor.fetchall()]


def judge(rule: Rule, people: Sequence[Person], at: datetime = NOW, *, as_of: bool = False) -> dict[str, Any]:
    """Ask PostgreSQL what a rule says of each of some people."""
    asked = condition(rule, at, as_of=as_of)
    people_ = "profiles_profile p cross join (select %s::timestamptz as since) m"
    rows = ask(f"{SHADOW} select p.id::text, {asked.text} from {people_}", (*shadow(people), *asked.params, SINCE))
    return dict(rows)


def judge_everybody(rule: Rule, people: Sequence[Person], at: datetime, *, as_of: bool) -> set[str]:
    asked = everybody(WORKSPACE, rule, at, Definitions(), as_of=as_of)
    rows = ask(f"{SHADOW} select p.id::text {asked.text}", (*shadow(people), *asked.params))
    assert len(rows) == len(set(rows)), "nobody is there twice"
    return {id_ for (id_,) in rows}


def person_with(attributes: dict[str, Any] | None = None) -> Person:
    return Person(ANNA, [Changed(SINCE, attributes or {}, {})])


ANNA, BO = "01a200d5-815a-74bf-ac04-88f8fc0486ef", "01a200d5-815a-74bf-ac04-88f8fc0486f0"
SPANS = st.sampled_from(["P1D", "PT1H", "P7D", "P1M", "PT0S", "P400D"])


@st.composite
def comparisons(draw: st.DrawFn) -> dict[str, Any]:
    cmp = draw(st.sampled_from(sorted(COMPARISONS)))
    if cmp in VALUELESS:
        return {"cmp": cmp}
    if cmp in RELATIVE:
        return {"cmp": cmp, "value": draw(SPANS)}
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
    answer = judge(rule, [person_with(attributes)])[ANNA]
    # The zone that a person names is tested beside.
    assert answer is compare_at(get(attributes, path), comparison["cmp"], comparison.get("value"), Clock(NOW, SHANGHAI))


@examples(300)
@given(VALUES, SCALARS)
def test_a_comparison_and_its_negation_differ(value: Any, right: Any) -> None:
    for positive, negative in (("eq", "ne"), ("contains", "not_contains"), ("exists", "not_exists")):
        assert compare(value, positive, right) is not compare(value, negative, right)
    assert compare(value, "in", [right]) is compare(value, "eq", right)
    assert compare(value, "not_in", [right]) is compare(value, "ne", right)


# ---- whole rules ---------------------------------------------------------------------------------------------

NAMES = ("order_paid", "order_refunded", "order", "Order_paid", "下单")
PATTERNS = st.sampled_from([*NAMES, "order*", "*", "or*", "%"])
KEYS = st.sampled_from(["a", "b", "a.b", "上"])
TAG_NAMES = st.sampled_from(["vip", "上"])
FILTERS = st.lists(st.builds(lambda key, cmp: {"key": key, **cmp}, KEYS, comparisons()), max_size=2)
NUMBERS = st.sampled_from([-1, 0, 1, 2, 3, 1.5, 10, 0.1])
# Moments at and beside the bounds of the windows.
AGES = st.sampled_from([timedelta(0), *(timedelta(hours=hours) for hours in (1, 24, 25, 72, 168, 720))])
MOMENTS = st.builds(lambda age, shift: NOW - age + timedelta(microseconds=shift), AGES, st.sampled_from([-1, 0, 0, 1]))
ORDERINGS = st.sampled_from(["eq", "ne", "gt", "gte", "lt", "lte"])


@st.composite
def measures(draw: st.DrawFn) -> dict[str, Any]:
    agg = draw(st.sampled_from(["count", "sum", "avg", "min", "max", "distinct"]))
    of = {} if agg == "count" else {"property": draw(KEYS)}
    if agg in {"avg", "min", "max"} and draw(st.integers(0, 4)) == 0:
        return {"agg": agg, **of, "cmp": draw(st.sampled_from(["exists", "not_exists"]))}
    if draw(st.integers(0, 4)) == 0:
        return {
            "agg": agg,
            **of,
            "cmp": draw(st.sampled_from(["in", "not_in"])),
            "value": draw(st.lists(NUMBERS, max_size=2)),
        }
    return {"agg": agg, **of, "cmp": draw(ORDERINGS), "value": draw(NUMBERS)}


SELECTED = st.builds(lambda which, has: {"select": which, "has": has}, st.sampled_from(["first", "last"]), FILTERS)
PERIODS = st.tuples(MOMENTS, MOMENTS).map(lambda pair: [one.isoformat() for one in pair])
EVENTS = st.builds(
    lambda base, asked: {**base, **asked},
    st.fixed_dictionaries(
        {"op": st.just("event"), "name": PATTERNS},
        optional={"where": FILTERS, "within": SPANS, "between": PERIODS, "since_enrollment": st.just(True)},
    ),
    st.just({}) | measures() | SELECTED,
)
STEPS = st.fixed_dictionaries({"name": PATTERNS}, optional={"where": FILTERS})
LATER_STEPS = st.fixed_dictionaries({"name": PATTERNS}, optional={"within": SPANS, "where": FILTERS})
SEQUENCES = st.builds(
    lambda first, later, rest: {"op": "sequence", "steps": [first, *later], **rest},
    STEPS,
    st.lists(LATER_STEPS, max_size=2),
    st.fixed_dictionaries({}, optional={"absent": LATER_STEPS}),
)
HELD = st.fixed_dictionaries(
    {"op": st.just("held"), "key": KEYS, "value": SCALARS | st.sampled_from([1, "1", "x"]), "for": SPANS},
    optional={"cmp": st.sampled_from(["at_least", "less_than"])},
)
LEAVES = st.one_of(
    st.builds(lambda key, cmp: {"op": "attribute", "key": key, **cmp}, KEYS, comparisons()),
    st.builds(lambda key, cmp: {"op": "tag", "key": key, **cmp}, TAG_NAMES, comparisons() | st.just({})),
    EVENTS,
    SEQUENCES,
    HELD,
    st.builds(lambda cmp: {"op": "identity", "type": "phone", "cmp": cmp}, st.sampled_from(["exists", "not_exists"])),
    st.just({"op": "consent", "channel": "sms", "purpose": "marketing"}),
    st.builds(lambda salt: {"op": "bucket", "salt": salt, "from": 20, "to": 60.5}, st.sampled_from(["a", "b", "上"])),
)
RULES = st.recursive(
    LEAVES,
    lambda inner: st.one_of(
        st.builds(lambda arg: {"op": "not", "arg": arg}, inner),
        st.builds(
            lambda op, args: {"op": op, "args": args}, st.sampled_from(["and", "or"]), st.lists(inner, max_size=3)
        ),
    ),
    max_leaves=8,
)
FEW = st.sampled_from(
    [1, "1", 1.0, "x", "", None, 2, "2026-03-02", "2026-03-01T00:00:00Z", 1772409600, {"b": 1}, {"b": None}]
)
PATCHES = st.dictionaries(st.sampled_from(["a", "b", "上"]), FEW | VALUES, max_size=2)
ZONED = PATCHES | st.just({"timezone": "America/New_York"}) | st.just({"timezone": "Mars/Olympus"})
PROPERTIES = st.dictionaries(st.sampled_from(["a", "b", "上"]), FEW | VALUES, max_size=3)
CHANGES = st.lists(
    st.builds(Changed, MOMENTS, ZONED, st.dictionaries(TAG_NAMES, SCALARS | st.none(), max_size=2)), max_size=4
)
CONSENTS = st.lists(
    st.builds(Said, MOMENTS, st.just("sms"), st.just("marketing"), st.sampled_from(["granted", "withdrawn"])),
    max_size=3,
)


@st.composite
def persons(draw: st.DrawFn, id_: str) -> Person:
    log = draw(st.lists(st.tuples(MOMENTS, st.sampled_from(NAMES), PROPERTIES), max_size=6))
    events = [Happened(at, str(UUID(int=place)), name, properties) for place, (at, name, properties) in enumerate(log)]
    kinds = draw(st.frozensets(st.sampled_from(["phone", "email"])))
    return Person(id_, draw(CHANGES), events, draw(CONSENTS), kinds)


def so_far(person: Person) -> Person:
    """Nothing that is known at present is of the future."""
    return replace(
        person,
        changes=[one for one in person.changes if one.at <= NOW],
        consents=[one for one in person.consents if one.at <= NOW],
    )


@examples(500)
@given(RULES, persons(ANNA), persons(BO))
@example({"op": "tag", "key": "vip", "cmp": "not_exists"}, Person(ANNA, [Changed(SINCE, {}, {"vip": ""})]), Person(BO))
@example({"op": "not", "arg": {"op": "event", "name": "order_paid", "value": 2}}, Person(ANNA), Person(BO))
def test_a_rule_in_sql_is_the_rule_of_the_contract(rule: dict[str, Any], anna: Person, bo: Person) -> None:
    parsed, people = parse_rule(rule), [so_far(anna), so_far(bo)]
    said = {one.id: holds(parsed, one, Judgement(NOW, SHANGHAI, SINCE)) for one in people}
    assert judge(parsed, people) == said


@examples(500)
@given(RULES, persons(ANNA), persons(BO), MOMENTS)
def test_a_rule_in_sql_is_the_rule_of_the_contract_as_of_any_instant(
    rule: dict[str, Any], anna: Person, bo: Person, at: datetime
) -> None:
    parsed = parse_rule(rule)
    said = {one.id: holds(parsed, one, Judgement(at, SHANGHAI, SINCE)) for one in (anna, bo)}
    assert judge(parsed, [anna, bo], at, as_of=True) == said


@examples(500)
@given(RULES, persons(ANNA), persons(BO), MOMENTS, st.booleans())
def test_a_rule_asked_of_everybody_is_the_rule_asked_of_each(
    rule: dict[str, Any], anna: Person, bo: Person, at: datetime, as_of: bool
) -> None:
    parsed, people = parse_rule(rule), [anna, bo] if as_of else [so_far(anna), so_far(bo)]
    instant = at if as_of else NOW
    by = Judgement(instant, SHANGHAI)
    assert judge_everybody(parsed, people, instant, as_of=as_of) == {one.id for one in people if holds(parsed, one, by)}


@examples(200)
@given(RULES, persons(ANNA))
def test_what_is_recorded_of_a_decision_says_the_same_or_nothing(rule: dict[str, Any], person: Person) -> None:
    parsed, person = parse_rule(rule), so_far(person)
    seen = observed(parsed, NOW)
    statement = f"{SHADOW} select {seen.text} from profiles_profile p cross join (select %s::timestamptz as since) m"
    ((values,),) = ask(statement, (*shadow([person]), *seen.params, SINCE))
    verdict = holds_by_record(parsed, orjson.loads(values))
    assert verdict is None or verdict is holds(parsed, person, Judgement(NOW, SHANGHAI, SINCE))
