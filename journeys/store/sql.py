"""Every statement of the enrollment store, by name."""

CLAIM_COLUMNS = """
    e.id::text as id, e.profile_id::text as profile_id, e.journey_id::text as journey_id,
    e.version_id::text as version_id, e.state, e.node, e.seq, e.due_at, e.context, e.properties, e.enrolled_at,
    e.ended_at, e.lane, (select p.attributes ->> 'timezone' from profiles_profile p where p.id = e.profile_id) as zone
"""

# Whose people stay where they are, over `journeys_journey j`: it is paused, or everybody is just being taken out of it.
ASLEEP = """(j.state = 'paused' or (j.state in ('stopped', 'archived') and exists (
    select 1 from journeys_massact a where a.journey_id = j.id and a.kind = 'stop' and a.state in ('queued', 'running')
)))"""

WORKSPACE = f"""
select w.timezone, array(
    select j.id from journeys_journey j where j.workspace_id = w.id and {ASLEEP}
) as paused
from workspaces_workspace w where w.id = %(workspace)s
"""

# Those woken by an event come first, in the order in which their news arrived.
_INBOX = """
select i.id, i.enrollment_id::text as enrollment_id, i.kind, i.name, i.ref::text as ref, i.occurred_at, i.payload
from journeys_inboxentry i
"""
CLAIM_INBOX = f"""
{_INBOX}
where i.workspace_id = %(workspace)s and {{lane}} and (i.not_before is null or i.not_before <= %(now)s)
  and not exists (
    select 1 from journeys_enrollment e where e.id = i.enrollment_id and e.journey_id = any(%(paused)s::uuid[])
  )
order by i.id
limit %(limit)s
"""
NEWS_OF = f"""
{_INBOX}
where i.enrollment_id = any(%(ids)s::uuid[]) and (i.not_before is null or i.not_before <= %(now)s)
order by i.id
"""
INBOX_OF_LANE = "i.lane = %(lane)s"
INBOX_OF_PERSON = """i.lane is null and i.enrollment_id in (
    select o.id from journeys_enrollment o where o.journey_id = %(journey)s and o.profile_id = %(profile)s
  )"""

CLAIM_WOKEN = (
    f"select {CLAIM_COLUMNS} from journeys_enrollment e where e.id = any(%(ids)s::uuid[]) order by e.id for update"
)

CLAIM_DUE = f"""
select {CLAIM_COLUMNS} from journeys_enrollment e
where e.workspace_id = %(workspace)s and {{lane}} and e.due_at <= %(now)s
  and e.journey_id <> all(%(paused)s::uuid[]) and e.id <> all(%(woken)s::uuid[])
order by e.due_at
limit %(limit)s
for update
"""
DUE_OF_LANE = "e.lane = %(lane)s"
DUE_OF_PERSON = "e.profile_id = %(profile)s and e.journey_id = %(journey)s and e.lane is null"

COPY_EVENTS = """
copy journeys_enrollmentevent (workspace_id, enrollment_id, seq, at, kind, node, schema, data) from stdin
"""

# One JSON document is written several times faster by the client than arrays of texts that must be escaped.
UPDATE_ENROLLMENTS = """
update journeys_enrollment e
set state = u.state, node = u.node, seq = u.seq, due_at = u.due_at, ended_at = u.ended_at, context = u.context
from json_to_recordset(%(rows)s::json) as u(
    id uuid, state text, node text, seq int, due_at timestamptz, ended_at timestamptz, context jsonb
)
where e.id = u.id
"""

SET_VERSIONS = """
update journeys_enrollment e set version_id = u.version_id
from unnest(%(ids)s::uuid[], %(versions)s::uuid[]) as u(id, version_id) where e.id = u.id
"""

DELETE_INBOX = "delete from journeys_inboxentry where id = any(%(ids)s)"
POSTPONE_INBOX = "update journeys_inboxentry set not_before = %(until)s where id = any(%(ids)s)"

ADD_COUNTS = """
insert into journeys_nodecounter (workspace_id, version_id, node, lane, metric, value)
select %(workspace)s, u.version_id, u.node, %(lane)s, u.metric, u.value
from unnest(%(versions)s::uuid[], %(nodes)s::text[], %(metrics)s::text[], %(values)s::bigint[])
    as u(version_id, node, metric, value)
order by u.version_id, u.node, u.metric
on conflict (version_id, node, lane, metric) do update set value = journeys_nodecounter.value + excluded.value
"""

INSERT_CONVERSIONS = """
insert into journeys_conversion
    (id, workspace_id, journey_id, version_id, enrollment_id, profile_id, goal, event_id, node, value, occurred_at)
select * from unnest(
    %(ids)s::uuid[], %(workspaces)s::uuid[], %(journeys)s::uuid[], %(versions)s::uuid[], %(enrollments)s::uuid[],
    %(profiles)s::uuid[], %(goals)s::text[], %(events)s::uuid[], %(nodes)s::text[], %(values)s::numeric[],
    %(instants)s::timestamptz[]
)
on conflict (enrollment_id, goal, event_id) do nothing
"""

# What is overdue but paused must not wake the lane; it is nudged when the journey resumes.
OUTLOOK = """
select
    (select min(e.due_at) from journeys_enrollment e
     where e.workspace_id = %(workspace)s and {due} and e.due_at is not null
       and e.journey_id <> all(%(paused)s::uuid[])) as next_due,
    (select min(coalesce(i.not_before, %(now)s)) from journeys_inboxentry i
     where i.workspace_id = %(workspace)s and {inbox}
       and not exists (
         select 1 from journeys_enrollment e where e.id = i.enrollment_id and e.journey_id = any(%(paused)s::uuid[])
       )) as next_inbox
"""
