"""What can change the answer of a rule for a person. Pure.

A change has a name: `event:order_paid`, `attribute:city` (the first part of a dotted key), `tag:vip`, `identity:phone`,
`consent:sms/marketing`, `journey:<id>`, `message:sms`, `segment:<id>` (a list's members),
`workspace:timezone`. A rule watches names, or the beginnings of names; whether time alone can change it is another question.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, assert_never

from profiles.rules.ast import (
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
    Rule,
    Sequence,
    Tag,
)
from profiles.rules.codec import leaves
from profiles.rules.compare import RELATIVE
from profiles.rules.filters import Filter

TIMEZONE = "workspace:timezone"


class Watched(NamedTuple):
    """The name of a change, or with `is_prefix` the beginning of the names of several."""

    name: str
    is_prefix: bool = False


def event(name: str) -> str:
    return f"event:{name}"


def attribute(key: str) -> str:
    return f"attribute:{key.partition('.')[0]}"


def tag(key: str) -> str:
    return f"tag:{key}"


def identity(type_: str) -> str:
    return f"identity:{type_}"


def consent(channel: str, purpose: str) -> str:
    return f"consent:{channel}/{purpose}"


def journey(id_: str) -> str:
    return f"journey:{id_}"


def message(channel: str) -> str:
    return f"message:{channel}"


def segment(id_: str) -> str:
    return f"segment:{id_}"


def different(
    attributes: Mapping[str, Any],
    new_attributes: Mapping[str, Any],
    tags: Mapping[str, Any],
    new_tags: Mapping[str, Any],
) -> set[str]:
    """The names of the changes between what was known about a person and what is known now."""
    changed = {attribute(key) for key in _unlike(attributes, new_attributes)}
    return changed | {tag(key) for key in _unlike(tags, new_tags)}


def _unlike(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    # A value of null is a tag without one: not the same as no tag.
    return {key for key in old.keys() | new.keys() if key not in old or key not in new or old[key] != new[key]}


def watched(rule: Rule) -> frozenset[Watched]:
    """Everything that can change what `rule` says of a person, time aside.

    Segments with a rule must be opened (`profiles.segment_definitions.expanded`): one that is still named is taken for
    a list.
    """
    return frozenset(name for leaf in leaves(rule) for name in _of_leaf(leaf))


def _of_leaf(leaf: Leaf) -> Iterator[Watched]:
    match leaf:
        case Attribute(key=key, cmp=cmp):
            yield Watched(attribute(key))
            if cmp in RELATIVE:
                yield from _ZONES
        case Held(key=key):
            yield Watched(attribute(key))
        case Tag(key=key, cmp=cmp):
            yield Watched(tag(key))
            if cmp in RELATIVE:
                yield from _ZONES
        case EventAggregate(name=name):
            yield _events(name)
            if _reads_dates([*leaf.where, *leaf.has]):
                yield Watched(TIMEZONE)
        case Sequence(steps=steps, absent=absent):
            for step in (*steps, absent):
                if step is not None:
                    yield _events(step.name)
                    if _reads_dates(step.where):
                        yield Watched(TIMEZONE)
        case HasIdentity(type=type_):
            yield Watched(identity(type_))
        case HasConsent(channel=channel, purpose=purpose):
            yield Watched(consent(channel, purpose))
        case InJourney(id=id_):
            yield Watched(journey(id_.lower()))
        case MessageHistory(channel=channel):
            yield Watched(message(channel or ""), is_prefix=channel is None)
        case InSegment(id=id_):
            yield Watched(segment(id_.lower()))
        case Bucket():
            return
        case _:
            assert_never(leaf)


# Where a date begins depends on the person's zone, and of most people on the workspace's.
_ZONES = (Watched(attribute("timezone")), Watched(TIMEZONE))


def _reads_dates(filters: Iterable[Filter]) -> bool:
    return any(one.cmp in RELATIVE for one in filters)


def _events(name: str) -> Watched:
    if name.endswith("*"):
        return Watched(event(name[:-1]), is_prefix=True)
    return Watched(event(name))
