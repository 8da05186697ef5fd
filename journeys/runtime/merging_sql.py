"""The statements of a merge of people over runs, by name."""

from journeys.store.sql import CLAIM_COLUMNS

# In the order of their ids, as everybody locks runs who is no tick; the ticks of these people are kept out.
RUNS_OF_BOTH = f"""
select {CLAIM_COLUMNS}, e.entry_key from journeys_enrollment e
where e.profile_id = %(merged)s or (e.profile_id = %(survivor)s and e.ended_at is null)
order by e.id for update
"""

_HAS = """exists (select 1 from journeys_enrollmentevent v
    where v.enrollment_id = e.id and v.kind = '{kind}' and v.data ->> 'merge' = %(merge)s)"""
WAS_MERGED, WAS_ENDED = _HAS.format(kind="profile_merged"), _HAS.format(kind="exited")

RUNS_OF_MERGE = f"""
select {CLAIM_COLUMNS}, e.entry_key, {WAS_MERGED} as was_merged, {WAS_ENDED} as was_ended,
    (select j.state from journeys_journey j where j.id = e.journey_id) as journey_state
from journeys_enrollment e
where e.profile_id = %(survivor)s and ({WAS_MERGED} or {WAS_ENDED})
order by e.id for update
"""
LIVE = """
select journey_id::text as journey_id, entry_key from journeys_enrollment
where profile_id = %(profile)s and ended_at is null
"""
LIVE_OF_MERGE = f"""
select e.journey_id::text as journey_id, e.entry_key from journeys_enrollment e
where e.profile_id = %(survivor)s and e.ended_at is null and {WAS_MERGED}
"""

# The same request for both people is one request for the survivor: theirs stands.
FREE_KEYS = """
with doubled as (
    select m.id, m.idempotency_key from journeys_enrollment m
    join journeys_enrollment s on s.journey_id = m.journey_id and s.idempotency_key = m.idempotency_key
    where m.profile_id = %(merged)s and s.profile_id = %(survivor)s
)
update journeys_enrollment e set idempotency_key = null from doubled d where e.id = d.id
returning e.id::text as id, d.idempotency_key
"""
RESTORE_KEYS = """
update journeys_enrollment e set idempotency_key = u.key
from unnest(%(ids)s::uuid[], %(keys)s::text[]) as u(id, key) where e.id = u.id
"""

GIVE_RUNS = """
update journeys_enrollment set profile_id = %(to)s, lane = case when lane is not null then %(lane)s::smallint end
where id = any(%(runs)s)
"""
MOVE_INBOX = """
update journeys_inboxentry set lane = %(lane)s where enrollment_id = any(%(runs)s) and lane is not null
"""
GIVE_CONVERSIONS = "update journeys_conversion set profile_id = %(to)s where enrollment_id = any(%(runs)s)"
GIVE_TASKS = "update journeys_stafftask set profile_id = %(to)s where enrollment_id = any(%(runs)s)"
LOCK_MESSAGES = """
select id from channels_app_message where workspace_id = %(workspace)s and profile_id = any(%(people)s)
order by id for update
"""
GIVE_MESSAGES = """
update channels_app_message set profile_id = %(to)s
where workspace_id = %(workspace)s and profile_id = %(holder)s and enrollment_id = any(%(runs)s)
"""
GIVE_CALLS = """
update channels_app_webhookcall set profile_id = %(to)s
where workspace_id = %(workspace)s and profile_id = %(holder)s and enrollment_id = any(%(runs)s)
"""
# Those that the end of the run took back.
REOPEN_TASKS = """
update journeys_stafftask t set state = 'open', closed_at = null
from journeys_enrollmentevent v
where t.enrollment_id = any(%(runs)s) and v.enrollment_id = t.enrollment_id and v.kind = 'exited'
  and v.data ->> 'reason' = 'merged' and t.state = 'cancelled' and t.closed_at = v.at
"""
