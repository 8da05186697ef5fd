"""What a rule looks at, in SQL: the values that explain a decision."""

from datetime import datetime

from profiles.rule_leaves import elsewhere, events, known
from profiles.rule_leaves.question import Question
from profiles.rule_leaves.sql import Sql
from profiles.rule_sql import condition
from profiles.rules.ast import (
    And,
    Attribute,
    Bucket,
    EventAggregate,
    HasConsent,
    HasIdentity,
    Held,
    InJourney,
    InSegment,
    Leaf,
    MessageHistory,
    Not,
    Or,
    Rule,
    Sequence,
    Tag,
)
from profiles.segment_definitions import Definitions


def observed(rule: Rule, now: datetime, *, as_of: bool = False) -> Sql:
    """Compile the values that `rule` looks at, now or with `as_of` then, to one JSON array of [operator, key, value].

    The value is what is compared: of an attribute or a tag itself, of events or messages their aggregate, of a bucket
    the position. Of all else it is whether the condition holds.
    """
    parts, params = [], []
    question = Question(now, as_of)
    for leaf in _leaves(rule, Definitions()):
        value = _value(leaf, question)
        parts.append(f"jsonb_build_array(%s::text, %s::text, {value.text})")
        params += [leaf.op, subject(leaf), *value.params]
    return Sql(f"jsonb_build_array({', '.join(parts)})", tuple(params))


def _leaves(rule: Rule, definitions: Definitions) -> list[Leaf]:
    """What the rule looks at, in order: after a segment, what the segment's rule looks at."""
    match rule:
        case And(args=args) | Or(args=args):
            return [leaf for arg in args for leaf in _leaves(arg, definitions)]
        case Not(arg=arg):
            return _leaves(arg, definitions)
        case InSegment(id=id_):
            with definitions.opened(id_) as definition:
                return [rule] if definition.is_list else [rule, *_leaves(definition.rule, definitions)]
        case _:
            return [rule]


def subject(leaf: Leaf) -> str:
    """What a condition is about, in one word."""
    match leaf:
        case EventAggregate(name=name):
            return name
        case Sequence(steps=steps):
            return steps[0].name
        case InSegment(id=id_) | InJourney(id=id_):
            return id_
        case HasIdentity(type=type_):
            return type_
        case HasConsent(channel=channel, purpose=purpose):
            return f"{channel}/{purpose}"
        case MessageHistory(outcome=outcome):
            return outcome
        case Bucket(salt=salt):
            return salt
        case Attribute(key=key) | Tag(key=key) | Held(key=key):
            return key


def _value(leaf: Leaf, question: Question) -> Sql:
    match leaf:
        case Attribute(key=key):
            return known.attribute_value(key, question)
        case Tag(key=key) if question.as_of:
            return known.tag_value(key, question)
        case Tag(key=key, cmp=cmp) if cmp not in {"exists", "not_exists"}:
            return Sql("(p.tags -> %s)", (key,))
        case Tag(key=key):
            return Sql("to_jsonb(p.tags ? %s)", (key,))
        case EventAggregate(select=None):
            total, rows = events.aggregated(leaf, events.value_of(leaf)), events.events_of(leaf, question)
        case MessageHistory():
            total, rows = Sql("count(*)"), elsewhere.messages(leaf, question)
        case Bucket():
            place = known.bucket_position(leaf)
            return Sql(f"to_jsonb({place.text})", place.params)
        case _:
            holds = condition(leaf, question.at, as_of=question.as_of)
            return Sql(f"to_jsonb({holds.text})", holds.params)
    return Sql(f"to_jsonb((select {total.text} {rows.text}))", (*total.params, *rows.params))
