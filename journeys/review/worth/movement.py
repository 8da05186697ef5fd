"""How people moved between classes of RFM, and what became of sales: before the journey and after it."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import Min

from journeys.choices import ReviewGroup
from journeys.explain.noted import Note
from journeys.models import Journey, ReviewMeasure, ReviewRun, ReviewSales
from journeys.review.paths.filters import Filters
from journeys.review.worth.arrivals import paths_of
from journeys.review.worth.measures import SALES_DAYS, sales_measure
from journeys.review.worth.notes import note
from journeys.review.worth.retention import cells_groups, control_of, is_mature
from profiles.choices import ComputedKind
from profiles.computed.movement import movement_of
from profiles.models import Computed
from profiles.rule_leaves.sql import Sql
from workspaces.localtime import day_of

# Whoever has several runs is touched if anything reached them in one, as in `measures`.
_GROUPS: Final = """(select r.profile_id, case when bool_or(r.path_id = any(%s)) then 'touched'
        when bool_or(r.path_id = any(%s)) then 'held_out' else 'untouched' end as grp
    from journeys_reviewrun r where r.journey_id = %s
    and r.day >= coalesce(%s::date, r.day) and r.day <= coalesce(%s::date, r.day) group by r.profile_id)"""


def movement_review(journey: Journey, chosen: Filters, now: datetime) -> dict[str, Any]:
    """Return `{"rfm", "sales", "control", "begins", "ends", "notes"}`.

    Classes are compared between the midnight before the first entry in the period and now. Sales are those of the
    primary goal's event in the thirty days before the day of entry, and in as many after it; that day, on which the
    entry itself happened, is in neither.
    """
    runs = ReviewRun.objects.filter(journey_id=journey.pk)
    first = chosen.since or runs.aggregate(day=Min("day"))["day"]
    begins = Filters(since=first).instants(journey.workspace.timezone)["begins"]
    found = sales_review(journey, chosen, now)
    notes = found["notes"] if _has_rfm(journey.workspace_id) else [note("no_rfm"), *found["notes"]]
    return {**found, "begins": begins, "ends": now, "rfm": _rfm(journey, chosen, begins, now), "notes": notes}


def sales_review(journey: Journey, chosen: Filters, now: datetime) -> dict[str, Any]:
    """Return `{"sales", "control", "notes"}` of days whose thirty days after are over.

    sales = customers * marketing * value: the people, the share of them who bought, and what a buyer spent.
    """
    measure = sales_measure(journey)
    rows = _sales_rows(measure, chosen)
    today = day_of(now, journey.workspace.timezone)
    mature = [row for row in rows if is_mature(row.day, SALES_DAYS, today)]
    return {
        "control": control_of(cells_groups(rows)),
        "sales": _sales(mature),
        "notes": list(_notes(measure, rows, mature)),
    }


def _rfm(journey: Journey, chosen: Filters, begins: datetime | None, ends: datetime) -> list[dict[str, Any]]:
    """For each model and group, people by the class they came from and the one they are in; none is null."""
    if begins is None:
        return []
    models = Computed.objects.filter(workspace=journey.workspace_id, kind=ComputedKind.RFM, is_ending=False)
    groups = Sql(_GROUPS, (*paths_of(journey), journey.pk, chosen.since, chosen.until))
    found = []
    for model in models.order_by("key"):
        moves = movement_of(model, begins, ends, groups)
        found += [
            {
                "model": model.key,
                "name": model.name,
                "group": group,
                "moves": [move._asdict() for name, move in moves if name == group],
            }
            for group in ReviewGroup.values
        ]
    return found


def _sales_rows(measure: ReviewMeasure | None, chosen: Filters) -> list[ReviewSales]:
    if measure is None:
        return []
    rows = ReviewSales.objects.filter(measure_id=measure.pk)
    if chosen.since is not None:
        rows = rows.filter(day__gte=chosen.since)
    if chosen.until is not None:
        rows = rows.filter(day__lte=chosen.until)
    return list(rows)


def _sales(rows: Iterable[ReviewSales]) -> list[dict[str, Any]]:
    people: dict[str, int] = {}
    sums: dict[tuple[str, str], list[Any]] = {}
    for row in rows:
        if not row.currency:
            people[row.group] = people.get(row.group, 0) + row.people
            continue
        one = sums.setdefault((row.currency, row.group), [0, Decimal(0), 0, Decimal(0)])
        added = (row.buyers_before, row.sales_before, row.buyers_after, row.sales_after)
        sums[row.currency, row.group] = [old + new for old, new in zip(one, added, strict=True)]
    return [
        {
            "currency": currency,
            "group": group,
            "customers": people.get(group, 0),
            "before": _factors(people.get(group, 0), one[0], one[1]),
            "after": _factors(people.get(group, 0), one[2], one[3]),
        }
        for (currency, group), one in sorted(sums.items())
    ]


def _factors(customers: int, buyers: int, sales: Decimal) -> dict[str, Any]:
    return {
        "buyers": buyers,
        "sales": sales,
        "marketing": buyers / customers if customers else None,
        "value": (sales / buyers).quantize(Decimal("0.0001")) if buyers else None,
    }


def _notes(measure: ReviewMeasure | None, rows: list[ReviewSales], mature: list[ReviewSales]) -> Iterable[Note]:
    if measure is None:
        yield note("no_goal_with_value")
    elif measure.as_of is None:
        yield note("not_counted_yet")
    if young := _days(rows) - _days(mature):
        yield note("immature_days", days=len(young))


def _has_rfm(workspace: UUID) -> bool:
    return Computed.objects.filter(workspace=workspace, kind=ComputedKind.RFM, is_ending=False).exists()


def _days(rows: Iterable[ReviewSales]) -> set[date]:
    return {row.day for row in rows}
