"""When time alone may next change what a rule says of a person's events (see `segment_dues`)."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from math import ceil, floor

from profiles.rule_leaves.comparisons import at_path
from profiles.rule_leaves.events import TABLE, where
from profiles.rule_leaves.question import Question
from profiles.rule_leaves.sql import Sql, joined
from profiles.rules.ast import EventAggregate, Sequence, Step
from profiles.rules.compare import RELATIVE
from profiles.rules.filters import Filter
from profiles.segment_due_values import earliest, next_of_relative

# An answer that depends on more numbers of events than these is asked for again whenever one event leaves.
MOST_THRESHOLDS = 2
# Nobody has as many events.
COUNTABLE = 10**9


def next_of_events(rule: EventAggregate, at: datetime) -> Sql | None:
    """The next instant at which an event leaves the window and matters, or one that is dated in the future happens."""
    if rule.since_enrollment:
        # Segments judge people who are not enrolled: nothing lies after that.
        return None
    matching = _matching(rule, at, rule.between)
    found = [_future(matching, at), *_filters(rule, [*rule.where, *rule.has], at)]
    if rule.window is not None:
        found += [_leaving(matching, at, rule.window.fixed, place) for place in _places(rule)]
    return earliest(found)


def next_of_sequence(rule: Sequence, at: datetime) -> Sql | None:
    """What happened stays in order: only what is dated in the future is still to come."""
    steps = [*rule.steps, *([] if rule.absent is None else [rule.absent])]
    found = []
    for step in steps:
        found += [_future(_matching(step, at, None), at), *_filters(step, step.where, at)]
    return earliest(found)


def _matching(one: EventAggregate | Step, at: datetime, between: tuple[datetime, datetime] | None) -> Sql:
    """`from ... where ...`: the events `e` that a rule or a step is about, of any time."""
    parts = [_named(one.name), *where(one.where, "e", Question(at))]
    if between is not None:
        parts.append(Sql("e.occurred_at >= %s and e.occurred_at < %s", between))
    return Question(at).rows(TABLE, "e", parts)


def _named(name: str) -> Sql:
    return Sql("starts_with(e.name, %s)", (name[:-1],)) if name.endswith("*") else Sql("e.name = %s", (name,))


def _filters(one: EventAggregate | Step, filters: list[Filter], at: datetime) -> Iterator[Sql]:
    """A property that is compared with the present can make any event of that name count, or no more."""
    question = Question(at)
    for item in filters:
        if item.cmp in RELATIVE:
            change = next_of_relative(at_path("e.properties", item.key), item.cmp, item.value, at, question.zone())
            rows = question.rows(TABLE, "e", [_named(one.name)])
            yield Sql(f"(select min({change.text}) {rows.text})", (*change.params, *rows.params))


def _places(rule: EventAggregate) -> list[int | None]:
    """Which event's leaving matters, counted from the newest (1); None: the oldest's."""
    if rule.select == "last":
        return [1]
    if rule.select is not None or rule.agg != "count":
        return [None]
    operands = rule.operand if isinstance(rule.operand, list) else [rule.operand]
    places: set[int] = set()
    for value in operands:
        match rule.cmp:
            case "gte" | "lt":
                places.add(ceil(value))
            case "gt" | "lte":
                places.add(floor(value) + 1)
            case _:
                places |= {ceil(value), floor(value) + 1}
    reachable = sorted(place for place in places if 1 <= place <= COUNTABLE)
    return [None] if len(reachable) > MOST_THRESHOLDS else [*reachable]


def _future(matching: Sql, at: datetime) -> Sql:
    return Sql(f"(select min(e.occurred_at) {matching.text} and e.occurred_at > %s)", (*matching.params, at))


def _leaving(matching: Sql, at: datetime, window: timedelta, place: int | None) -> Sql:
    inside = joined([Sql("e.occurred_at <= %s", (at,)), Sql("e.occurred_at > %s", (at - window,))], " and ", "true")
    rows, params = f"{matching.text} and {inside.text}", (*matching.params, *inside.params)
    if place is None:
        return Sql(f"(select min(e.occurred_at) + %s {rows})", (window, *params))
    text = f"(select e.occurred_at + %s {rows} order by e.occurred_at desc offset %s limit 1)"
    return Sql(text, (window, *params, place - 1))
