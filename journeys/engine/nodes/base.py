"""What every node type declares. A new type is one file beside this one and one line in the registry."""

import builtins
from collections.abc import Collection, Iterable
from datetime import datetime
from typing import Any, ClassVar, Generic, NamedTuple, TypeVar

from journeys.engine.decision import Decision, Facts, Need, Stimulus
from journeys.engine.enrollment import Enrollment
from journeys.engine.graph import Strict
from journeys.engine.issues import Issue, References


class NodeContext(NamedTuple):
    """What a running node knows of itself: its id, its journey, which outcomes have an edge, and the trigger's `key`."""

    id: str
    journey: str
    wired: Collection[str]
    key: str | None = None


class NodeConfig(Strict):
    """Base of every node's configuration."""


C = TypeVar("C", bound=NodeConfig)


class NodeType(Generic[C]):
    """A kind of node: its configuration, its outcomes, the facts it needs, and one decision."""

    type: ClassVar[str]
    Config: builtins.type[C]

    def outcomes(self, config: C) -> tuple[str, ...]:
        """The ports that edges may leave from."""
        return ("next",)

    def holds(self, config: C) -> bool:
        """Whether it always keeps people for a while: a cycle is allowed only through such a node."""
        return False

    def listens(self, config: C) -> Collection[str]:
        """The event names (or `prefix*`) that can wake a person here."""
        return ()

    def compares(self, config: C, event: str) -> Collection[str]:
        """The properties (dotted paths) of an event of this name that the node compares with its filters."""
        return ()

    def liquid(self, config: C) -> Iterable[tuple[str, str]]:
        """Every text of the configuration that may be Liquid, with the name of its place."""
        return ()

    def needs(self, config: C, stimulus: Stimulus) -> Need:
        """The facts that `decide` will want for this stimulus."""
        return None

    def decide(self, node: NodeContext, config: C, enrollment: Enrollment, facts: Facts, now: datetime) -> Decision:
        """Say what happens to this person at `now` (aware UTC). Pure: the same arguments give the same answer."""
        raise NotImplementedError

    def check(self, node_id: str, config: C, references: References) -> Iterable[Issue]:
        """Faults that the configuration's types cannot express."""
        return ()


AnyNodeType = NodeType[Any]
