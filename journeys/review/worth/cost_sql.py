"""The statements by which value and the costs besides messages are counted. Held-out runs cost nothing and earn nothing."""

from typing import Final

_RUNS: Final = """join journeys_enrollment e on e.id = {of}.enrollment_id and e.state <> 'held_out'
    and e.enrolled_at >= coalesce(%(begins)s::timestamptz, e.enrolled_at)
    and (%(ends)s::timestamptz is null or e.enrolled_at < %(ends)s)
    and (%(version)s::uuid is null or e.version_id = %(version)s)"""

VALUE: Final = f"""
select c.goal, c.currency, count(*) as conversions, count(distinct c.profile_id) as people,
    coalesce(sum(c.value - c.refunded), 0) as value, count(*) filter (where c.value is null) as without_value
from journeys_credit c {_RUNS.format(of="c")}
where c.journey_id = %(journey)s and c.counted group by 1, 2 order by 1, 2
"""

CONVERTED: Final = f"""
select count(distinct c.profile_id) as people from journeys_credit c {_RUNS.format(of="c")}
where c.journey_id = %(journey)s and c.counted and c.goal = %(goal)s
"""

# An event that meets two goals has used its coupon once.
CODES: Final = f"""
select v.properties #>> %(path)s::text[] as code, count(distinct c.event_id) as uses
from journeys_credit c {_RUNS.format(of="c")} join profiles_event v on v.id = c.event_id
where c.journey_id = %(journey)s and c.counted and v.properties #>> %(path)s::text[] = any(%(codes)s) group by 1
"""

TASKS: Final = f"""
select count(*) as tasks from journeys_stafftask t {_RUNS.format(of="t")}
where t.journey_id = %(journey)s and t.state = 'done'
"""
