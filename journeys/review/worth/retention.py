"""Who came back: the people that a journey touched against those that it did not."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import Any, Final

from journeys.choices import ReviewGroup
from journeys.engine.proportions import Group
from journeys.explain.noted import Note
from journeys.models import Journey, ReviewMeasure, ReviewRetention
from journeys.review.paths.filters import Filters
from journeys.review.statistics.intervals import difference
from journeys.review.worth.measures import AFTER, want_retention
from journeys.review.worth.notes import note
from workspaces.localtime import day_of

TOUCHED: Final = ReviewGroup.TOUCHED.value
HELD_OUT: Final = ReviewGroup.HELD_OUT.value
UNTOUCHED: Final = ReviewGroup.UNTOUCHED.value


def retention_review(journey: Journey, chosen: Filters, event: str, now: datetime) -> dict[str, Any]:
    """Return `{"event", "as_of", "control", "groups", "days", "notes"}`.

    Somebody came back on day n if they did the event (empty: any) on the n-th day after that of their first entry, in
    the workspace's zone. A cell is mature when that day is over; totals are of mature cells only, so that each has its
    own number of people. The control is whoever was held out; where nobody was, whom no message reached.
    """
    measure = want_retention(journey, event)
    cells = _cells(measure, chosen)
    today = day_of(now, measure.zone)
    control = control_of(cells_groups(cells))
    totals = {group: [_total(group, after, cells, today) for after in AFTER] for group in ReviewGroup.values}
    return {
        "event": event,
        "as_of": measure.as_of,
        "control": control,
        "groups": [{"group": group, "cells": totals[group]} for group in ReviewGroup.values],
        "difference": _differences(totals, control),
        "days": _grid(cells, today),
        "notes": list(_notes(measure, cells, control, today)),
    }


def _cells(measure: ReviewMeasure, chosen: Filters) -> list[ReviewRetention]:
    cells = ReviewRetention.objects.filter(measure_id=measure.pk)
    if chosen.since is not None:
        cells = cells.filter(day__gte=chosen.since)
    if chosen.until is not None:
        cells = cells.filter(day__lte=chosen.until)
    return list(cells.order_by("day", "group", "after"))


def cells_groups(cells: Iterable[Any]) -> set[str]:
    return {cell.group for cell in cells if cell.people}


def control_of(groups: set[str]) -> str | None:
    """Which group the touched are compared with."""
    return next((group for group in (HELD_OUT, UNTOUCHED) if group in groups), None)


def is_mature(day: date, after: int, today: date) -> bool:
    return day + timedelta(days=after) < today


def _total(group: str, after: int, cells: Iterable[ReviewRetention], today: date) -> dict[str, Any]:
    meant = [one for one in cells if one.group == group and one.after == after and is_mature(one.day, after, today)]
    people, came = sum(one.people for one in meant), sum(one.came for one in meant)
    return {"after": after, "people": people, "came": came, "rate": came / people if people else None}


def _differences(totals: dict[str, list[dict[str, Any]]], control: str | None) -> list[dict[str, Any]]:
    """How much larger the share is among the touched, in shares (0.05 is five points), with its interval (Newcombe's
    hybrid score, 95 %): both None where nobody of one group is known.
    """
    if control is None:
        return []
    found = []
    for one, other in zip(totals[TOUCHED], totals[control], strict=True):
        touched, base = (Group(total["people"], total["came"]) for total in (one, other))
        known = bool(touched.people and base.people)
        found.append(
            {
                "after": one["after"],
                "difference": touched.rate - base.rate if known else None,
                "interval": difference(touched, base)._asdict() if known else None,
            }
        )
    return found


def _grid(cells: Iterable[ReviewRetention], today: date) -> list[dict[str, Any]]:
    rows: dict[tuple[date, str], dict[str, Any]] = {}
    by: dict[tuple[date, str], dict[int, ReviewRetention]] = defaultdict(dict)
    for cell in cells:
        by[cell.day, cell.group][cell.after] = cell
    for (day, group), found in by.items():
        rows[day, group] = {
            "day": day,
            "group": group,
            "people": next(iter(found.values())).people,
            "cells": [
                {
                    "after": after,
                    "came": found[after].came if after in found else None,
                    "rate": found[after].came / found[after].people if after in found else None,
                    "mature": is_mature(day, after, today),
                }
                for after in AFTER
            ],
        }
    return [rows[key] for key in sorted(rows)]


def _notes(measure: ReviewMeasure, cells: list[ReviewRetention], control: str | None, today: date) -> Iterable[Note]:
    if measure.as_of is None:
        yield note("not_counted_yet")
        return
    young = {cell.day for cell in cells if not is_mature(cell.day, AFTER[-1], today)}
    if young:
        yield note("immature_days", days=len(young))
    if control is None:
        yield note("no_control")
    elif control == UNTOUCHED:
        yield note("control_not_random")
