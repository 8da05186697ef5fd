"""Rules between JSON and trees, with the place of every fault."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from profiles.rules.ast import And, EventAggregate, InSegment, Leaf, Not, Or, Rule, Sequence
from profiles.rules.wording import place_in_rule, words

MAX_DEPTH = 100
_ADAPTER: TypeAdapter[Rule] = TypeAdapter(Rule)


@dataclass(frozen=True)
class RuleFault:
    place: str
    detail: str
    # What an operator reads, in both languages and with the place in words.
    messages: Mapping[str, str]


class InvalidRule(ValueError):
    """A rule is malformed. `faults` says where and why."""

    code = "invalid_rule"

    def __init__(self, faults: list[RuleFault]) -> None:
        super().__init__(
            "; ".join(f"{fault.place}: {fault.detail}" if fault.place else fault.detail for fault in faults)
        )
        self.faults = faults


def parse_rule(value: Any) -> Rule:
    """Read a rule from JSON. Raises InvalidRule with the place of every fault."""
    if _depth(value) > MAX_DEPTH:
        zh, en = f"条件嵌套超过了 {MAX_DEPTH} 层。", f"The rule is nested more than {MAX_DEPTH} levels deep."
        raise InvalidRule([RuleFault("", en, {"zh-CN": zh, "en": en})])
    try:
        return _ADAPTER.validate_python(value)
    except ValidationError as error:
        raise InvalidRule([_fault(item) for item in error.errors(include_url=False)]) from error


def dump_rule(rule: Rule) -> dict[str, Any]:
    """The rule as JSON, with what was given in it and no default; `parse_rule` reads it back."""
    dumped: dict[str, Any] = _ADAPTER.dump_python(rule, mode="json", by_alias=True, exclude_unset=True)
    return dumped


def _fault(item: ErrorDetails) -> RuleFault:
    where_zh, where_en = place_in_rule(item["loc"])
    zh, en = words(item["type"], item.get("ctx", {}), item["msg"])
    messages = {
        "zh-CN": f"{where_zh}：{zh}。" if where_zh else f"{zh}。",
        "en": f"{where_en}: {en}" if where_en else en,
    }
    return RuleFault(".".join(str(part) for part in item["loc"]), item["msg"], messages)


def leaves(rule: Rule) -> Iterator[Leaf]:
    """Every condition of the rule itself, in order."""
    match rule:
        case And(args=args) | Or(args=args):
            for arg in args:
                yield from leaves(arg)
        case Not(arg=arg):
            yield from leaves(arg)
        case _:
            yield rule


def event_names(rule: Rule) -> frozenset[str]:
    """Return every event name (or `prefix*`) that can change what the rule says of a person.

    Names in the segments that it names are not among them: `profiles.segments.expanded` puts their rules in their place.
    """
    names: set[str] = set()
    for leaf in leaves(rule):
        match leaf:
            case EventAggregate(name=name):
                names.add(name)
            case Sequence(steps=steps, absent=absent):
                names.update(step.name for step in (*steps, absent) if step is not None)
    return frozenset(names)


def segment_ids(rule: Rule) -> frozenset[str]:
    """Return the id of every segment that the rule itself names."""
    return frozenset(leaf.id for leaf in leaves(rule) if isinstance(leaf, InSegment))


def depth(rule: Rule) -> int:
    """Return how deep the conditions of a rule are nested; one condition is 1."""
    deepest, open_rules = 0, [(rule, 1)]
    while open_rules:
        item, level = open_rules.pop()
        deepest = max(deepest, level)
        if isinstance(item, And | Or):
            open_rules.extend((arg, level + 1) for arg in item.args)
        elif isinstance(item, Not):
            open_rules.append((item.arg, level + 1))
    return deepest


def _depth(value: Any) -> int:
    """Return how deep rules are nested; iterative, so that a hostile value cannot exhaust the stack."""
    deepest, open_values = 0, [(value, 1)]
    while open_values:
        item, level = open_values.pop()
        deepest = max(deepest, level)
        if isinstance(item, dict) and level <= MAX_DEPTH + 1:
            children = [item.get("arg"), *(item["args"] if isinstance(item.get("args"), list) else [])]
            open_values.extend((child, level + 1) for child in children if isinstance(child, dict))
    return deepest
