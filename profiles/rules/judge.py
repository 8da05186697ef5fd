"""Rules judged person by person in plain Python: what the sentences of the contract say, without any cleverness.

`profiles.rule_sql` compiles the same rules for PostgreSQL; a property test holds the two together.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from fractions import Fraction
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from profiles.attributes import merge, merge_tags
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
    Step,
    Tag,
)
from profiles.rules.ast import Sequence as StepsInOrder
from profiles.rules.buckets import bounds, raw_position
from profiles.rules.compare import DENIES, ORDERINGS, equal, get, instant, number, text
from profiles.rules.event_leaves import AggregateRule
from profiles.rules.filters import Filter
from profiles.rules.moments import Clock, compare_at, zone_named


class Happened(NamedTuple):
    """An event. Of one instant, the smaller `id` came first."""

    at: datetime
    id: str
    name: str
    properties: Mapping[str, Any]


class Changed(NamedTuple):
    """A change of what is known: merge patches; a tag's `true` is a tag without a value, null removes."""

    at: datetime
    attributes: Mapping[str, Any]
    tags: Mapping[str, Any]


class Said(NamedTuple):
    """An entry of the consent ledger."""

    at: datetime
    channel: str
    purpose: str
    status: str


@dataclass(frozen=True)
class Person:
    """Everything that rules ask of one person. Changes and consents stand in the order in which they were recorded."""

    id: str
    changes: Sequence[Changed] = ()
    events: Sequence[Happened] = ()
    consents: Sequence[Said] = ()
    identities: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Judgement:
    """What a person is judged by: the instant, the workspace's zone, the enrollment, and the segments' rules by id."""

    at: datetime
    zone: ZoneInfo
    since: datetime | None = None
    segments: Mapping[str, Rule] = field(default_factory=dict)


def holds(rule: Rule, person: Person, by: Judgement) -> bool:
    """Tell whether the rule holds for the person as of `by.at`. Raises NotImplementedError where others keep the rows."""
    match rule:
        case And(args=args):
            return all(holds(arg, person, by) for arg in args)
        case Or(args=args):
            return any(holds(arg, person, by) for arg in args)
        case Not(arg=arg):
            return not holds(arg, person, by)
        case InSegment(id=id_):
            return holds(by.segments[id_], person, by)
        case Attribute(key=key, cmp=cmp, value=value):
            return compare_at(get(_attributes(person, by.at), key), cmp, value, _clock(person, by))
        case Tag(key=key, cmp="exists" | "not_exists" as cmp):
            return (key in _tags(person, by.at)) is (cmp == "exists")
        case Tag(key=key, cmp=cmp, value=value):
            return compare_at(_tags(person, by.at).get(key), cmp, value, _clock(person, by))
        case EventAggregate():
            return _events(rule, person, by)
        case StepsInOrder(steps=steps, absent=absent):
            return any(not absent or not _next(absent, last, person, by) for last in _chains(steps, person, by))
        case HasIdentity(type=type_, cmp=cmp):
            return (type_ in person.identities) is (cmp == "exists")
        case HasConsent():
            return _consent(rule, person, by)
        case Bucket():
            first, last = bounds(rule.from_, rule.to)
            return first <= raw_position(rule.salt, person.id) < last
        case Held():
            return _held(rule, person, by)
        case InJourney() | MessageHistory():
            raise NotImplementedError("enrollments and messages are kept by other apps")


def _attributes(person: Person, at: datetime) -> dict[str, Any]:
    known: dict[str, Any] = {}
    for change in _until(person, at):
        known = merge(known, change.attributes)
    return known


def _tags(person: Person, at: datetime) -> dict[str, Any]:
    tags: dict[str, Any] = {}
    for change in _until(person, at):
        tags = merge_tags(tags, change.tags)
    return tags


def _until(person: Person, at: datetime) -> list[Changed]:
    # Sorting is stable: of one instant, what was recorded first comes first.
    return sorted((one for one in person.changes if one.at <= at), key=lambda one: one.at)


def _clock(person: Person, by: Judgement) -> Clock:
    return Clock(by.at, zone_named(get(_attributes(person, by.at), "timezone"), by.zone))


