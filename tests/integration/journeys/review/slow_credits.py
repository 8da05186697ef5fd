"""The credits of a workspace, worked out slowly and obviously from the logs: one run, one event, one rule at a time."""

from collections import defaultdict
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any, NamedTuple
from uuid import UUID

from journeys.engine.correlation import key_of
from journeys.models import Enrollment, EnrollmentEvent, Journey, ReviewDefinition
from journeys.review.credits.rules import Rules, rules_of
from profiles.models import Event
from profiles.rules.compare import get, number, text
from profiles.rules.durations import parse
from profiles.rules.filters import Filter, all_hold
from workspaces.models import Workspace

Key = tuple[UUID, str, UUID | None]  # run, goal, event


class Slow(NamedTuple):
    """What a credit should say."""

    order: str
    occurred_at: datetime
    value: Decimal | None
    refunded: Decimal
    currency: str
    note: str
    odd: tuple[str, ...]


class _Run(NamedTuple):
    id: UUID
    journey: UUID
    profile: UUID
    graph: dict[str, Any]
    enrolled_at: datetime
    began: datetime
    entry_ref: str | None
    held: bool
    properties: dict[str, Any]
    goals_passed: list[tuple[str, datetime]]


class _Met(NamedTuple):
    run: _Run
    goal: str
    event: UUID | None
    order: str
    at: datetime
    value: Decimal | None
    currency: str
    early: bool
    odd: set[str]


def slow_credits(workspace: Workspace) -> dict[Key, Slow]:
    rules = rules_of(workspace.pk).rules
    events = list(Event.objects.filter(workspace=workspace))
    met = [
        one
        for journey in Journey.objects.filter(workspace=workspace).select_related("live_version")
        for run in _runs(journey)
        for one in _met(run, [event for event in events if event.profile_id == run.profile], _goals(journey), rules)
    ]
    back = {order: _taken_back(events, order, rules) for order in {one.order for one in met} if order}
    of_order: dict[str, list[_Met]] = defaultdict(list)
    for one in met:
        of_order[one.order].append(one)
    notes: dict[int, str] = {}
    for place, one in enumerate(met):
        if one.early:
            notes[place] = "before_entry"
        elif one.order and back[one.order].cancelled:
            notes[place] = "cancelled"
        elif any(
            other is not one
            and (other.run.id, other.goal, other.order) == (one.run.id, one.goal, one.order)
            and not other.early
            and (other.at, str(other.event)) < (one.at, str(one.event))
            for other in of_order[one.order]
            if one.order
        ):
            notes[place] = "same_order"
    standing: dict[str, list[_Run]] = defaultdict(list)
    for place, one in enumerate(met):
        if place not in notes:
            standing[one.order].append(one.run)
    for place, one in enumerate(met):
        if place not in notes and one.order:
            best = _best(one, standing[one.order], rules.credit)
            if best is not None:
                notes[place] = "other_run" if best.journey == one.run.journey else "other_journey"
    if rules.repeats == "once":
        seen = set()
        for place, one in sorted(enumerate(met), key=lambda pair: (pair[1].at, str(pair[1].event or ""))):
            if place not in notes:
                if (one.run.id, one.goal) in seen:
                    notes[place] = "again"
                seen.add((one.run.id, one.goal))
    found = {}
    for place, one in enumerate(met):
        refunded, odd = _refunded(one, back.get(one.order))
        found[one.run.id, one.goal, one.event] = Slow(
            one.order, one.at, one.value, refunded, one.currency, notes.get(place, ""), tuple(sorted(one.odd | odd))
        )
    return found


def _best(one: _Met, runs: list[_Run], rule: str) -> _Run | None:
    """The run that the order goes to instead, if there is one."""

    def rank(run: _Run) -> Any:
        return (run.began, str(run.id))

    rivals = [
        run
        for run in runs
        if run.id != one.run.id
        and (not run.held or (one.run.held and run.journey == one.run.journey))
        and (rule != "each" or run.journey == one.run.journey)
    ]
    choose = min if rule == "first_entry" else max
    best = choose([*rivals, one.run], key=rank)
    return None if best.id == one.run.id else best


def _runs(journey: Journey) -> list[_Run]:
    found = []
    streams: dict[UUID, list[EnrollmentEvent]] = defaultdict(list)
    runs = Enrollment.objects.filter(journey=journey).values("pk")
    for entry in EnrollmentEvent.objects.filter(enrollment_id__in=runs).order_by("enrollment_id", "seq"):
        streams[entry.enrollment_id].append(entry)
    for row in Enrollment.objects.filter(journey=journey).select_related("version"):
        stream = streams[row.pk]
        first = stream[0]
        entered = first.data.get("entered_at")
        found.append(
            _Run(
                row.pk,
                journey.pk,
                row.profile_id,
                row.version.graph,
                first.at,
                datetime.fromisoformat(entered) if entered else first.at,
                first.data.get("event_ref"),
                first.kind == "held_out",
                row.properties,
                [(entry.data["goal"], entry.at) for entry in stream if entry.kind == "goal_reached"],
            )
        )
    return found


