"""Retention and sales of a journey's people, counted in the background and kept day by day of their entry.

They are counted from the paths of runs (`journeys_reviewrun`) and the events of people. A day is counted again while
anything of it is still to come or may come late, and when other people stand in it than did: because somebody was
merged, or because a message has arrived after all. An event that is received later than `LATE` is in the figures once
everything is counted again (`whole`).
"""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from hashlib import sha256
from typing import Any, Final
from uuid import UUID

from django.db import connection, transaction
from django.db.models import QuerySet

from channels_app.drain_lock import DrainBusy, one_at_a_time
from journeys.choices import ReviewMeasureKind
from journeys.models import Journey, ReviewMeasure, ReviewRetention, ReviewSales
from journeys.review.credits.amounts import CURRENCY, MONEY, VALUE, rule_values
from journeys.review.credits.definition import definition_of, primary_goal
from journeys.review.credits.rules import Rules
from journeys.review.rows import by_name
from journeys.review.worth import people_sql as sql
from journeys.review.worth.arrivals import paths_of
from profiles.computed.filter_sql import filters
from profiles.rule_leaves.sql import Sql
from workspaces.errors import DomainError
from workspaces.localtime import day_of, midnight, zone_of

MOST_EVENTS: Final = 20  # of one journey
AFTER: Final = (1, 7, 14, 30)
SALES_DAYS: Final = 30
LATE: Final = timedelta(days=3)

Sizes = Mapping[tuple[date, str], int]


def refresh_people(journey_id: UUID, now: datetime, *, whole: bool = False) -> int:
    """Bring all measures of a journey up to date; `now` is aware. Returns how many days were counted.

    `review_people` holds who is meant; the transaction of each measure makes its own.
    """
    journey = Journey.objects.select_related("workspace").get(pk=journey_id)
    try:
        with one_at_a_time(f"review-people/{journey.pk}"):
            _begin(journey)
            measures = ReviewMeasure.objects.filter(journey_id=journey.pk).order_by("id")
            return sum(_refresh(journey, measure, now, whole) for measure in measures)
    except DrainBusy:
        return 0


def want_retention(journey: Journey, event: str) -> ReviewMeasure:
    """The measure of retention by an event (empty: any), which the next refresh fills if it is new.

    Raises DomainError (`too_many_events`): each is counted again and again for everybody.
    """
    asked = ReviewMeasure.objects.filter(journey_id=journey.pk, kind=ReviewMeasureKind.RETENTION).exclude(event=event)
    if event and asked.count() > MOST_EVENTS:
        raise DomainError("too_many_events", f"Retention is counted by {MOST_EVENTS} events at most.", "event", 409)
    return ReviewMeasure.objects.get_or_create(
        journey_id=journey.pk,
        kind=ReviewMeasureKind.RETENTION,
        event=event,
        value="",
        defaults={"workspace_id": journey.workspace_id, "zone": journey.workspace.timezone},
    )[0]


def sales_measure(journey: Journey) -> ReviewMeasure | None:
    """What the primary goal's event says of sales; None: there is no goal with a value."""
    goal = primary_goal(journey)
    if goal is None or not goal.event or not goal.value:
        return None
    return ReviewMeasure.objects.get_or_create(
        journey_id=journey.pk,
        kind=ReviewMeasureKind.SALES,
        event=goal.event,
        value=goal.value,
        defaults={"workspace_id": journey.workspace_id, "zone": journey.workspace.timezone},
    )[0]


def _begin(journey: Journey) -> None:
    want_retention(journey, "")
    sales_measure(journey)


