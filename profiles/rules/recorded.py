"""Rules judged again from the values that a decision recorded, without the person."""

from collections.abc import Iterator, Sequence
from typing import Any

from profiles.rules.ast import And, Attribute, EventAggregate, InSegment, Leaf, Not, Or, Rule, Tag
from profiles.rules.codec import segment_ids
from profiles.rules.compare import COMPARISONS, compare

MASK = "***"


def holds(rule: Rule, values: Sequence[Sequence[Any]]) -> bool | None:
    """Tell whether the rule holds for `values`: one [operator, key, value] for each of its leaves, in order.

    None: the values do not say, because one of them is masked or of a kind that cannot be judged from its value, or
    because the rule names a segment, whose rule may have been another then.
    """
    return None if segment_ids(rule) else _holds(rule, iter(values))


def _holds(rule: Rule, values: Iterator[Sequence[Any]]) -> bool | None:
    match rule:
        case And(args=args):
            return _all([_holds(arg, values) for arg in args])
        case Or(args=args):
            # One that holds is enough: not one that does not, of the opposites.
            return _not(_all([_not(_holds(arg, values)) for arg in args]))
        case Not(arg=arg):
            return _not(_holds(arg, values))
        case InSegment():
            return None
    _, _, value = next(values, (None, None, MASK))
    return None if value == MASK else _leaf(rule, value)


def _leaf(rule: Leaf, value: Any) -> bool | None:
    match rule:
        case Tag(cmp="exists" | "not_exists" as cmp):
            # Neither: there was no such person any more.
            return None if value is None else bool(value) == (cmp == "exists")
        case Attribute() | Tag():
            return compare(value, rule.cmp, rule.value) if rule.cmp in COMPARISONS else None
        case EventAggregate(select=None):
            return compare(value, rule.cmp, rule.operand)
        case _:
            return None


def _not(value: bool | None) -> bool | None:
    return None if value is None else not value


def _all(values: list[bool | None]) -> bool | None:
    if False in values:
        return False
    return None if None in values else True
