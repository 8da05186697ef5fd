"""Rows that the dashboard counts, and beside them such as it must not."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from channels_app.models import Alert, ChannelAccount, CreditEntry, Message, SendingStop, Template
from journeys.dashboard.converted import Sum
from journeys.models import Conversion, Forecast, Journey, Launch, StaffTask
from profiles.models import Event, Import, RejectedEvent, Segment, SegmentState
from tests.fixtures.world import DAY, HOUR, MINUTE, T0, World


def message(world: World, template: Template, state: str, attempted: datetime | None, **fields: Any) -> None:
    journey = fields.pop("journey", None)
    Message.objects.create(
        workspace=world.workspace,
        account=template.account,
        template=template,
        profile_id=fields.pop("profile", None) or uuid4(),
        journey_id=journey,
        channel=fields.pop("channel", "sms"),
        purpose="service",
        address="x",
        state=state,
        not_before=T0 - HOUR,
        requested_at=T0 - 3 * DAY,
        attempted_at=attempted,
        updated_at=T0,
        **fields,
    )


def conversion(
    world: World, journey: Journey, person: Any, at: datetime, value: Decimal, event: UUID | None = None
) -> None:
    assert journey.live_version is not None
    Conversion.objects.create(
        workspace=world.workspace,
        journey_id=journey.pk,
        version_id=journey.live_version.pk,
        enrollment_id=uuid4(),
        profile_id=person,
        goal="bought",
        event_id=event,
        node="long",
        value=value,
        occurred_at=at,
    )


def sums(rows: list[Conversion]) -> Sum:
    """One by one: a currency is what the event says, else the workspace's."""
    values = defaultdict[str, Decimal](Decimal)
    for row in rows:
        said = Event.objects.get(pk=row.event_id).properties.get("currency", "") if row.event_id else ""
        if row.value is not None and row.value >= 0:
            values[said.strip().upper() or "CNY"] += row.value
    return Sum(len(rows), len({row.profile_id for row in rows}), values)


def credit(template: Template, address: str, change: int, number: int) -> None:
    CreditEntry.objects.create(
        workspace_id=template.workspace_id,
        account=template.account,
        address=address,
        template_code=template.provider_code,
        change=change,
        at=T0,
        dedup_key=f"{number}",
    )


def trouble(world: World, journey: Journey) -> None:
    """One of each kind that counts, and beside it one that does not: mended, long ago, or not yet due."""
    workspace = world.workspace
    assert journey.live_version is not None
    for state, due in [("open", -HOUR), ("open", HOUR), ("overdue", -2 * DAY), ("overdue", -8 * DAY), ("done", -DAY)]:
        StaffTask.objects.create(
            workspace=workspace,
            journey_id=journey.pk,
            enrollment_id=uuid4(),
            node="n",
            profile_id=uuid4(),
            content="回访",
            state=state,
            created_at=T0 - 9 * DAY,
            due_at=T0 + due,
        )
    for number, (state, ended) in enumerate([("failed", -DAY), ("failed", -8 * DAY), ("done", -DAY)]):
        Launch.objects.create(
            workspace=workspace,
            journey=journey,
            version=journey.live_version,
            due_at=T0 - number * MINUTE,
            finished_at=T0 + ended,
            state=state,
        )
        Forecast.objects.create(workspace=workspace, journey=journey, state=state, request={}, finished_at=T0 + ended)
        Import.objects.create(
            workspace=workspace,
            kind="people",
            state=state,
            file_name="a.csv",
            size=1,
            digest="",
            source="",
            created_at=T0,
            beat_at=T0,
            finished_at=T0 + ended,
        )
    account = ChannelAccount.objects.get(workspace=workspace)
    for closed in (None, T0):
        Alert.objects.get_or_create(
            workspace=workspace,
            kind="account_stopped",
            subject=str(account.pk),
            closed_at=closed,
            defaults={"code": "isv.AMOUNT_NOT_ENOUGH", "opened_at": T0 - HOUR},
        )
    SendingStop.objects.get_or_create(workspace=workspace, channel="sms")
    Template.objects.get_or_create(
        workspace=workspace, key="new", defaults={"account": account, "name": "新的", "channel": "sms", "body": ""}
    )
    for code, state in [("invalid_name", "open"), ("invalid_name", "open"), ("no_identity", "open"), ("x", "taken")]:
        RejectedEvent.objects.create(workspace=workspace, code=code, detail="", payload={}, state=state)
    for phase in ("failed", "ready"):
        segment = Segment.objects.create(workspace=workspace, name=phase, rule={})
        SegmentState.objects.create(
            segment=segment, workspace_id=workspace.id, phase=phase, error="57014: too long", retry_at=T0 + HOUR
        )
