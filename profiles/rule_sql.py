"""Rules compiled to SQL: the one evaluator of rules, for splits, segments and previews alike.

A compiled rule is one boolean expression over `p` (a row of profiles_profile) and, for `since_enrollment`, over
`m.since`. It mirrors `profiles.rules.compare`; a property test holds the two together. Table names are plain, so
a caller may shadow them by a WITH clause and judge people who are not stored.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from profiles.rules.ast import And, Attribute, EventCount, InSegment, Not, Or, Rule, Tag
from profiles.rules.compare import DENIES, LIST_VALUED, NEGATIVE, ORDERINGS, instant, number, text
from profiles.rules.filters import Filter
from profiles.segment_definitions import Definitions

_OPERATORS = {"eq": "=", "ne": "<>", "gt": ">", "gte": ">=", "lt": "<", "lte": "<=", "before": "<", "after": ">"}


@dataclass(frozen=True)
class Sql:
    """A piece of SQL with psycopg placeholders and their values, in order."""

    text: str
    params: tuple[Any, ...] = ()


def condition(rule: Rule, now: datetime, definitions: Definitions | None = None) -> Sql:
    """Compile `rule`, as it stands at `now` (aware), to a boolean that is never null.

    A segment is replaced by its rule as it is stored now. Raises UnknownSegment, SegmentCycle, RuleTooLarge.
    """
    known = definitions or Definitions()
    match rule:
        case And(args=args):
            return _joined([condition(arg, now, known) for arg in args], " and ", "true")
        case Or(args=args):
            return _joined([condition(arg, now, known) for arg in args], " or ", "false")
        case Not(arg=arg):
            inner = condition(arg, now, known)
            return Sql(f"not {inner.text}", inner.params)
        case InSegment(id=id_):
            with known.opened(id_) as definition:
                inner = condition(definition.rule, now, known)
            # A segment of another workspace has no members here.
            return Sql(f"(p.workspace_id = %s and {inner.text})", (definition.workspace, *inner.params))
        case Attribute(key=key, cmp=cmp, value=value):
            return _comparison(_at("p.attributes", key), cmp, value)
        case Tag(key=key, cmp="exists"):
            return Sql("(p.tags ? %s)", (key,))
        case Tag(key=key, cmp="not_exists"):
            # Not a question of its value: a tag with an empty one is there.
            return Sql("not (p.tags ? %s)", (key,))
        case Tag(key=key, cmp=cmp, value=value):
            return _comparison(Sql("(p.tags -> %s)", (key,)), cmp, value)
        case EventCount():
            return _event_count(rule, now)


def observed(rule: Rule, now: datetime) -> Sql:
    """Compile the values that `rule` looks at to one JSON array of [operator, key, value], to explain a decision."""
    parts, params = [], []
    for leaf in _leaves(rule, Definitions()):
        value = _observed_value(leaf, now)
        parts.append(f"jsonb_build_array(%s::text, %s::text, {value.text})")
        params += [leaf.op, _subject(leaf), *value.params]
    return Sql(f"jsonb_build_array({', '.join(parts)})", tuple(params))


_Leaf = Attribute | Tag | EventCount | InSegment


def _leaves(rule: Rule, definitions: Definitions) -> list[_Leaf]:
    """What the rule looks at, in order: after a segment, what the segment's rule looks at."""
    match rule:
        case And(args=args) | Or(args=args):
            return [leaf for arg in args for leaf in _leaves(arg, definitions)]
        case Not(arg=arg):
            return _leaves(arg, definitions)
        case InSegment(id=id_):
            with definitions.opened(id_) as definition:
                return [rule, *_leaves(definition.rule, definitions)]
        case _:
            return [rule]


def _subject(leaf: _Leaf) -> str:
    match leaf:
        case EventCount(name=name):
            return name
        case InSegment(id=id_):
            return id_
        case _:
            return leaf.key


def _observed_value(leaf: _Leaf, now: datetime) -> Sql:
    match leaf:
        case Attribute(key=key):
            return _at("p.attributes", key)
        case Tag(key=key, cmp="exists" | "not_exists"):
            return Sql("to_jsonb(p.tags ? %s)", (key,))
        case Tag(key=key):
            return Sql("(p.tags -> %s)", (key,))
        case EventCount():
            events = _events(leaf, now)
            return Sql(f"to_jsonb((select count(*) {events.text}))", events.params)
        case InSegment():
            inside = condition(leaf, now)
            return Sql(f"to_jsonb({inside.text})", inside.params)


