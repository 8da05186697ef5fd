"""Launches: planned when a journey is published, run batch by batch, never twice for one instant of a version."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from journeys.choices import JourneyState, LaunchState
from journeys.engine.cron import parse_cron
from journeys.engine.decision import Zones
from journeys.engine.entrance import cause
from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.engine.schedule import applied_zone
from journeys.models import Journey, JourneyVersion, Launch
from journeys.runtime import people_dates
from journeys.runtime.audience import next_batch
from journeys.runtime.crowd import admit_crowd
from journeys.runtime.plans import plan_of
from profiles.locks import lock_people
from workspaces.models import Workspace

# People in one transaction. While it lasts, ingestion of the workspace waits for it.
AT_ONCE = 5_000
MOST_FAILURES = 5
OPEN = (LaunchState.PLANNED, LaunchState.RUNNING)
INSTANT = timedelta(microseconds=1)


class Progress(NamedTuple):
    """Whether the launch has more to do at once. False: it is over, or rests until the journey is live again."""

    more: bool


def trigger_of(plan: Plan) -> TriggerConfig:
    config = plan.nodes[plan.trigger].config
    assert isinstance(config, TriggerConfig)
    return config


def replan(journey: Journey, version: JourneyVersion, now: datetime) -> None:
    """Plan the next launch of a version that has just become the live one, in place of what earlier ones had planned.

    A launch that runs already goes on, on its own version. Those who are in a segment are let in once: not again by
    an edit.
    """
    planned = Launch.objects.filter(journey=journey, state=LaunchState.PLANNED).exclude(version=version)
    planned.update(state=LaunchState.CANCELLED, finished_at=now)
    plan = plan_of(str(version.pk))
    trigger = trigger_of(plan)
    if trigger.kind == "segment" and trigger.backfill and trigger.on == "enter":
        if not Launch.objects.filter(journey=journey, version__trigger_segment=version.trigger_segment).exists():
            Launch.objects.create(workspace=journey.workspace, journey=journey, version=version, due_at=now)
        return
    _plan_next(journey, version, plan, now)


def cancel(journey: Journey, now: datetime) -> None:
    """Let nobody in by a launch any more: what is planned is not begun, what runs ends after its present batch."""
    Launch.objects.filter(journey=journey, state__in=OPEN).update(state=LaunchState.CANCELLED, finished_at=now)


def open_launches(before: datetime) -> list[Launch]:
    """Those of live journeys that are due before `before` and not over."""
    launches = Launch.objects.filter(state__in=OPEN, due_at__lt=before, journey__state=JourneyState.LIVE)
    return list(launches.only("id", "due_at").order_by("due_at"))


def advance_launch(launch_id: UUID, now: datetime, at_once: int = AT_ONCE) -> Progress:
    """Let the next batch in, in a transaction of its own.

    What a batch fails with is recorded, and tried again; after MOST_FAILURES tries the launch has failed. Raises only
    if the database cannot be reached.
    """
    try:
        with transaction.atomic():
            return _advance(launch_id, now, at_once)
    except (OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001  # whatever it is, an operator sees it beside the launch
        return _note_failure(launch_id, error, now)


def _advance(launch_id: UUID, now: datetime, at_once: int) -> Progress:
    launch = _locked(launch_id)
    journey = launch.journey
    if launch.state not in OPEN or journey.state != JourneyState.LIVE or launch.due_at > now:
        return Progress(False)
    if launch.state == LaunchState.PLANNED:
        launch.state, launch.started_at = LaunchState.RUNNING, now
    plan = plan_of(str(launch.version_id))
    batch = next_batch(journey.workspace, plan, trigger_of(plan), launch, at_once)
    lock_people(journey.workspace_id, batch.people)
    admitted, refused = admit_crowd(journey.workspace, plan, batch.people, source_of(plan, launch), now)
    launch.people += len(batch.people)
    launch.admitted += admitted
    launch.refused = dict(Counter(launch.refused) + refused)
    launch.failures = 0
    if batch.cursor is None:
        _finish(launch, plan, LaunchState.DONE, now)
        if trigger_of(plan).kind == "date" and not launch.people:
            # The time of day comes in some zone every hour; what let nobody in is not worth a row.
            launch.delete()
            return Progress(False)
    else:
        launch.cursor = batch.cursor
    launch.save()
    return Progress(batch.cursor is not None)


def source_of(plan: Plan, launch: Launch) -> dict[str, Any]:
    """What the first event of everybody whom this launch lets in says of it."""
    trigger = trigger_of(plan)
    backfill = {"backfill": True} if trigger.kind == "segment" else {}
    return cause(trigger) | backfill | {"launch": str(launch.pk)}


def _locked(launch_id: UUID) -> Launch:
    launches = Launch.objects.select_for_update(of=("self",)).select_related("journey__workspace")
    return launches.defer("journey__draft").get(pk=launch_id)


def _note_failure(launch_id: UUID, error: Exception, now: datetime) -> Progress:
    with transaction.atomic():
        launch = _locked(launch_id)
        if launch.state not in OPEN:
            return Progress(False)
        launch.error = f"{getattr(error, 'code', type(error).__name__)}: {error}"[:2000]
        launch.failures += 1
        if launch.failures >= MOST_FAILURES:
            _finish(launch, plan_of(str(launch.version_id)), LaunchState.FAILED, now)
        launch.save()
        return Progress(launch.state in OPEN)


def _finish(launch: Launch, plan: Plan, state: LaunchState, now: datetime) -> None:
    launch.state, launch.finished_at = state, now
    # Instants that have passed meanwhile are not made up for, one by one.
    if launch.version_id == launch.journey.live_version_id and trigger_of(plan).kind != "segment":
        _plan_next(launch.journey, launch.version, plan, max(now, launch.due_at))


def _plan_next(journey: Journey, version: JourneyVersion, plan: Plan, after: datetime) -> None:
    due_at = next_due(journey.workspace, plan, after)
    if due_at is not None:
        Launch.objects.get_or_create(
            version=version, due_at=due_at, defaults={"workspace": journey.workspace, "journey": journey}
        )


def next_due(workspace: Workspace, plan: Plan, after: datetime) -> datetime | None:
    """When the trigger next lets people in after `after` (aware), or None if it does not by itself."""
    trigger, entry = trigger_of(plan), plan.settings.entry
    # A journey that opens later is not launched before.
    opens = max(after, entry.starts_at - INSTANT) if entry.starts_at else after
    due_at = None
    if trigger.kind == "schedule" and trigger.at is not None:
        due_at = trigger.at if trigger.at > after else None
    elif trigger.kind == "schedule":
        zones = Zones(None, plan.settings.timezone, workspace.timezone)
        due_at = parse_cron(trigger.cron or "").next_after(opens, applied_zone(trigger.timezone, zones).zone)
    elif trigger.kind == "date":
        due_at = people_dates.next_due(workspace, plan, trigger, opens)
    return due_at if due_at is None or entry.ends_at is None or due_at < entry.ends_at else None
