"""Sums of credits, for every part of the review. Nothing is computed here: what counts is in the rows."""

from datetime import date
from decimal import Decimal
from typing import Any, Final, NamedTuple

from journeys.models import Journey
from journeys.review.rows import rows


class Which(NamedTuple):
    """Which conversions a figure is about: a condition over `r` (journeys_reviewrun), or over credits `c` themselves.

    A condition over `r` leaves out runs whose path is not read yet. `text` has a place for each of `params`.
    """

    text: str = "true"
    params: tuple[Any, ...] = ()
    over_runs: bool = False

    @property
    def joined(self) -> str:
        return "join journeys_reviewrun r on r.enrollment_id = c.enrollment_id" if self.over_runs else ""


EVERY: Final = Which()


class CreditSum(NamedTuple):
    """Counted conversions of a goal, in one currency, of runs that took one path.

    `path_id` and `day` (of enrolment, in the workspace's zone) are None while the run's path is not read, `day` also
    unless it is asked for. `runs` and `people` have at least one; of several sums they are no sum. `value` is what the
    events said and could be believed, `refunded` never more than that: what is left is `value - refunded`.
    """

    path_id: int | None
    day: date | None
    goal: str
    currency: str
    conversions: int
    runs: int
    people: int
    value: Decimal
    refunded: Decimal

    @property
    def net(self) -> Decimal:
        return self.value - self.refunded


class Worth(NamedTuple):
    """So many runs of a path have, by one goal, conversions of this net value in all; runs without any are not here."""

    path_id: int | None
    goal: str
    currency: str
    net: Decimal
    runs: int


class GoalSum(NamedTuple):
    """Counted conversions of a goal in one currency; who was held out is not in it."""

    goal: str
    currency: str
    conversions: int
    people: int
    value: Decimal
    refunded: Decimal


_CREDITS: Final = """
select r.path_id, {day}, c.goal, c.currency, count(*), count(distinct c.enrollment_id), count(distinct c.profile_id),
    coalesce(sum(c.value), 0), sum(c.refunded)
from journeys_credit c left join journeys_reviewrun r on r.enrollment_id = c.enrollment_id
where c.journey_id = %s and c.counted and {which}
group by 1, 2, 3, 4 order by 1, 2, 3, 4
"""
_WORTHS: Final = """
select path_id, goal, currency, net, count(*) from (
    select r.path_id, c.goal, c.currency, c.enrollment_id, coalesce(sum(c.value), 0) - sum(c.refunded) as net
    from journeys_credit c left join journeys_reviewrun r on r.enrollment_id = c.enrollment_id
    where c.journey_id = %s and c.counted and {which}
    group by 1, 2, 3, 4) of_run
group by 1, 2, 3, 4 order by 1, 2, 3, 4
"""
# Held-out runs are few beside all: the state is looked up for runs with a conversion.
_GOALS: Final = """
select {day}, c.goal, c.currency, count(*), count(distinct c.profile_id), coalesce(sum(c.value), 0), sum(c.refunded)
from journeys_credit c {joined} join journeys_enrollment e on e.id = c.enrollment_id and e.state <> 'held_out'
where c.journey_id = %s and c.counted and {which}
group by 1, 2, 3 order by 1, 2, 3
"""
_PEOPLE: Final = """
select c.goal, count(distinct c.profile_id), count(*)
from journeys_credit c {joined} join journeys_enrollment e on e.id = c.enrollment_id and e.state <> 'held_out'
where c.journey_id = %s and c.counted and {which}
group by 1
"""


def credits(  # noqa: A001 - the name that the other parts of the review call it by
    journey: Journey, which: Which = EVERY, *, by_day: bool = False
) -> list[CreditSum]:
    """Every counted conversion of a journey, those of held-out people among them: the path says who was."""
    day = "r.day" if by_day else "null::date"
    return [CreditSum(*row) for row in _rows(_CREDITS.format(day=day, which=which.text), journey, which)]


def worths(journey: Journey, which: Which = EVERY) -> list[Worth]:
    """How much the runs that converted were worth, grouped: what an interval of the value per person is made of."""
    return [Worth(*row) for row in _rows(_WORTHS.format(which=which.text), journey, which)]


def goal_sums(journey: Journey, which: Which = EVERY) -> list[GoalSum]:
    """By goal and currency, over the whole time."""
    statement = _GOALS.format(day="null::date", which=which.text, joined=which.joined)
    return [GoalSum(*row[1:]) for row in _rows(statement, journey, which)]


def daily_sums(journey: Journey, which: Which = EVERY) -> list[tuple[date, GoalSum]]:
    """By the day on which the conversion happened, in the workspace's zone."""
    zone = journey.workspace.timezone
    statement = _GOALS.format(day="(c.occurred_at at time zone %s)::date", which=which.text, joined=which.joined)
    return [(row[0], GoalSum(*row[1:])) for row in _rows(statement, journey, which, zone)]


def people(journey: Journey, which: Which = EVERY) -> dict[str, tuple[int, int]]:
    """Goal → how many people converted, each once whatever their currencies, and how many conversions they have."""
    statement = _PEOPLE.format(which=which.text, joined=which.joined)
    return {goal: (people, conversions) for goal, people, conversions in _rows(statement, journey, which)}


def _rows(statement: str, journey: Journey, which: Which, *before: Any) -> list[tuple[Any, ...]]:
    return rows(statement, [*before, journey.pk, *which.params])
