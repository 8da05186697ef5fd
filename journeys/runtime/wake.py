"""What ingestion does for journeys, inside its own transaction: hand events to whoever could care, enroll whom they trigger.

It only inserts. Whether an event comes before, during or after a wait is decided by the tick, which is serial in a
lane; ingestion does not ask who is waiting now, so an event and the start of the wait for it may commit in any order.
"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

import orjson
from django.utils import timezone

from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.runtime import nudges
from journeys.runtime.admission import admit
from journeys.runtime.plans import plan_of
from journeys.runtime.refusals import Entrant
from journeys.store.lane import lane_of
from journeys.store.postgres import query
from profiles.hooks import StoredEvent
from profiles.rules.filters import all_hold
from workspaces.models import Workspace

# Ended enrollments still hear of events while their goals count.
DELIVER = """
with delivered as (
insert into journeys_inboxentry (workspace_id, lane, enrollment_id, kind, name, ref, occurred_at, payload)
select e.workspace_id, e.lane, e.id, 'event', ev.name, ev.ref, ev.occurred_at, ev.properties
from json_to_recordset(%(events)s::json)
    as ev(profile_id uuid, name text, ref uuid, occurred_at timestamptz, properties jsonb, place int)
join journeys_enrollment e on e.profile_id = ev.profile_id and e.workspace_id = %(workspace)s
join journeys_journeyversion v on v.id = e.version_id and ev.name = any(v.listens)
where (e.ended_at is null or e.goals_until > ev.occurred_at)
    and e.context ->> 'entry_ref' is distinct from ev.ref::text
order by ev.place
returning lane, enrollment_id
)
select d.lane, e.journey_id, e.profile_id, count(*) as entries from delivered d
join journeys_enrollment e on e.id = d.enrollment_id and d.lane is null
group by 1, 2, 3
union all
select d.lane, null::uuid, null::uuid, count(*) from delivered d where d.lane is not null group by 1
"""
# What the names of a batch mean to a workspace: the live versions that they trigger (`version`), and the names that some
# version listens to. Most events are looks at pages, of which no journey wants to hear.
WANTED = """
select v.trigger_event as name, v.id::text as version from journeys_journey j
join journeys_journeyversion v on v.id = j.live_version_id
where j.workspace_id = %(workspace)s and j.state = 'live' and v.trigger_event = any(%(names)s)
union all
select distinct heard.name, null from journeys_journeyversion v cross join unnest(v.listens) as heard(name)
where v.workspace_id = %(workspace)s and heard.name = any(%(names)s)
"""


def events_stored(workspace: Workspace, events: Sequence[StoredEvent]) -> None:
    """Listener of profiles.hooks: called with the events of a batch that are new, under their people's locks."""
    triggers: dict[str, list[Plan]] = defaultdict(list)
    listened: set[str] = set()
    names = sorted({event.name for event in events})
    for row in query(WANTED, {"workspace": workspace.id, "names": names}):
        if row["version"] is None:
            listened.add(row["name"])
        else:
            triggers[row["name"]].append(plan_of(row["version"]))
    # In this order: an order in the same batch as the registration comes after it.
    _trigger(workspace, [event for event in events if event.name in triggers], triggers)
    _deliver(workspace, [event for event in events if event.name in listened])
    # An exit rule may count events.
    people_changed(workspace, [event.profile_id for event in events])


def _deliver(workspace: Workspace, events: Sequence[StoredEvent]) -> None:
    if not events:
        return
    rows = query(
        DELIVER,
        {
            "workspace": workspace.id,
            "events": orjson.dumps([_row(place, event) for place, event in enumerate(events)]).decode(),
        },
    )
    nudges.lanes_after_commit(
        {lane_of(workspace.id, row["lane"], row["journey_id"], row["profile_id"]): row["entries"] for row in rows}
    )


# Once for each change is enough: an entry that is still there has not been looked at.
PERSON_CHANGED = """
with told as (
insert into journeys_inboxentry (workspace_id, lane, enrollment_id, kind, name, ref, occurred_at, payload)
select e.workspace_id, e.lane, e.id, 'person', '', e.profile_id, %(now)s, '{}'
from journeys_enrollment e join journeys_journeyversion v on v.id = e.version_id and v.watches_person
where e.profile_id = any(%(profiles)s) and e.workspace_id = %(workspace)s and e.ended_at is null
    -- Asked once: where no version watches anybody, no enrollment is looked up.
    and exists (select 1 from journeys_journeyversion w where w.workspace_id = %(workspace)s and w.watches_person)
returning lane, enrollment_id
)
select distinct t.lane, e.journey_id, e.profile_id from told t join journeys_enrollment e on e.id = t.enrollment_id
"""


def people_changed(workspace: Workspace, profiles: Sequence[UUID]) -> None:
    """Listener of profiles.hooks: whoever is inside a version with exit rules over the person's data is judged again."""
    values = {"workspace": workspace.id, "profiles": list(set(profiles)), "now": timezone.now()}
    rows = query(PERSON_CHANGED, values)
    nudges.lanes_after_commit(
        [lane_of(workspace.id, row["lane"], row["journey_id"], row["profile_id"]) for row in rows]
    )


def _row(place: int, event: StoredEvent) -> dict[str, Any]:
    return {
        "profile_id": event.profile_id,
        "name": event.name,
        "ref": event.id,
        "occurred_at": event.stimulus_at,
        "properties": event.properties,
        "place": place,
    }


def _trigger(workspace: Workspace, events: Sequence[StoredEvent], triggers: Mapping[str, Sequence[Plan]]) -> None:
    entrants: dict[str, list[Entrant]] = defaultdict(list)
    plans: dict[str, Plan] = {}
    for event in events:
        for plan in triggers[event.name]:
            config = plan.nodes[plan.trigger].config
            assert isinstance(config, TriggerConfig)
            if all_hold(config.where, event.properties, event.stimulus_at):
                plans[plan.version] = plan
                source = {"trigger": "event", "event": event.name, "event_ref": str(event.id)}
                if event.stimulus_at < event.received_at:
                    source["entered_at"] = event.stimulus_at.isoformat()
                entrants[plan.version].append(Entrant(event.profile_id, event.properties, source))
    if entrants:
        now = max(event.received_at for event in events)
        # In one order everywhere: each admission locks counters, and the tally of a limit, until the commit.
        for version, people in sorted(entrants.items(), key=lambda item: (plans[item[0]].journey, item[0])):
            admit(workspace, plans[version], people, now)
