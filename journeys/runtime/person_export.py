"""What journeys hold of one person, for their archive: runs with their streams, tasks, conversions."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from journeys.models import Conversion, Enrollment, EnrollmentEvent, StaffTask
from workspaces.erasing import Subject


def sections(subject: Subject) -> Mapping[str, Iterable[Any]]:
    """`workspaces.erasing.Exporter`."""
    person = {"workspace_id": subject.workspace_id, "profile_id": subject.profile_id}
    return {
        "journeys": _runs(person),
        "tasks": StaffTask.objects.filter(**person).order_by("id").values(
            "journey_id", "node", "content", "materials", "state", "created_at", "due_at", "closed_at", "note"
        ),
        "conversions": Conversion.objects.filter(**person).order_by("id").values(
            "journey_id", "goal", "value", "occurred_at"
        ),
    }  # fmt: skip


def _runs(person: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    runs = Enrollment.objects.filter(**person).order_by("id").values(
        "id", "journey_id", "journey__name", "version__number", "state", "node", "properties", "enrolled_at", "ended_at"
    )  # fmt: skip
    for run in runs:
        stream = EnrollmentEvent.objects.filter(enrollment_id=run["id"]).order_by("seq")
        yield {**run, "events": list(stream.values("seq", "at", "kind", "node", "data"))}