def _refresh(journey: Journey, measure: ReviewMeasure, now: datetime, whole: bool) -> int:
    zone = journey.workspace.timezone
    definition = definition_of(journey)
    goal = definition.primary
    where = filters(goal.where) if goal is not None and goal.event == measure.event else Sql("true")
    basis = _basis(measure, definition.rules, where)
    whole = whole or measure.as_of is None or measure.zone != zone or measure.basis != basis
    with transaction.atomic(), connection.cursor() as cursor:
        touched, held_out = paths_of(journey)
        cursor.execute(sql.DROP)
        cursor.execute(sql.PEOPLE, {"journey": journey.pk, "touched": touched, "held_out": held_out})
        cursor.execute(sql.INDEXED)
        cursor.execute(sql.ANALYZED)
        cursor.execute(sql.SIZES)
        sizes = {(day, group): people for day, group, people in cursor.fetchall()}
        days = _days_to_count(measure, sizes, now, whole)
        rows = ReviewRetention if measure.kind == ReviewMeasureKind.RETENTION else ReviewSales
        rows.objects.filter(measure_id=measure.pk, day__in=days["gone"] | days["stale"]).delete()
        for day in sorted(days["stale"]):
            values = {"workspace": journey.workspace_id, "measure": measure.pk, "day": day, "event": measure.event}
            if measure.kind == ReviewMeasureKind.RETENTION:
                _count_retention(cursor, values, zone, now)
            else:
                _count_sales(cursor, {**values, "path": measure.value.split(".")}, zone, definition.rules, where)
        measure.zone, measure.basis, measure.as_of = zone, basis, now
        measure.save()
        cursor.execute(sql.DROP)
    return len(days["stale"])


def _basis(measure: ReviewMeasure, rules: Rules, where: Sql) -> str:
    """What sales are read by: where it changes, what was counted before says something else. Of retention nothing."""
    if measure.kind == ReviewMeasureKind.RETENTION:
        return ""
    read_by = f"{sorted(rule_values(rules).items())} {where.text} {where.params}"
    return sha256(read_by.encode()).hexdigest()


def _days_to_count(measure: ReviewMeasure, sizes: Sizes, now: datetime, whole: bool) -> dict[str, set[date]]:
    stored: QuerySet[ReviewRetention] | QuerySet[ReviewSales]
    if measure.kind == ReviewMeasureKind.RETENTION:
        stored = ReviewRetention.objects.filter(measure_id=measure.pk, after=AFTER[0])
        longest = AFTER[-1]
    else:
        stored = ReviewSales.objects.filter(measure_id=measure.pk, currency="")
        longest = SALES_DAYS
    before = {(day, group): people for day, group, people in stored.values_list("day", "group", "people")}
    entered = {day for day, _ in sizes}
    known = {day for day, _ in before}
    changed = {key[0] for key in sizes.keys() | before.keys() if sizes.get(key) != before.get(key)}
    last = day_of(measure.as_of or now, measure.zone) - timedelta(days=longest) - LATE
    # A day whose first cells have not come yet has none stored, and so has changed.
    stale = entered if whole else {day for day in entered if day in changed or day >= last}
    return {"stale": stale, "gone": known - entered}


def _count_retention(cursor: Any, values: Mapping[str, Any], zone: str, now: datetime) -> None:
    statement = sql.CAME.format(event=sql.NAMED if values["event"] else sql.ANY)
    local = zone_of(zone)
    for after in AFTER:
        day = values["day"] + timedelta(days=after)
        begins, ends = midnight(day, local), midnight(day + timedelta(days=1), local)
        if begins <= now:
            cursor.execute(statement, {**values, "after": after, "begins": begins, "ends": ends})


def _count_sales(cursor: Any, values: Mapping[str, Any], zone: str, rules: Rules, where: Sql) -> None:
    day, local = values["day"], zone_of(zone)
    text, params = by_name(where.text, where.params)
    instants = {
        "first": midnight(day - timedelta(days=SALES_DAYS), local),
        "begins": midnight(day, local),
        "ends": midnight(day + timedelta(days=1), local),
        "last": midnight(day + timedelta(days=SALES_DAYS + 1), local),
    }
    statement = sql.BOUGHT.format(
        where=text,
        money=MONEY.format(properties="e.properties"),
        value=VALUE.format(said="said"),
        currency=CURRENCY.format(money="money"),
    )
    cursor.execute(statement, {**values, **instants, **params, **rule_values(rules)})
