"""The chaos bench's audit must find what it is there to find."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

import pytest

from bench.harness.audit import Audit, audit
from bench.harness.world import World, make_world, publish_journey
from bench.latency import latency_graph
from channels_app.models import Message, Template
from journeys.models import Enrollment, EnrollmentEvent, Journey

NOW = datetime(2026, 3, 2, 2, 0, tzinfo=UTC)
PHONE = "13800000000"
STREAM = ("enrolled", "node_entered", "message_requested", "completed")


@pytest.fixture
def world(db: None) -> World:
    return make_world("http://127.0.0.1:1")


@pytest.fixture
def journey(world: World) -> Journey:
    return publish_journey(world, "welcome", latency_graph())


def run_of_one(
    world: World, journey: Journey, *, seqs: tuple[int, ...] = (1, 2, 3, 4), state: str = "delivered"
) -> None:
    """One person who got the first message, as a healthy run leaves it unless told otherwise."""
    template = Template.objects.get(workspace=world.workspace, key="first")
    message = Message.objects.create(
        workspace=world.workspace,
        account=world.account,
        template=template,
        profile_id=uuid4(),
        journey_id=journey.pk,
        version_id=journey.live_version_id,
        enrollment_id=uuid4(),
        channel="sms",
        purpose="service",
        address=f"+86{PHONE}",
        state=state,
        not_before=NOW,
        requested_at=NOW,
        updated_at=NOW,
    )
    assert message.enrollment_id is not None
    assert journey.live_version_id is not None
    Enrollment.objects.create(
        id=message.enrollment_id,
        workspace=world.workspace,
        journey=journey,
        version_id=journey.live_version_id,
        profile_id=message.profile_id,
        state="completed",
        node="welcome",
        seq=4,
        enrolled_at=NOW,
        ended_at=NOW,
    )
    write_log(world, message.enrollment_id, seqs, {"message": str(message.pk)})


def write_log(world: World, enrollment: UUID, seqs: tuple[int, ...], data: dict[str, Any]) -> None:
    EnrollmentEvent.objects.bulk_create(
        EnrollmentEvent(
            workspace_id=world.workspace.pk,
            enrollment_id=enrollment,
            seq=seq,
            at=NOW,
            kind=kind,
            node="welcome",
            data=data,
        )
        for seq, kind in zip(seqs, STREAM, strict=True)
    )


def arrivals(count: int) -> list[dict[str, Any]]:
    return [{"phone": PHONE, "template_code": "SMS_1"}] * count


def faults(found: Audit) -> dict[str, int]:
    figures = {name: getattr(found, name) for name in ("lost", "duplicated", "unknown", "log_gaps", "log_doubles")}
    return {name: value for name, value in figures.items() if value}


def test_a_healthy_run_has_no_faults(world: World, journey: Journey) -> None:
    run_of_one(world, journey)
    assert faults(audit(journey, 1, arrivals(1))) == {}


def test_a_person_who_was_never_enrolled_is_lost(world: World, journey: Journey) -> None:
    run_of_one(world, journey)
    assert faults(audit(journey, 2, arrivals(1))) == {"lost": 1}


def test_a_message_that_never_arrived_is_lost_unless_it_is_unknown(world: World, journey: Journey) -> None:
    run_of_one(world, journey)
    assert faults(audit(journey, 1, arrivals(0))) == {"lost": 1}
    Message.objects.update(state="unknown")
    assert faults(audit(journey, 1, arrivals(0))) == {"unknown": 1}


def test_a_message_that_arrived_twice_is_duplicated(world: World, journey: Journey) -> None:
    run_of_one(world, journey)
    assert faults(audit(journey, 1, arrivals(2))) == {"duplicated": 1}


def test_a_gap_in_a_stream_is_found(world: World, journey: Journey) -> None:
    run_of_one(world, journey, seqs=(1, 2, 4, 5))
    assert faults(audit(journey, 1, arrivals(1))) == {"log_gaps": 1}


def test_a_message_that_is_still_queued_is_lost(world: World, journey: Journey) -> None:
    run_of_one(world, journey, state="queued")
    assert faults(audit(journey, 1, arrivals(0))) == {"lost": 1}