def _is_called(event: Happened, name: str) -> bool:
    return event.name.startswith(name[:-1]) if name.endswith("*") else event.name == name


def _pass(filters: Sequence[Filter], event: Happened, by: Judgement) -> bool:
    # An event names no person's zone: a date in it is a day of the workspace.
    return all(one.holds(event.properties, Clock(by.at, by.zone)) for one in filters)


def _log(person: Person, by: Judgement) -> list[Happened]:
    return sorted(event for event in person.events if event.at <= by.at)


def _events(rule: EventAggregate, person: Person, by: Judgement) -> bool:
    found = [
        event
        for event in _log(person, by)
        if _is_called(event, rule.name)
        and (rule.window is None or by.at - event.at < rule.window.fixed)
        and (rule.between is None or rule.between[0] <= event.at < rule.between[1])
        and (not rule.since_enrollment or (by.since is not None and event.at >= by.since))
        and _pass(rule.where, event, by)
    ]
    if rule.select is not None:
        selected = (found[:1] if rule.select == "first" else found[-1:]) if found else []
        return any(_pass(rule.has, event, by) for event in selected)
    values = [get(event.properties, rule.property_) for event in found] if rule.property_ else found
    return _measures(aggregate(rule, values), rule.cmp, rule.operand)


def _measures(value: Any, cmp: str, operand: Any) -> bool:
    if cmp in DENIES:
        return not _measures(value, DENIES[cmp], operand)
    if value is None or cmp == "exists":
        return value is not None
    if cmp in ORDERINGS:
        return ORDERINGS[cmp](value, number(operand))
    return any(value == number(one) for one in (operand if cmp == "in" else [operand]))


def aggregate(rule: AggregateRule, values: Sequence[Any]) -> Any:
    """The aggregate of values, None if it is missing. Numbers are exact."""
    if rule.agg == "count":
        return len(values)
    if rule.agg == "distinct":
        return len({_as_one(value) for value in values} - {None})
    numbers = [read for read in map(number, values) if read is not None]
    if rule.agg == "sum":
        return sum(map(Fraction, numbers), Fraction(0))
    if not numbers:
        return None
    if rule.agg == "avg":
        return sum(map(Fraction, numbers), Fraction(0)) / len(numbers)
    return min(numbers) if rule.agg == "min" else max(numbers)


def _as_one(value: Any) -> object:
    """Two values are one if they are equal: as numbers, as instants, as text."""
    for read in (number, instant, text):
        found = read(value)
        if found is not None:
            return found
    return None


def _chains(steps: Sequence[Step], person: Person, by: Judgement) -> Iterator[Happened]:
    """The last event of every way to take the steps in order."""
    first, *later = steps
    reached = [one for one in _log(person, by) if _is_called(one, first.name) and _pass(first.where, one, by)]
    for step in later:
        reached = [then for before in reached for then in _next(step, before, person, by)]
    yield from reached


def _next(step: Step, before: Happened, person: Person, by: Judgement) -> list[Happened]:
    return [
        event
        for event in _log(person, by)
        if (event.at, event.id) > (before.at, before.id)
        and (step.span is None or event.at - before.at < step.span)
        and _is_called(event, step.name)
        and _pass(step.where, event, by)
    ]


def _consent(rule: HasConsent, person: Person, by: Judgement) -> bool:
    said = [one for one in person.consents if (one.channel, one.purpose) == (rule.channel, rule.purpose)]
    newest = sorted((one for one in said if one.at <= by.at), key=lambda one: one.at)[-1:]
    return any(one.status == "granted" for one in newest)


def _held(rule: Held, person: Person, by: Judgement) -> bool:
    since: datetime | None = None
    known: dict[str, Any] = {}
    for change in _until(person, by.at):
        if rule.key.split(".")[0] not in change.attributes:
            continue
        known = merge(known, change.attributes)
        if not equal(get(known, rule.key), rule.value):
            since = None
        elif since is None:
            since = change.at
    if since is None:
        return False
    return (by.at - since >= rule.span) is (rule.cmp == "at_least")
