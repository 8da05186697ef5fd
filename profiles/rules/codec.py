"""Rules between JSON and trees, with the place of every fault."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from profiles.rules.ast import And, EventCount, InSegment, Not, Or, Rule
from profiles.rules.wording import place_in_rule, words

MAX_DEPTH = 20
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


def _fault(item: ErrorDetails) -> RuleFault:
    where_zh, where_en = place_in_rule(item["loc"])
    zh, en = words(item["type"], item.get("ctx", {}), item["msg"])
    messages = {
        "zh-CN": f"{where_zh}：{zh}。" if where_zh else f"{zh}。",
        "en": f"{where_en}: {en}" if where_en else en,
    }
    return RuleFault(".".join(str(part) for part in item["loc"]), item["msg"], messages)


def event_names(rule: Rule) -> frozenset[str]:
    """Return every event name (or `prefix*`) that can change what the rule says of a person.

    Names in the segments that it names are not among them: `profiles.segments.expanded` puts their rules in their place.
    """
    match rule:
        case And(args=args) | Or(args=args):
            return frozenset().union(*(event_names(arg) for arg in args))
        case Not(arg=arg):
            return event_names(arg)
        case EventCount(name=name):
            return frozenset({name})
        case _:
            return frozenset()


def segment_ids(rule: Rule) -> frozenset[str]:
    """Return the id of every segment that the rule itself names."""
    match rule:
        case And(args=args) | Or(args=args):
            return frozenset().union(*(segment_ids(arg) for arg in args))
        case Not(arg=arg):
            return segment_ids(arg)
        case InSegment(id=id_):
            return frozenset({id_})
        case _:
            return frozenset()


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
