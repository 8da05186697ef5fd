"""Where a person inside a journey stands in another version of it. Pure: the preview and the move ask the same function."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from journeys.engine.enrollment import Enrollment, Event, evolve
from journeys.engine.nodes.send import SendConfig
from journeys.engine.nodes.wait_event import WaitEventConfig
from journeys.engine.plan import Plan, PlanNode
from journeys.engine.step import Step

KEPT: Final = "kept"
ENTERED: Final = "entered"

# What becomes of people at a node, and why those who stay do: code → (zh-CN, en).
OUTCOMES: Final[Mapping[str, tuple[str, str]]] = MappingProxyType(
    {
        KEPT: (
            "移到新版本；正在等待的人保留原来的到期时间。",
            "They move; who waits keeps the time at which the wait is due.",
        ),
        ENTERED: (
            "移到新版本，并重新进入该节点。",
            "They move, and enter the node anew.",
        ),
        "node_gone": (
            "新版本中没有这个节点，也没有指定去哪个节点。",
            "The new version has no such node, and the mapping names none for it.",
        ),
        "type_changed": (
            "新版本中同名节点的类型不同，也没有指定去哪个节点。",
            "The node is of another type in the new version, and the mapping does not say that they enter it.",
        ),
        "kept_back": (
            "按对应关系留在原版本。",
            "The mapping keeps them in their version.",
        ),
        "fate_not_awaited": (
            "他们在等一条消息的结果，而新版本的节点不等待结果。",
            "They wait for what becomes of a message, and the new node does not await it.",
        ),
        "no_end": (
            "他们在等一条消息的结果且没有时限，新节点的时限对他们不会生效。",
            "They wait, without a time limit, for what becomes of a message; the new node's limit would not hold for them.",
        ),
    }
)


class Standing(NamedTuple):
    """All that the decision asks of a person: so people who stand alike are counted together in a preview.

    `waits`: the node keeps them (also behind a failed step); `timed`: the wait is due at some time.
    """

    node: str
    waits: bool
    timed: bool


class Destination(NamedTuple):
    """The node where the person stands in the new version (None: they stay in theirs) and the code of OUTCOMES."""

    target: str | None
    code: str


def standing_of(enrollment: Enrollment) -> Standing:
    return Standing(enrollment.node, enrollment.wait is not None, enrollment.due_at is not None)


def destination(
    types: Mapping[str, str], new: Plan, standing: Standing, mapping: Mapping[str, str | None]
) -> Destination:
    """Say where a person goes. `types` are the old version's node types by node id.

    `mapping` overrules: to a node of the new version, or to None, which keeps people where they are. Without it a person
    goes to the node of the same id and type; from a trigger, to the trigger.
    """
    node, old_type = standing.node, types.get(standing.node)
    if node in mapping:
        named = mapping[node]
        if named is None:
            return Destination(None, "kept_back")
        target = new.nodes[named]
    else:
        name = new.trigger if old_type == "trigger" else node
        if name not in new.nodes:
            return Destination(None, "node_gone")
        target = new.nodes[name]
        if target.type.type != old_type:
            return Destination(None, "type_changed")
    if target.type.type != old_type:
        return Destination(target.id, ENTERED)
    return _at_the_same_type(target, standing)


def _at_the_same_type(target: PlanNode, standing: Standing) -> Destination:
    """Who waits goes on waiting, unless the new node could not end that wait as it should."""
    config = target.config
    if standing.waits and isinstance(config, SendConfig):
        # Never anew: that would be a second message.
        if config.awaited is None and "blocked" not in target.edges:
            return Destination(None, "fate_not_awaited")
        if not standing.timed and config.awaited is not None and config.awaited.timeout is not None:
            return Destination(None, "no_end")
    if standing.waits and isinstance(config, WaitEventConfig) and not standing.timed and config.timeout is not None:
        # The time-out is what the operator has added for those who would wait for ever.
        return Destination(target.id, ENTERED)
    return Destination(target.id, KEPT)


def move(enrollment: Enrollment, to_version: str, where: Destination, now: datetime, number: int | None = None) -> Step:
    """The `migrated` event that takes a live enrollment to `where`, whose target is not None.

    `number` is that of the version, by which people call it.
    """
    assert where.target is not None
    data: dict[str, Any] = {
        "from_version": enrollment.version,
        "to_version": to_version,
        "from_node": enrollment.node,
        "to_node": where.target,
    }
    if number is not None:
        data["to_number"] = number
    if where.code == ENTERED:
        data["entered"] = True
    if enrollment.state == "failed":
        data["was"] = "failed"
    event = Event("migrated", where.target, now, data)
    return Step(evolve(enrollment, event), (event,))
