"""What ingestion does for journeys, inside its own transaction: hand events to whoever could care, enroll whom they trigger.

It only inserts. Whether an event comes before, during or after a wait is decided by the tick, which is serial in a
lane; ingestion does not ask who is waiting now, so an event and the start of the wait for it may commit in any order.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

import orjson

from journeys.engine.nodes.trigger import TriggerConfig
from journeys.engine.plan import Plan
from journeys.runtime import nudges
from journeys.runtime.admission import Entrant, admit
from journeys.runtime.plans import plan_of
from journeys.store.lane import Lane
from journeys.store.postgres import query
from profiles.hooks import StoredEvent
from profiles.rules.filters import all_hold
from workspaces.models import Workspace

# Ended enrollments still hear of events while their goals count.
DELIVER = """
insert into journeys_inboxentry (workspace_id, lane, enrollment_id, kind, name, ref, occurred_at, payload)
select e.workspace_id, e.lane, e.id, 'event', ev.name, ev.ref, ev.occurred_at, ev.properties
from unnest(%(profiles)s::uuid[], %(names)s::text[], %(refs)s::uuid[], %(instants)s::timestamptz[], %(properties)s::jsonb[])
    with ordinality as ev(profile_id, name, ref, occurred_at, properties, place)
join journeys_enrollment e on e.profile_id = ev.profile_id and e.workspace_id = %(workspace)s
join journeys_journeyversion v on v.id = e.version_id and ev.name = any(v.listens)
where e.ended_at is null or e.goals_until > ev.occurred_at
order by ev.place
returning lane, enrollment_id
"""
OWN_WORKFLOWS = "select id, journey_id, profile_id from journeys_enrollment where id = any(%(ids)s)"
TRIGGERED = """
select v.id::text as version, v.trigger_event from journeys_journey j
join journeys_journeyversion v on v.id = j.live_version_id
where j.workspace_id = %(workspace)s and j.state = 'live' and v.trigger_event = any(%(names)s)
"""


def events_stored(workspace: Workspace, events: Sequence[StoredEvent]) -> None:
    """Listener of profiles.hooks: called with the events of a batch that are new, under their people's locks."""
    _deliver(workspace, events)
    _trigger(workspace, events)


def _deliver(workspace: Workspace, events: Sequence[StoredEvent]) -> None:
    rows = query(
        DELIVER,
        {
            "workspace": workspace.id,
            "profiles": [event.profile_id for event in events],
            "names": [event.name for event in events],
            "refs": [event.id for event in events],
            "instants": [min(event.occurred_at, event.received_at) for event in events],
            "properties": [orjson.dumps(event.properties).decode() for event in events],
        },
    )
    nudges.lanes_after_commit(workflows_of(workspace.id, rows))


def workflows_of(workspace: UUID, rows: Sequence[dict[str, Any]]) -> set[tuple[Lane, UUID | None, UUID | None]]:
    """Return the workflows that drive these (lane, enrollment_id) rows."""
    found: set[tuple[Lane, UUID | None, UUID | None]] = {
        (Lane(workspace, row["lane"]), None, None) for row in rows if row["lane"] is not None
    }
    alone = [row["enrollment_id"] for row in rows if row["lane"] is None]
    if alone:
        for row in query(OWN_WORKFLOWS, {"ids": alone}):
            found.add((Lane(workspace, 0, row["id"]), row["journey_id"], row["profile_id"]))
    return found


def _trigger(workspace: Workspace, events: Sequence[StoredEvent]) -> None:
    names = sorted({event.name for event in events})
    by_name: dict[str, list[Plan]] = defaultdict(list)
    for row in query(TRIGGERED, {"workspace": workspace.id, "names": names}):
        by_name[row["trigger_event"]].append(plan_of(row["version"]))
    entrants: dict[str, list[Entrant]] = defaultdict(list)
    plans: dict[str, Plan] = {}
    for event in events:
        for plan in by_name.get(event.name, ()):
            config = plan.nodes[plan.trigger].config
            assert isinstance(config, TriggerConfig)
            if all_hold(config.where, event.properties):
                plans[plan.version] = plan
                source = {"trigger": "event", "event": event.name, "event_ref": str(event.id)}
                entrants[plan.version].append(Entrant(event.profile_id, event.properties, source))
    if entrants:
        now = max(event.received_at for event in events)
        for version, people in entrants.items():
            admit(workspace, plans[version], people, now)
