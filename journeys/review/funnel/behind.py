"""Who is behind a number of the funnel."""

from typing import Final

from django.db.models import Exists, OuterRef, QuerySet
from django.db.models.expressions import RawSQL

from journeys.models import Credit, Enrollment, Journey
from journeys.review.credits.definition import primary_goal
from journeys.review.funnel.facts import MESSAGES, Fact, about_all, about_nodes
from journeys.review.paths.filters import Filters, runs_sql
from journeys.review.paths.folding import Body
from journeys.review.paths.reading import bodies
from workspaces.errors import DomainError

AT_NODES: Final = ("came", "left", "ended", "waiting")
WHAT: Final = ("entered", "held_out", "converted", *AT_NODES, *MESSAGES)


def behind(journey: Journey, filters: Filters, what: str, node: str = "", outcome: str = "") -> QuerySet[Enrollment]:
    """The runs that count as `what` (of WHAT), at `node` or anywhere. A number counts people, this list their runs.

    Raises DomainError: `node_required`, and as `trajectories` does.
    """
    if what in AT_NODES and not node:
        raise DomainError("node_required", f"At which node {what!r} is asked for must be said.", "node")
    paths = [
        path
        for path, (version, body) in bodies(journey).items()
        if filters.takes(version, body) and _holds(body, what, node, outcome)
    ]
    condition, params = runs_sql(filters, journey.workspace_id)
    of_review = RawSQL(  # noqa: S611  # the condition is made of our own words; what was asked is among the parameters
        f"select r.enrollment_id from journeys_reviewrun r where r.journey_id = %s and r.path_id = any(%s) and {condition}",
        [journey.pk, paths, *params],
    )
    runs = Enrollment.objects.filter(journey=journey, pk__in=of_review)
    if what != "converted":
        return runs
    goal = primary_goal(journey)
    met = Credit.objects.filter(enrollment_id=OuterRef("pk"), goal=goal.id if goal else "", counted=True)
    return runs.filter(Exists(met))


def _holds(body: Body, what: str, node: str, outcome: str) -> bool:
    if what == "converted":
        return not body["held_out"] and (not node or any(step[0] == node for step in body["steps"]))
    if not node:
        return (what,) in about_all(body)
    facts = about_nodes(body)
    if what == "left" and not outcome:
        return any(fact[:2] == (what, node) for fact in facts)
    fact: Fact = (what, node, outcome) if what == "left" else (what, node)
    return fact in facts
