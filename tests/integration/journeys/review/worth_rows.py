"""Rows that the review of worth reads, made without the engine: what became of each is said by the test."""

import hashlib
from collections.abc import Sequence
from datetime import date, datetime
from itertools import count
from typing import Any
from uuid import UUID

import orjson

from channels_app.models import Message, Receipt, Template
from journeys.models import Credit, Enrollment, Journey, ReviewPath, ReviewRun
from tests.fixtures.world import T0, World
from workspaces.models.base import first_id

_numbers = count(1)


def id_at(at: datetime) -> UUID:
    """An id as it would have been made then, unlike any other."""
    return UUID(int=first_id(at).int + next(_numbers))


def began_at(journey: Journey, at: datetime = T0) -> Journey:
    """Date a journey back, so that messages may be as old."""
    Journey.objects.filter(pk=journey.pk).update(created_at=at)
    return journey


def run_of(world: World, journey: Journey, profile: UUID, at: datetime = T0, state: str = "completed") -> Enrollment:
    assert journey.live_version_id is not None
    return Enrollment.objects.create(
        workspace=world.workspace,
        journey=journey,
        version_id=journey.live_version_id,
        profile_id=profile,
        lane=0,
        state=state,
        node="start",
        enrolled_at=at,
    )


def message(template: Template, journey: Journey, run: Enrollment, at: datetime, state: str, **fields: Any) -> Message:
    sent = state not in {"queued", "blocked", "expired"}
    wanted = {
        "id": id_at(at),
        "node": "hi",
        "requested_at": at,
        "not_before": at,
        "attempted_at": at if sent else None,
        "updated_at": at,
        "purpose": "marketing",
        "channel": "sms",
        "address": "+8613800000000",
    }
    return Message.objects.create(
        workspace=journey.workspace,
        account_id=template.account_id,
        template=template,
        profile_id=run.profile_id,
        journey_id=journey.pk,
        version_id=run.version_id,
        enrollment_id=run.pk,
        state=state,
        **{**wanted, **fields},
    )


def reported(of: Message, state: str, at: datetime) -> None:
    """A provider's late word: the receipt, and the state that it leads to."""
    Message.objects.filter(pk=of.pk).update(state=state, updated_at=at)
    Receipt.objects.create(
        id=id_at(at),
        workspace=of.workspace,
        account_id=of.account_id,
        message_id=of.pk,
        dedup_key=str(id_at(at)),
        outcome=state,
        reported_at=at,
        payload={},
    )


def path(journey: Journey, sends: Sequence[Sequence[str]] = (), *, held_out: bool = False) -> ReviewPath:
    assert journey.live_version_id is not None
    body: dict[str, Any] = {
        "steps": [["start", "next"]],
        "end": "held_out" if held_out else "completed",
        "reason": "",
        "variants": {},
        "sends": [list(one) for one in sends],
        "goals": [],
        "held_out": held_out,
    }
    return ReviewPath.objects.get_or_create(
        journey_id=journey.pk,
        version_id=journey.live_version_id,
        digest=hashlib.sha256(orjson.dumps(body)).digest(),
        defaults={"workspace_id": journey.workspace_id, "body": body},
    )[0]


def walked(journey: Journey, profile: UUID, day: date, by: ReviewPath) -> ReviewRun:
    return ReviewRun.objects.create(
        enrollment_id=id_at(T0),
        workspace_id=journey.workspace_id,
        journey_id=journey.pk,
        profile_id=profile,
        day=day,
        path_id=by.pk,
        seq=1,
    )


def credit(journey: Journey, run: Enrollment, at: datetime, value: str | None, **fields: Any) -> Credit:
    wanted = {"goal": "bought", "event_id": id_at(at), "currency": "CNY"}
    return Credit.objects.create(
        workspace=journey.workspace,
        journey_id=journey.pk,
        version_id=run.version_id,
        enrollment_id=run.pk,
        profile_id=run.profile_id,
        occurred_at=at,
        value=value,
        **{**wanted, **fields},
    )
