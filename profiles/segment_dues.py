"""When time alone may next change what a rule says of a person, compiled to SQL beside the rule itself.

The instant may be too early, never too late: whoever is judged then and has not changed is given the next one. Time
changes an answer where an event leaves a window, where an instant that is compared with the present comes near or
passes, where a value has been held long enough, and where something dated in the future happens. All else comes with
an event or a change of the person.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from profiles.rule_leaves import known as values
from profiles.rule_leaves import then
from profiles.rule_leaves.question import Question
from profiles.rule_sql import Sql, condition
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
    MessageHistory,
    Not,
    Or,
    Rule,
    Tag,
)
from profiles.rules.ast import Sequence as EventSequence
from profiles.rules.compare import RELATIVE
from profiles.rules.durations import parse
from profiles.segment_definitions import Definitions
from profiles.segment_due_events import next_of_events, next_of_sequence
from profiles.segment_due_values import earliest, next_of_relative

Known = Callable[[], Definitions]


class NotRegistered(RuntimeError):
    """The composition root has not said when these things happened."""

    code = "port_missing"


@dataclass
class Instants:
    """Where other apps plug in `select ... as at`: every instant from which a window of their rows may be counted, of `p`."""

    enrollments: Callable[[InJourney], Sql] | None = None
    messages: Callable[[MessageHistory], Sql] | None = None


instants = Instants()


def next_flip(rule: Rule, at: datetime, known: Known) -> Sql | None:
    """Compile the next instant after `at` (aware) at which the answer may change, over `p`; None: it never does.

    The rule is an opened one (`expanded`). `known` makes the definitions of the lists that it still names.
    """
    match rule:
        case And(args=args):
            return _gated(args, at, known, "{}")
        case Or(args=args):
            return _gated(args, at, known, "not {}")
        case Not(arg=arg):
            return next_flip(arg, at, known)
        case EventAggregate():
            return next_of_events(rule, at)
        case EventSequence():
            return next_of_sequence(rule, at)
        case Attribute(key=key) if rule.cmp in RELATIVE:
            return _of_value(values.attribute_value(key, Question(at)), rule, at)
        case Tag(key=key) if rule.cmp in RELATIVE:
            return _of_value(values.tag_value(key, Question(at)), rule, at)
        case Held():
            since = then.held_since(rule, Question(at))
            return _after(Sql(f"select {since.text} as at", since.params), rule.for_, at)
        case InJourney(within=span) if span is not None:
            if instants.enrollments is None:
                raise NotRegistered("Nobody has said when people were enrolled.")
            return _after(instants.enrollments(rule), span, at)
        case MessageHistory(within=span) if span is not None:
            if instants.messages is None:
                raise NotRegistered("Nobody has said when messages were sent.")
            return _after(instants.messages(rule), span, at)
        case (
            Attribute() | Tag() | HasIdentity() | HasConsent() | Bucket() | InSegment() | InJourney() | MessageHistory()
        ):
            return None
        case _:
            assert_never(rule)


def _of_value(value: Sql, rule: Attribute | Tag, at: datetime) -> Sql:
    return next_of_relative(value, rule.cmp, rule.value, at, values.zone_of_person(Question(at)))


def _after(begins: Sql, span: str, at: datetime) -> Sql:
    """The first end of a window of this length that is still to come."""
    length = parse(span).fixed
    return Sql(f"(select min(b.at) + %s from ({begins.text}) b where b.at > %s)", (length, *begins.params, at - length))


def _gated(args: Sequence[Rule], at: datetime, known: Known, open_when: str) -> Sql | None:
    """Of several conditions: the first instant of those that time changes, unless the others decide already."""
    dues = [next_flip(arg, at, known) for arg in args]
    due = earliest([one for one in dues if one is not None])
    gates = [condition(arg, at, known()) for arg, one in zip(args, dues, strict=True) if one is None]
    if due is None or not gates:
        return due
    gate = " and ".join(open_when.format(one.text) for one in gates)
    return Sql(
        f"case when {gate} then {due.text} end", (*(value for one in gates for value in one.params), *due.params)
    )
