"""The end of a pause: people catch up, or their waits are shifted by its length."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User

from journeys.choices import ActKind, ChangeKind, JourneyState
from journeys.engine.enrollment import Enrollment, Event, evolve
from journeys.engine.step import Step
from journeys.models import Journey, MassAct
from journeys.runtime import acts, nudges
from journeys.runtime.batches import Chosen
from journeys.runtime.changes import note
from journeys.runtime.states import change_state
from journeys.store.lane import lane_of
from journeys.store.postgres import query
from workspaces.errors import DomainError

LANES = """
select distinct lane, case when lane is null then profile_id end as profile_id
from journeys_enrollment where journey_id = %(journey)s and ended_at is null
"""
# A shift that broke off has moved some of them by a part of the pause already.
SHIFTED = """
select enrollment_id::text as enrollment, max(at) as at from journeys_enrollmentevent
where enrollment_id = any(%(ids)s::uuid[]) and kind = 'resumed' and at > %(since)s
group by enrollment_id
"""
# What will be tried again after a failure is not a wait: it is tried when the pause ends.
WAITING = Chosen("e.state = 'waiting' and e.due_at is not null and not e.context ? 'attempts'")


def ask_shift(journey: Journey, user: User | None, now: datetime) -> MassAct:
    """Ask that every wait's due time moves by the length of the pause, which ends at `now` for this purpose.

    The journey stays paused until the last has been shifted, so nobody moves by a time that is not shifted yet. If it
    breaks off for good, asking again goes on: each person is shifted by what is missing. Raises ActUnderWay, and
    DomainError `pause_unknown`.
    """
    if journey.paused_at is None:
        raise DomainError("pause_unknown", "It is not known when this pause began: let people catch up.", status=409)
    request = {"since": journey.paused_at.isoformat()}
    return acts.ask(journey, ActKind.RESUME, request, WAITING, user, now)


def work(act: MassAct, now: datetime) -> acts.Work:
    """`acts.WORK`."""
    journey, since, until = act.journey, datetime.fromisoformat(act.request["since"]), act.asked_at

    def check() -> None:
        if not Journey.objects.filter(pk=journey.pk, state=JourneyState.PAUSED, paused_at=since).exists():
            raise DomainError("wrong_state", "Somebody else has ended the pause meanwhile.", status=409)

    def shift(states: list[Enrollment]) -> list[Step | None]:
        rows = query(SHIFTED, {"ids": [state.id for state in states], "since": since})
        already = {row["enrollment"]: row["at"] for row in rows}
        return [_shifted(state, already.get(state.id, since), until) for state in states]

    def finish(act: MassAct, now: datetime) -> dict[str, Any]:
        end_pause(journey, "shift", until, act.asked_by, now, {"shifted": act.changed})
        return {"shifted": act.changed}

    return acts.Work(WAITING, shift, finish, check=check)


def end_pause(
    journey: Journey,
    mode: str,
    until: datetime,
    user: User | None,
    now: datetime,
    data: Mapping[str, Any] | None = None,
) -> None:
    """Have the journey live again, and wake its people. `until` is when the pause ended for whoever asked."""
    seconds = {} if journey.paused_at is None else {"seconds": (until - journey.paused_at).total_seconds()}
    change_state(journey, {JourneyState.PAUSED}, JourneyState.LIVE)
    note(journey, ChangeKind.RESUMED, now, user, {"mode": mode, **seconds, **(data or {})})
    nudge_everyone(journey)


def nudge_everyone(journey: Journey) -> None:
    """Wake every lane with people of this journey after the commit: what came due meanwhile is overdue."""
    rows = query(LANES, {"journey": journey.pk})
    nudges.lanes_after_commit(
        {lane_of(journey.workspace_id, row["lane"], journey.pk, row["profile_id"] or UUID(int=0)) for row in rows}
    )


def _shifted(state: Enrollment, since: datetime, now: datetime) -> Step | None:
    seconds = (now - since).total_seconds()
    if seconds <= 0:
        return None
    event = Event("resumed", state.node, now, {"shift": seconds})
    return Step(evolve(state, event), (event,))
