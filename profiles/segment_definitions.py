"""The rules of segments that other rules name, read while a rule is compiled."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

import orjson
from django.db.models import TextField
from django.db.models.functions import Cast

from profiles.models import Segment, SegmentKind
from profiles.rules.ast import And, InSegment, Not, Or, Rule
from profiles.rules.codec import depth, parse_rule
from workspaces.errors import DomainError

# Segments that name segments can multiply: what one rule opens is bounded, so that it stays one sensible statement.
MOST_OPENED = 200
DEEPEST = 20
# Rules within segments within rules, all together: each level is a few calls of Python, of which there is an end.
MOST_LEVELS = 200


class UnknownSegment(DomainError):
    def __init__(self, segment: str, attr: str | None = None) -> None:
        super().__init__("unknown_segment", f"There is no segment {segment!r} in this workspace.", attr)


class SegmentCycle(DomainError):
    def __init__(self, segment: str) -> None:
        super().__init__("segment_cycle", f"The segment {segment!r} contains itself, directly or by others.", "rule")


class RuleTooLarge(DomainError):
    def __init__(self) -> None:
        super().__init__(
            "rule_too_large",
            f"With the segments that it names, the rule opens more than {MOST_OPENED} rules, or is more than"
            f" {DEEPEST} segments or {MOST_LEVELS} levels deep.",
            "rule",
        )


class Definition(NamedTuple):
    """What a segment means. A list has members of its own; its rule says no more than that one is in it."""

    workspace: UUID
    rule: Rule
    is_list: bool = False


class Definitions:
    """What the segments mean, for one compilation. `instead` stands in for stored ones: a change that is checked."""

    def __init__(self, workspace: UUID | None = None, instead: Mapping[str, Definition] | None = None) -> None:
        self._workspace = workspace
        self._known: dict[str, Definition] = dict(instead or {})
        self._open: list[str] = []
        self._opened = 0
        self._levels = 0

    @contextmanager
    def opened(self, segment: str) -> Iterator[Definition]:
        """The definition, while it is being compiled. Raises UnknownSegment, SegmentCycle, RuleTooLarge."""
        id_ = _canonical(segment)
        if id_ in self._open:
            raise SegmentCycle(id_)
        self._opened += 1
        if self._opened > MOST_OPENED or len(self._open) >= DEEPEST:
            raise RuleTooLarge
        definition = self._known.get(id_) or self._read(id_)
        levels = depth(definition.rule)
        if self._levels + levels > MOST_LEVELS:
            raise RuleTooLarge
        self._open.append(id_)
        self._levels += levels
        try:
            yield definition
        finally:
            self._open.pop()
            self._levels -= levels

    def _read(self, id_: str) -> Definition:
        row = Segment.objects.filter(id=id_).values_list("workspace_id", "rule", "kind").first()
        if row is None or (self._workspace is not None and row[0] != self._workspace):
            raise UnknownSegment(id_)
        definition = self._known[id_] = Definition(row[0], parse_rule(row[1]), row[2] == SegmentKind.LIST)
        return definition


def all_definitions(workspace: UUID) -> dict[str, Definition]:
    """Every segment of a workspace, read in one statement, for `Definitions(workspace, instead)`."""
    rows = Segment.objects.filter(workspace_id=workspace).annotate(text=Cast("rule", TextField()))
    return {
        str(id_): Definition(workspace, _rule(text), kind == SegmentKind.LIST)
        for id_, text, kind in rows.values_list("id", "text", "kind")
    }


@lru_cache(5_000)
def _rule(text: str) -> Rule:
    """Read a stored rule; trees are frozen, so they may be shared."""
    return parse_rule(orjson.loads(text))


def expanded(rule: Rule, definitions: Definitions | None = None, opened: set[str] | None = None) -> Rule:
    """Return the rule with the segments' own rules in their place; a list stays named. Raises as `condition` does.

    The ids of the segments that were opened on the way are added to `opened`.
    """
    known = definitions or Definitions()
    match rule:
        case And(args=args):
            return And(op="and", args=[expanded(arg, known, opened) for arg in args])
        case Or(args=args):
            return Or(op="or", args=[expanded(arg, known, opened) for arg in args])
        case Not(arg=arg):
            return Not(op="not", arg=expanded(arg, known, opened))
        case InSegment(id=id_):
            with known.opened(id_) as definition:
                if opened is not None:
                    opened.add(id_.lower())
                return rule if definition.is_list else expanded(definition.rule, known, opened)
        case _:
            return rule


def _canonical(segment: str) -> str:
    try:
        return str(UUID(segment))
    except ValueError as error:
        raise UnknownSegment(segment[:64]) from error
