"""The rules of segments that other rules name, read while a rule is compiled."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple
from uuid import UUID

from profiles.models import Segment
from profiles.rules.ast import Rule
from profiles.rules.codec import parse_rule
from workspaces.errors import DomainError

# Segments that name segments can multiply: what one rule opens is bounded, so that it stays one sensible statement.
MOST_OPENED = 200
DEEPEST = 20


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
            f" {DEEPEST} segments deep.",
            "rule",
        )


class Definition(NamedTuple):
    workspace: UUID
    rule: Rule


class Definitions:
    """What the segments mean, for one compilation. `instead` stands in for stored ones: a change that is checked."""

    def __init__(self, workspace: UUID | None = None, instead: Mapping[str, Definition] | None = None) -> None:
        self._workspace = workspace
        self._known: dict[str, Definition] = dict(instead or {})
        self._open: list[str] = []
        self._opened = 0

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
        self._open.append(id_)
        try:
            yield definition
        finally:
            self._open.pop()

    def _read(self, id_: str) -> Definition:
        row = Segment.objects.filter(id=id_).values_list("workspace_id", "rule").first()
        if row is None or (self._workspace is not None and row[0] != self._workspace):
            raise UnknownSegment(id_)
        definition = self._known[id_] = Definition(row[0], parse_rule(row[1]))
        return definition


def _canonical(segment: str) -> str:
    try:
        return str(UUID(segment))
    except ValueError as error:
        raise UnknownSegment(segment[:64]) from error
