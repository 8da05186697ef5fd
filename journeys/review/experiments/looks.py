"""Looks that were stated before: an A/B test with a winner's rule says for how many people it is planned."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from journeys.engine.proportions import Group, pooled_z
from journeys.models import Journey
from journeys.review.paths.filters import Filters, runs_sql
from journeys.review.rows import rows
from journeys.review.statistics.spending import bounds

# Of the planned number of people, when a look is taken.
STATED: Final = (0.25, 0.5, 0.75, 1.0)
_CONVERTED: Final = """
select r.path_id, r.day, count(distinct c.enrollment_id)
from journeys_credit c join journeys_reviewrun r on r.enrollment_id = c.enrollment_id
where c.journey_id = %s and c.goal = %s and c.counted and r.journey_id = %s and r.path_id = any(%s) and {runs} group by 1, 2
"""


@dataclass(frozen=True)
class Look:
    """What the first `people` said, who came until `day`: `crossed` if |z| reached the bound of this look."""

    day: date
    fraction: float
    people: int
    z: float
    bound: float
    crossed: bool


def converted_by_day(
    journey: Journey, filters: Filters, labels: Mapping[int, str], goal: str
) -> dict[tuple[str, date], int]:
    """(label, day of enrolment) → runs that converted."""
    text, params = runs_sql(filters, journey.workspace_id)
    found: dict[tuple[str, date], int] = {}
    for path, day, runs in rows(_CONVERTED.format(runs=text), [journey.pk, goal, journey.pk, list(labels), *params]):
        found[labels[path], day] = found.get((labels[path], day), 0) + runs
    return found


def looks(
    people: Mapping[tuple[str, date], int],
    converted: Mapping[tuple[str, date], int],
    pair: tuple[str, str],
    planned: int,
    alpha: float,
) -> list[Look]:
    """Take the stated looks at a variant and its control (`pair`): each at the end of the day on which so many had come.

    `people` and `converted` are by label and day of enrolment. Who came on a day counts with what they have done until
    now, so a look repeats what was known of those who had come, and not what was known on that day. The bounds are O'Brien
    and Fleming's for the fractions that were really looked at. People beyond the plan take part in no look.
    """
    days = sorted({day for name, day in people if name in pair})
    came = dict.fromkeys(pair, 0)
    met = dict.fromkeys(pair, 0)
    taken: list[tuple[date, float, int, float]] = []
    stated = list(STATED)
    for day in days:
        for name in pair:
            came[name] += people.get((name, day), 0)
            met[name] += converted.get((name, day), 0)
        total = sum(came.values())
        if not stated or total < stated[0] * planned:
            continue
        while stated and total >= stated[0] * planned:
            stated.pop(0)
        z = pooled_z(*(Group(came[name], met[name]) for name in pair))
        taken.append((day, min(1.0, total / planned), total, z))
    if not taken:
        return []
    edges = bounds([fraction for _, fraction, _, _ in taken], alpha)
    return [Look(*look, edge, abs(look[3]) >= edge) for look, edge in zip(taken, edges, strict=True)]
