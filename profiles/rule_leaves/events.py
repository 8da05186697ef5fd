"""What a person did, in SQL: aggregates, the first or last event, sequences."""

from collections.abc import Sequence as Items
from datetime import timedelta
from typing import Any

from profiles.rule_leaves.comparisons import OPERATORS, at_path, comparison
from profiles.rule_leaves.question import Members, Question
from profiles.rule_leaves.sql import Sql, joined
from profiles.rules.ast import EventAggregate, Sequence, Step
from profiles.rules.compare import DENIES, compare, number
from profiles.rules.event_leaves import AggregateRule
from profiles.rules.filters import Filter

TABLE = "profiles_event"
NEWEST = "e.occurred_at desc, e.id desc"
OLDEST = "e.occurred_at, e.id"


def events_of(rule: EventAggregate, question: Question) -> Sql:
    """`from ... where ...` of the events that an event rule is about, as `e`."""
    parts = [*_named("e", rule.name, question), *where(rule.where, "e", question)]
    if rule.window is not None:
        # Inside while younger than that.
        parts.append(Sql("e.occurred_at > %s", (question.at - rule.window.fixed,)))
    if rule.between is not None:
        parts.append(Sql("e.occurred_at >= %s and e.occurred_at < %s", rule.between))
    if rule.since_enrollment:
        # Of everybody nobody is enrolled here.
        parts.append(Sql("e.occurred_at >= m.since" if question.everybody is None else "false"))
    return question.rows(TABLE, "e", parts)


def event(rule: EventAggregate, question: Question) -> Sql | Members:
    rows = events_of(rule, question)
    if rule.select is not None:
        has = joined(where(rule.has, "e", question), " and ", "true")
        return question.those_whose_first(rows, "e", OLDEST if rule.select == "first" else NEWEST, has)
    return aggregate(rule, rows, "e", question, value_of(rule))


def aggregate(rule: AggregateRule, rows: Sql, alias: str, question: Question, value: Sql) -> Sql | Members:
    """Whom the comparison of an aggregate of `value` (jsonb) over their `rows` holds for."""
    if rule.agg == "count" and (rule.cmp, rule.operand) in (("gte", 1), ("gt", 0), ("ne", 0)):
        return question.those_with(rows, alias)
    of_nothing = compare(0 if rule.agg in {"count", "sum", "distinct"} else None, rule.cmp, rule.operand)
    return question.those_whose(rows, alias, _test(rule, value), of_nothing=of_nothing)


def aggregated(rule: AggregateRule, value: Sql) -> Sql:
    """The aggregate itself, over rows; null if it is missing."""
    read = f"zhitu_number({value.text})"
    match rule.agg:
        case "count":
            return Sql("count(*)")
        case "sum":
            return Sql(f"coalesce(sum({read}), 0)", value.params)
        case "distinct":
            return Sql(f"count(distinct zhitu_scalar({value.text}))", value.params)
        case agg:
            return Sql(f"{agg}({read})", value.params)


def _test(rule: AggregateRule, value: Sql) -> Sql:
    """The comparison as a boolean over rows: false if the aggregate is missing, and then true if it is denied."""
    cmp = DENIES.get(rule.cmp, rule.cmp)
    total = aggregated(rule, value)
    present = Sql(f"count(zhitu_number({value.text})) > 0", value.params)
    if cmp == "exists":
        found = present
    else:
        operands = rule.operand if isinstance(rule.operand, list) else [rule.operand]
        operator = OPERATORS["eq" if cmp == "in" else cmp]
        found = joined(
            (_compared(rule, total, value, operator, number(one)) for one in operands), " or ", "count(*) < 0"
        )
    return Sql(
        f"not coalesce({found.text}, false)" if rule.cmp in DENIES else f"coalesce({found.text}, false)", found.params
    )


def _compared(rule: AggregateRule, total: Sql, value: Sql, operator: str, operand: Any) -> Sql:
    if rule.agg == "avg":
        # Exact, where a quotient would be rounded. Of nothing the sum is null.
        read = f"zhitu_number({value.text})"
        return Sql(f"sum({read}) {operator} %s * count({read})", (*value.params, operand, *value.params))
    return Sql(f"{total.text} {operator} %s", (*total.params, operand))


def sequence(rule: Sequence, question: Question) -> Sql | Members:
    """Each step is looked for after the one before it: by the time, and of one instant by the order of arrival."""
    first, *later = rule.steps
    parts = [*_named("e", first.name, question), *where(first.where, "e", question)]
    chain = _after("e", later, rule.absent, question)
    return question.those_with(question.rows(TABLE, "e", [*parts, *chain]), "e")


def _after(before: str, steps: Items[Step], absent: Step | None, question: Question) -> list[Sql]:
    if not steps:
        return [] if absent is None else [_step("x", before, absent, [], question, "not exists")]
    step, *later = steps
    name = f"e{len(steps)}"
    return [_step(name, before, step, _after(name, later, absent, question), question, "exists")]


def _step(name: str, before: str, step: Step, chain: list[Sql], question: Question, word: str) -> Sql:
    parts = [
        Sql(f"{name}.profile_id = {before}.profile_id"),
        *([] if question.everybody is None else [Sql(f"{name}.workspace_id = %s", (question.everybody,))]),
        *_named(name, step.name, question),
        Sql(f"{name}.occurred_at >= {before}.occurred_at"),
        Sql(f"({name}.occurred_at, {name}.id) > ({before}.occurred_at, {before}.id)"),
        *([] if step.span is None else [_nearer(name, before, step.span)]),
        *where(step.where, name, question),
        *chain,
    ]
    found = joined(parts, " and ", "true")
    return Sql(f"{word} (select 1 from {TABLE} {name} where {found.text})", found.params)


def _nearer(name: str, before: str, span: timedelta) -> Sql:
    # In seconds, so that no zone's days have a say.
    return Sql(f"{name}.occurred_at < {before}.occurred_at + make_interval(secs => %s)", (span.total_seconds(),))


def _named(alias: str, name: str, question: Question) -> list[Sql]:
    """Events of a name that had happened by then. Only a trailing `*` is special."""
    until = Sql(f"{alias}.occurred_at <= %s", (question.at,))
    if not name.endswith("*"):
        return [Sql(f"{alias}.name = %s", (name,)), until]
    return [Sql(f"starts_with({alias}.name, %s)", (name[:-1],)), until]


def where(filters: Items[Filter], alias: str, question: Question) -> list[Sql]:
    return [
        comparison(at_path(f"{alias}.properties", one.key), one.cmp, one.value, question.at, question.zone())
        for one in filters
    ]


def value_of(rule: EventAggregate) -> Sql:
    """The property (jsonb) that is aggregated; `count` looks at none."""
    return Sql("null::jsonb") if rule.property_ is None else at_path("e.properties", rule.property_)
