"""The last word before a message leaves: has its run been ended from under it, or would an exit rule end it now?"""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime
from uuid import UUID

from channels_app.ports import PendingSend
from journeys.engine.decision import Zones
from journeys.engine.step import BY_PATH
from journeys.runtime.addressing import StoredRoutes
from journeys.runtime.facts import PostgresFacts
from journeys.runtime.member import Member
from journeys.runtime.plans import plan_of
from journeys.store.postgres import query
from journeys.store.rows import state_of
from journeys.store.sql import CLAIM_COLUMNS

# The end of the person's own path, at an exit node, is none: a message just before it is meant to go.
LEFT = """
select e.id from journeys_enrollment e
where e.id = any(%(ids)s::uuid[]) and e.workspace_id = %(workspace)s and e.state in ('exited', 'converted_exit')
  and exists (
    select 1 from journeys_enrollmentevent v
    where v.enrollment_id = e.id and v.kind = 'exited' and v.data ->> 'by' is distinct from %(by_path)s
  )
"""
# A held message leaves long after its tick, and a rule may have come true by the mere passing of time.
WATCHED = f"""
select {CLAIM_COLUMNS} from journeys_enrollment e
join journeys_journeyversion v on v.id = e.version_id and v.watches_person
where e.id = any(%(ids)s::uuid[]) and e.workspace_id = %(workspace)s and e.ended_at is null
"""


class ExitVeto:
    """`channels_app.ports.SendVeto`: who has left the journey by a goal, an exit rule or an operator gets no more of it."""

    def vetoed(self, workspace_id: UUID, sends: Sequence[PendingSend], now: datetime) -> Mapping[UUID, str]:
        values = {"ids": [send.enrollment_id for send in sends], "workspace": workspace_id, "by_path": BY_PATH}
        left = {row["id"] for row in query(LEFT, values)} | _leaving(workspace_id, values["ids"], now)
        return {send.message_id: "exited" for send in sends if send.enrollment_id in left}


def _leaving(workspace: UUID, enrollments: object, now: datetime) -> set[UUID]:
    """Those whom an exit rule ends at `now`; their next tick records it."""
    groups: dict[str, list[Member]] = defaultdict(list)
    for row in query(WATCHED, {"ids": enrollments, "workspace": workspace}):
        plan = plan_of(row["version_id"])
        groups[plan.version].append(Member(state_of(row), plan, Zones(None, "profile", "")))
    facts = PostgresFacts(workspace, StoredRoutes())
    return {
        UUID(member.enrollment.id)
        for members in groups.values()
        for member, match in zip(members, facts.exits(members[0].plan.exit_conditions, members, now), strict=True)
        if match is not None
    }
