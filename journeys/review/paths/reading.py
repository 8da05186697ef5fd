"""How many runs, and how many people, took which path: what every part of the review counts from.

Nothing here reads a log. What the tables say is as of `ReviewProgress.as_of`, and changes with its `revision`.
"""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from typing import Final, NamedTuple
from uuid import UUID

import orjson

from journeys.models import Journey, ReviewProgress
from journeys.review.paths.filters import ALL, Filters, days_sql, runs_sql
from journeys.review.paths.folding import Body
from journeys.review.rows import rows

__all__ = ["Crowd", "Filters", "Trajectory", "crowds", "people_who", "repeats", "trajectories"]

_PATHS: Final = "select id, version_id, body from journeys_reviewpath where journey_id = %s"
_TALLIES: Final = """
select t.path_id, {day}, sum(t.runs)::bigint
from journeys_reviewtally t where t.journey_id = %s and {days} group by 1, 2 having sum(t.runs) <> 0
"""
_RUNS: Final = """
select r.path_id, {day}, count(*) from journeys_reviewrun r where r.journey_id = %s and {runs} group by 1, 2
"""
# Only of people with several runs of the journey: everybody else is one run of one path.
_CROWDS: Final = """
select paths, day, count(*) from (
    select array_agg(r.path_id order by r.path_id) as paths, {day} as day
    from journeys_reviewrun r where r.journey_id = %s and r.several and {runs} group by r.profile_id, 2) of_person
group by 1, 2
"""
_Place = tuple[int, date | None]  # path and day
Paths = Mapping[int, tuple[UUID, Body]]


class Trajectory(NamedTuple):
    """A path (`folding` says what its body is), with how many runs took it and how many people (distinct profiles).

    `day`: on which they began, in the workspace's zone; None: on any. People of several trajectories are no sum where
    somebody has run twice (`crowds`).
    """

    path_id: int
    version_id: UUID
    body: Body
    runs: int
    people: int
    day: date | None = None


class Crowd(NamedTuple):
    """How many people have run by just these paths, in all or by runs that began on `day`."""

    paths: tuple[int, ...]
    people: int
    day: date | None = None


class Taken(NamedTuple):
    """What the tables hold of a journey for some filters: its paths, how many runs took each, and who ran several times."""

    paths: Paths
    runs: Mapping[_Place, int]
    several: list[Crowd]


def taken(journey: Journey, filters: Filters) -> Taken:
    """Read once what both `trajectories` and `crowds` are made of. Raises DomainError as `profiles.rule_sql.condition` does."""
    return Taken(bodies(journey), _runs(journey, filters), _several(journey, filters))


def trajectories(journey: Journey, filters: Filters = ALL, known: Taken | None = None) -> list[Trajectory]:
    """The paths of the runs that `filters` mean, in the order of their ids and days.

    `known`: what was `taken` with the same filters, where the caller has it. Raises as `taken`.
    """
    paths, runs, together = known or taken(journey, filters)
    people = dict(runs)
    for several in together:
        for path, times in Counter(several.paths).items():
            people[path, several.day] -= (times - 1) * several.people
    found = [
        Trajectory(path, *paths[path], times, people[path, day], day)
        for (path, day), times in runs.items()
        if path in paths and filters.takes(*paths[path])
    ]
    return sorted(found, key=lambda one: (one.path_id, one.day or date.min))


def crowds(journey: Journey, filters: Filters = ALL, known: Taken | None = None) -> list[Crowd]:
    """The same people, grouped by the paths that they took: whoever has run several times stands in one crowd (of a day).

    The paths are those that `filters` mean. Raises as `trajectories`.
    """
    stored, runs, several = known or taken(journey, filters)
    meant = {path for path, one in stored.items() if filters.takes(*one)}
    alone = dict(runs)
    together: Counter[tuple[tuple[int, ...], date | None]] = Counter()
    for paths, people, day in several:
        for path in paths:
            alone[path, day] -= people
        kept = tuple(path for path in paths if path in meant)
        if kept:
            together[kept, day] += people
    return [
        *(Crowd((path,), people, day) for (path, day), people in alone.items() if people and path in meant),
        *(Crowd(paths, people, day) for (paths, day), people in together.items()),
    ]


def _runs(journey: Journey, filters: Filters) -> dict[_Place, int]:
    """How many runs began on the days of `filters`, by people whom they mean, on each path (and day)."""
    day = "{}.day" if filters.by_day else "null::date"
    if filters.about_people:
        runs, params = runs_sql(filters, journey.workspace_id)
        statement = _RUNS.format(day=day.format("r"), runs=runs)
    else:
        days, params = days_sql(filters, "t")
        statement = _TALLIES.format(day=day.format("t"), days=days)
    return {(path, on): runs for path, on, runs in rows(statement, [journey.pk, *params])}


def _several(journey: Journey, filters: Filters) -> list[Crowd]:
    """People with several runs, by the paths of those that `filters` mean, of whatever path."""
    runs, params = runs_sql(filters, journey.workspace_id)
    statement = _CROWDS.format(runs=runs, day="r.day" if filters.by_day else "null::date")
    return [Crowd(tuple(paths), people, day) for paths, day, people in rows(statement, [journey.pk, *params])]


def people_who(found: Iterable[Crowd], paths: Collection[int]) -> int:
    """How many distinct people took at least one of these paths."""
    return sum(crowd.people for crowd in found if any(path in paths for path in crowd.paths))


def bodies(journey: Journey) -> Paths:
    """The version and the body of each path of a journey, by its id."""
    return {path: (version, orjson.loads(body)) for path, version, body in rows(_PATHS, [journey.pk])}


def repeats(journey: Journey) -> int:
    """How many runs are not the first of their person; 0: every run is a person."""
    return ReviewProgress.objects.filter(pk=journey.pk).values_list("repeats", flat=True).first() or 0
