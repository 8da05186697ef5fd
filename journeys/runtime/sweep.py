"""Find work that is overdue: whose nudge or timer was lost, with Temporal's data or on the way."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import NamedTuple
from uuid import UUID

from channels_app import follower_sync
from channels_app.choices import MessageState
from channels_app.models import CallState, Message, WebhookCall
from channels_app.wecom import contact_sync
from journeys.forecast import jobs
from journeys.models import Launch
from journeys.review.counterfactual import jobs as counterfactuals
from journeys.review.paths import due
from journeys.runtime import acts
from journeys.runtime.launches import open_launches
from journeys.store.lane import Lane, lane_of
from journeys.store.postgres import query
from journeys.store.sql import ASLEEP
from profiles.exports import jobs as export_jobs
from profiles.imports import jobs as import_jobs
from profiles.merging import matching
from profiles.privacy import erasure
from profiles.segment_members import workspaces_to_check
from profiles.upkeep import workspaces_waiting
from workspaces import retention

# Later than any healthy tick: what is overdue by less is being worked on.
PATIENCE = timedelta(seconds=5)

# A launch gets its workflow before it is due, so that it begins in time: longer than from one sweep to the next.
FORESIGHT = timedelta(seconds=15)

# People of a journey that is asleep are not overdue. The due index is asked once for each lane, not read from end to end: most of
# its entries lie in the future.
OVERDUE = f"""
with asleep as (select j.id from journeys_journey j where {ASLEEP})
select w.id as workspace_id, l.number as lane, null::uuid as journey_id, null::uuid as profile_id
from workspaces_workspace w cross join lateral generate_series(0, w.lanes - 1) as l(number)
where exists (
    select 1 from journeys_enrollment e
    where e.workspace_id = w.id and e.lane = l.number and e.due_at < %(before)s
      and e.journey_id not in (select id from asleep)
)
union
select e.workspace_id, null, e.journey_id, e.profile_id
from workspaces_workspace w
join journeys_enrollment e on e.workspace_id = w.id and e.lane is null and e.due_at < %(before)s
where e.journey_id not in (select id from asleep)
union
select i.workspace_id, i.lane,
    case when i.lane is null then e.journey_id end, case when i.lane is null then e.profile_id end
from journeys_inboxentry i join journeys_enrollment e on e.id = i.enrollment_id
where i.created_at < %(before)s and (i.not_before is null or i.not_before < %(before)s)
  and e.journey_id not in (select id from asleep)
"""


class Overdue(NamedTuple):
    lanes: Sequence[Lane]
    accounts: Sequence[UUID]
    launches: Sequence[Launch] = ()
    workspaces: Sequence[UUID] = ()
    webhooks: Sequence[UUID] = ()
    forecasts: Sequence[UUID] = ()
    acts: Sequence[UUID] = ()
    followers: Sequence[UUID] = ()
    contact_syncs: Sequence[UUID] = ()
    imports: Sequence[UUID] = ()
    exports: Sequence[UUID] = ()
    upkeep: Sequence[UUID] = ()
    matchings: Sequence[UUID] = ()
    erasures: Sequence[UUID] = ()
    retention: Sequence[UUID] = ()
    reviews: Sequence[UUID] = ()
    counterfactuals: Sequence[UUID] = ()


def overdue_work(now: datetime) -> Overdue:
    """Return the lanes and channel accounts with work that should have been done before `now` less the patience.

    And the launches that are under way, due, or nearly so; the workspaces whose people are to be judged by segments, and
    those with webhooks to call; forecasts, counterfactuals, acts upon many people and synchronisations of contacts that
    nobody is at; imports and exports; accounts whose followers are being read; workspaces whose tags or computed attributes
    something is due for; searches for matches and erasures that nobody is at; workspaces whose retention is due today; and
    journeys whose review is behind.
    """
    before = now - PATIENCE
    rows = query(OVERDUE, {"before": before})
    lanes = [lane_of(row["workspace_id"], row["lane"], row["journey_id"], row["profile_id"]) for row in rows]
    waiting = Message.objects.filter(state=MessageState.QUEUED, not_before__lt=before)
    open_attempts = Message.objects.filter(state=MessageState.SENDING, attempted_at__lt=before)
    accounts = {
        *waiting.values_list("account_id", flat=True).distinct(),
        *open_attempts.values_list("account_id", flat=True).distinct(),
    }
    calls = WebhookCall.objects.filter(state=CallState.QUEUED, not_before__lt=before)
    return Overdue(
        lanes,
        sorted(accounts),
        open_launches(now + FORESIGHT),
        sorted(workspaces_to_check(now)),
        sorted(calls.values_list("workspace_id", flat=True).distinct()),
        jobs.overdue(now),
        acts.overdue(now),
        follower_sync.due(before),
        contact_sync.overdue(now),
        import_jobs.overdue(now),
        export_jobs.overdue(now),
        sorted(workspaces_waiting(now)),
        matching.overdue(now),
        erasure.overdue(now),
        [workspace.pk for workspace in retention.due(now)],
        due.reviews_behind(now),
        counterfactuals.LIFE.overdue(now),
    )
