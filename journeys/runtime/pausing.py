"""The end of a pause: people catch up, or their waits are shifted by its length."""

from datetime import datetime
from uuid import UUID

from journeys.choices import JourneyState
from journeys.engine.enrollment import Enrollment, Event, evolve
from journeys.engine.step import Step
from journeys.models import Journey
from journeys.runtime import nudges
from journeys.runtime.batches import AT_ONCE, Chosen, change_each
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


def shift_waits(journey: Journey, since: datetime, now: datetime, at_once: int = AT_ONCE) -> int:
    """Move every wait's due time by the length of the pause, which began at `since` and ends at `now`. Returns how many.

    The journey stays paused meanwhile, so nobody moves by a time that is not shifted yet. If it breaks off, calling it
    again goes on: each person is shifted by what is missing.
    """

    def check() -> None:
        if not Journey.objects.filter(pk=journey.pk, state=JourneyState.PAUSED, paused_at=since).exists():
            raise DomainError("wrong_state", "Somebody else has ended the pause meanwhile.", status=409)

    def shift(states: list[Enrollment]) -> list[Step | None]:
        rows = query(SHIFTED, {"ids": [state.id for state in states], "since": since})
        already = {row["enrollment"]: row["at"] for row in rows}
        return [_shifted(state, already.get(state.id, since), now) for state in states]

    return change_each(journey, WAITING, shift, check=check, at_once=at_once)


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
