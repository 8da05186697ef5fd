"""The people behind a number on the canvas: who did at a node what the number counts."""

from typing import Final

from django.db.models import Exists, OuterRef, Q, QuerySet

from channels_app.models import Message
from journeys.models import Conversion, Enrollment, EnrollmentEvent
from journeys.projections.message_metrics import STATES

COUNTED: Final = ("entered", "waiting", "left", "converted", "lost", *STATES)


def counted(enrollments: QuerySet[Enrollment], node: str, what: str, outcome: str) -> QuerySet[Enrollment]:
    """Return the runs that count at the node. `outcome` narrows `left` to one way out; empty: any.

    A number counts every time, this list every run once: a person who came twice stands here once.
    """
    if what in STATES:
        return enrollments.filter(Exists(_messages().filter(node=node, state__in=STATES[what])))
    events = EnrollmentEvent.objects.filter(enrollment_id=OuterRef("pk"))
    match what:
        case "entered":
            return enrollments.filter(Exists(events.filter(node=node, kind__in=("enrolled", "node_entered"))))
        case "converted":
            return enrollments.filter(Exists(events.filter(node=node, kind__in=("converted", "goal_reached"))))
        case "waiting":
            return enrollments.filter(node=node, ended_at=None)
        case "lost":
            return enrollments.filter(lost(), node=node)
        case _:
            went_on = Q(kind="node_entered", data__from=node) | Q(kind="completed", node=node)
            by = Q(data__outcome=outcome) if outcome else Q()
            return enrollments.filter(Exists(events.filter(went_on & by)))


def lost() -> Q:
    """Runs that ended without having met a goal."""
    met = Conversion.objects.filter(enrollment_id=OuterRef("pk"))
    return Q(state__in=("completed", "exited")) & ~Q(Exists(met))


def _messages() -> QuerySet[Message]:
    """Of the run, found by the index of a person's messages."""
    return Message.objects.filter(
        workspace_id=OuterRef("workspace_id"), profile_id=OuterRef("profile_id"), enrollment_id=OuterRef("pk")
    )
