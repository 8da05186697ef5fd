"""People, those of them who converted, and what they are worth, by any label that the paths of their runs are given."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from typing import Any, Final, Literal

from journeys.engine.proportions import Group
from journeys.models import Journey
from journeys.review.paths.filters import SEVERAL, Filters, runs_sql
from journeys.review.rows import by_name, rows

# The unit of analysis: what was assigned at random. A person who came again is one person.
Unit = Literal["run", "person"]

_RUNS: Final = """
select r.path_id, count(*) from journeys_reviewrun r where r.journey_id = %(journey)s and {runs} group by 1
"""
# Each run is a unit by itself: begin with the credits, which are fewer.
_WORTH_OF_RUNS: Final = """
select r.path_id, w.currency, w.net, count(*), count(*) filter (where w.place = 1)
from (
    select c.enrollment_id, c.currency, sum(c.value - c.refunded) as net,
        row_number() over (partition by c.enrollment_id order by c.currency) as place
    from journeys_credit c where c.journey_id = %(journey)s and c.goal = %(goal)s and c.counted group by 1, 2
) w join journeys_reviewrun r on r.enrollment_id = w.enrollment_id
where r.journey_id = %(journey)s and r.path_id = any(%(paths)s) and {runs} group by 1, 2, 3
"""
_LABELLED: Final = """
with label as (
    select * from unnest(%(paths)s::bigint[], %(ranks)s::int[], %(labels)s::text[]) as l(path_id, rank, label)
), run as materialized (
    select r.profile_id, r.enrollment_id, l.rank, l.label
    from journeys_reviewrun r join label l on l.path_id = r.path_id where r.journey_id = %(journey)s and {runs}
), person as materialized (
    select distinct on (profile_id) profile_id, label, enrollment_id as first
    from run order by profile_id, rank desc, enrollment_id
)
"""
_PEOPLE: Final = _LABELLED + "select label, count(*) from person group by 1"
# The same event may have met the goal of several runs of a person: it is one conversion of theirs.
_WORTH_OF_PEOPLE: Final = (
    _LABELLED
    + """, credit as (
    select distinct on (run.profile_id, coalesce(c.event_id, c.id)) run.profile_id, c.currency, c.value - c.refunded as net
    from journeys_credit c join run on run.enrollment_id = c.enrollment_id {within}
    where c.journey_id = %(journey)s and c.goal = %(goal)s and c.counted
    order by run.profile_id, coalesce(c.event_id, c.id), c.enrollment_id
), worth as (
    select profile_id, currency, sum(net) as net, row_number() over (partition by profile_id order by currency) as place
    from credit group by 1, 2
)
select p.label, w.currency, w.net, count(*), count(*) filter (where w.place = 1)
from worth w join person p using (profile_id) group by 1, 2, 3
"""
)
_WITHIN: Final = """join person f on f.profile_id = run.profile_id
    join journeys_enrollment e on e.id = f.first and c.occurred_at <= e.enrolled_at + %(window)s"""


@dataclass
class Sample:
    """`values`: currency → net value of a person → how many have it; who has none of a currency is not in it."""

    people: int = 0
    converted: int = 0
    values: dict[str, dict[Decimal, int]] = field(default_factory=dict)

    @property
    def group(self) -> Group:
        return Group(self.people, self.converted)

    def add(self, currency: str, net: Decimal | None, people: int, converted: int) -> None:
        self.converted += converted
        if net is not None:
            amounts = self.values.setdefault(currency, {})
            amounts[net] = amounts.get(net, 0) + people

    def total(self, currency: str) -> Decimal:
        return sum((net * people for net, people in self.values.get(currency, {}).items()), Decimal(0))


@dataclass(frozen=True)
class Labels:
    """Path id → label. Of a person's several runs the one with the highest rank says which they have; else the first."""

    of_path: Mapping[int, str]
    ranks: Mapping[str, int] = field(default_factory=dict)


def samples(
    journey: Journey,
    filters: Filters,
    labels: Labels,
    goal: str,
    unit: Unit,
    runs: Mapping[int, int],
    window: timedelta | None = None,
) -> dict[str, Sample]:
    """Return label → sample. `runs`: the runs of each path that `filters` mean.

    `window`: of a person who came again only what happened so long after their first of these runs counts. Every
    label has a sample. Raises DomainError as `runs_sql`.
    """
    found = {label: Sample() for label in labels.of_path.values()}
    text, params = runs_sql(filters, journey.workspace_id)
    named, values = by_name(text, params)
    values |= {"journey": journey.pk, "goal": goal, "paths": list(labels.of_path), "window": window}
    if unit == "run":
        _add_runs(found, labels, runs, named, values)
        return found
    # Whoever came once is one run: only of the others must people be told apart.
    several = f"{named} and {SEVERAL}"
    again = dict(rows(_RUNS.format(runs=several), values))
    once = {path: times - again.get(path, 0) for path, times in runs.items()}
    _add_runs(found, labels, once, f"{named} and not {SEVERAL}", values)
    if again:
        _add_people(found, labels, several, values, _WITHIN if window is not None else "")
    return found


def _add_runs(
    found: dict[str, Sample], labels: Labels, runs: Mapping[int, int], text: str, values: dict[str, Any]
) -> None:
    for path, times in runs.items():
        if path in labels.of_path:
            found[labels.of_path[path]].people += times
    for path, *worth in rows(_WORTH_OF_RUNS.format(runs=text), values):
        found[labels.of_path[path]].add(*worth)


def _add_people(found: dict[str, Sample], labels: Labels, text: str, values: dict[str, Any], within: str) -> None:
    named = {
        "labels": list(labels.of_path.values()),
        "ranks": [labels.ranks.get(label, 0) for label in labels.of_path.values()],
    }
    for label, people in rows(_PEOPLE.format(runs=text), {**values, **named}):
        found[label].people += people
    for label, *worth in rows(_WORTH_OF_PEOPLE.format(runs=text, within=within), {**values, **named}):
        found[label].add(*worth)