def _event_count(rule: EventCount, now: datetime) -> Sql:
    events = _events(rule, now)
    if (rule.cmp, rule.value) in {("gte", 1), ("gt", 0), ("ne", 0)}:
        return Sql(f"exists (select 1 {events.text})", events.params)
    if (rule.cmp, rule.value) in {("eq", 0), ("lt", 1), ("lte", 0)}:
        return Sql(f"not exists (select 1 {events.text})", events.params)
    return Sql(f"(select count(*) {events.text}) {_OPERATORS[rule.cmp]} %s", (*events.params, rule.value))


def _events(rule: EventCount, now: datetime) -> Sql:
    """The events that count: `from ... where ...`. An event is inside `within` while it is younger than that."""
    parts = ["e.profile_id = p.id", "e.occurred_at <= %s"]
    params: list[Any] = [now]
    if rule.name.endswith("*"):
        parts.append("starts_with(e.name, %s)")
        params.append(rule.name[:-1])
    else:
        parts.append("e.name = %s")
        params.append(rule.name)
    if rule.window is not None:
        parts.append("e.occurred_at > %s")
        params.append(now - rule.window.fixed)
    if rule.since_enrollment:
        parts.append("e.occurred_at >= m.since")
    where = _where(rule.where)
    return Sql(f"from profiles_event e where {' and '.join(parts)} and {where.text}", (*params, *where.params))


def _where(filters: Sequence[Filter]) -> Sql:
    return _joined(
        [_comparison(_at("e.properties", item.key), item.cmp, item.value) for item in filters], " and ", "true"
    )


def _joined(parts: list[Sql], word: str, empty: str) -> Sql:
    if not parts:
        return Sql(empty)
    return Sql(f"({word.join(part.text for part in parts)})", tuple(value for part in parts for value in part.params))


def _at(column: str, key: str) -> Sql:
    # JSON null reads as SQL null: both are a missing value.
    return Sql(f"nullif({column} #> %s, 'null'::jsonb)", (key.split("."),))


def _comparison(left: Sql, cmp: str, value: Any) -> Sql:
    if cmp in NEGATIVE:
        positive = _comparison(left, DENIES[cmp], value)
        return Sql(f"not {positive.text}", positive.params)
    if cmp == "exists":
        return Sql(f"coalesce({left.text} <> '\"\"'::jsonb, false)", left.params)
    if cmp in LIST_VALUED:
        return _joined([_scalar(left, "eq", item) for item in value], " or ", "false")
    if cmp == "contains":
        return _contains(left, value)
    if cmp in {"starts_with", "ends_with"}:
        return _affix(left, cmp, value)
    return _scalar(left, cmp, value)


def _scalar(left: Sql, cmp: str, value: Any) -> Sql:
    """`left` (jsonb) compared with a constant, as a number, an instant or text: what both sides read as."""
    operator = _OPERATORS[cmp]
    as_text = f"zhitu_text({left.text})"
    choices: list[str] = []
    params: list[Any] = []
    for read, function in ((number(value), "zhitu_number"), (instant(value), "zhitu_instant")):
        if read is not None:
            choices.append(f"{function}({left.text}) {operator} %s")
            params += [*left.params, read]
    # What reads as a number never equals, as text, what does not; an order between them is that of the texts.
    if cmp in ORDERINGS or not choices:
        choices.append(f'{as_text} collate "C" {operator} %s')
        params += [*left.params, text(value)]
    return Sql(f"coalesce({', '.join(choices)}, false)", tuple(params))


def _contains(left: Sql, value: Any) -> Sql:
    element = _scalar(Sql("item"), "eq", value)
    return Sql(
        f"(case jsonb_typeof({left.text}) when 'array' then "
        f"exists (select 1 from jsonb_array_elements({left.text}) item where {element.text}) "
        f"else coalesce(strpos(zhitu_text({left.text}), %s) > 0, false) end)",
        (*left.params, *left.params, *element.params, *left.params, text(value)),
    )


def _affix(left: Sql, cmp: str, value: Any) -> Sql:
    part = text(value) or ""
    if cmp == "starts_with":
        return Sql(f"coalesce(starts_with(zhitu_text({left.text}), %s), false)", (*left.params, part))
    return Sql(f"coalesce(right(zhitu_text({left.text}), %s) = %s, false)", (*left.params, len(part), part))