def _goals(journey: Journey) -> list[dict[str, Any]]:
    own = ReviewDefinition.objects.filter(journey=journey).first()
    if own:
        return list(own.goals)
    assert journey.live_version
    return list(journey.live_version.graph["settings"]["goals"])


def _met(run: _Run, events: list[Event], goals: list[dict[str, Any]], rules: Rules) -> list[_Met]:
    found = []
    key = next(node["config"].get("key") for node in run.graph["nodes"] if node["type"] == "trigger")
    for event in events:
        at = min(event.occurred_at, event.received_at)
        for goal in goals:
            window = goal.get("window", "P30D")
            if event.name != goal.get("event") or str(event.pk) == run.entry_ref:
                continue
            if window and at - run.enrolled_at >= parse(window).fixed:
                continue
            if at < run.began and (
                event.received_at < run.enrolled_at or event.occurred_at < run.began - timedelta(days=1)
            ):
                continue
            named = key_of(event.properties, key) if key else None
            if named is not None and named != key_of(run.properties, key):
                continue
            if not all_hold([Filter(**one) for one in goal.get("where", [])], event.properties, at):
                continue
            found.append(_read(run, goal, event, at, rules))
    for goal_id, at in run.goals_passed:
        if goal_id in {goal["id"] for goal in goals} and not any(
            one.goal == goal_id and not one.early for one in found
        ):
            found.append(_Met(run, goal_id, None, "", at, None, rules.currency, False, set()))
    return found


def _read(run: _Run, goal: dict[str, Any], event: Event, at: datetime, rules: Rules) -> _Met:
    odd = set()
    said = number(get(event.properties, goal["value"])) if goal.get("value") else None
    value = None
    if goal.get("value") and said is None:
        odd.add("no_value")
    elif said is not None and said < 0:
        odd.add("negative_value")
    elif said is not None and said > rules.most_value:
        odd.add("absurd_value")
    elif said is not None:
        value = said.quantize(Decimal("0.0001"), ROUND_HALF_UP)
    money = (text(get(event.properties, rules.currency_property)) or "").strip(" ").upper()
    currency = {"RMB": "CNY"}.get(money, money)
    if not (len(currency) == 3 and currency.isascii() and currency.isalpha()):
        if money:
            odd.add("odd_currency")
        currency = rules.currency
    if event.occurred_at > event.received_at + timedelta(minutes=1):
        odd.add("clock_ahead")
    order = (text(get(event.properties, rules.order_property)) or "").strip(" ") or f"event:{event.pk}"
    return _Met(run, goal["id"], event.pk, order, at, value, currency, at < run.began, odd)


class _Back(NamedTuple):
    amounts: list[tuple[Decimal, str]]
    whole: bool
    cancelled: bool
    unread: bool


def _taken_back(events: list[Event], order: str, rules: Rules) -> _Back:
    amounts, whole, cancelled, unread = [], False, False, False
    told = {each.event: (each.value, False) for each in rules.refunds}
    told |= {each.event: (each.value, True) for each in rules.cancellations}
    for event in events:
        if event.name not in told:
            continue
        if (text(get(event.properties, rules.order_property)) or "").strip(" ") != order:
            continue
        path, cancels = told[event.name]
        said = number(get(event.properties, path)) if path else None
        if said is not None and abs(said) <= rules.most_value:
            money = (text(get(event.properties, rules.currency_property)) or "").upper()
            known = {"RMB": "CNY", "YUAN": ""}.get(money, money)
            amounts.append((abs(said).quantize(Decimal("0.0001"), ROUND_HALF_UP), known))
            continue
        unread |= path is not None
        cancelled |= cancels
        whole |= not cancels
    return _Back(amounts, whole, cancelled, unread)


def _refunded(one: _Met, back: _Back | None) -> tuple[Decimal, set[str]]:
    odd: set[str] = set()
    if back is None:
        return Decimal(0), odd
    own = sum((amount for amount, currency in back.amounts if currency in {"", one.currency}), Decimal(0))
    if any(currency not in {"", one.currency} for _, currency in back.amounts):
        odd.add("refund_currency")
    if back.unread:
        odd.add("refund_without_value")
    if one.value is None:
        return Decimal(0), odd
    if own > one.value:
        odd.add("over_refunded")
    return (one.value if back.whole or back.cancelled else min(one.value, own)), odd


def by_currency(found: dict[Key, Slow]) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for one in found.values():
        if not one.note:
            sums[one.currency] += (one.value or 0) - one.refunded
    return dict(sums)
