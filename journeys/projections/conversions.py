"""Which conversions count once: an event that meets a goal, and a goal node of the same run, may say the same."""

from typing import Final

# Of rows `c` of journeys_conversion: by an event, or by a node whose goal no event has met in the run.
COUNTS_ONCE: Final = """(c.event_id is not null or not exists (
    select 1 from journeys_conversion o
    where o.enrollment_id = c.enrollment_id and o.goal = c.goal and o.event_id is not null))"""
