"""What runs: the journeys that are live or paused, who is inside, and what was sent today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from channels_app.dashboard import SentToday
from journeys.store.postgres import query

# Everybody inside is at a node: those who came to one less those who left it. Counters are written with the log.
RUNNING = """
select j.id, j.name, j.state, v.number as version, coalesce(sum(case
        when c.metric in ('entered', 'moved_in') then c.value
        when c.metric in ('ended', 'moved_out') or c.metric like 'left:%%' then -c.value
        else 0 end), 0)::bigint as inside,
    coalesce(sum(c.value) filter (where c.metric = 'stuck'), 0)::bigint as failed
from journeys_journey j
left join journeys_journeyversion v on v.id = j.live_version_id
left join journeys_journeyversion every on every.journey_id = j.id
left join journeys_nodecounter c on c.version_id = every.id
where j.workspace_id = %(workspace)s and j.state in ('live', 'paused', 'stopped')
group by j.id, j.name, j.state, v.number
"""


@dataclass(frozen=True, slots=True)
class Running:
    """`inside`: enrollments that have not ended, the failed ones among them; `failed`: those that wait for an operator."""

    id: UUID
    name: str
    state: str
    version: int | None
    inside: int
    failed: int
    sent_today: int

    @property
    def runs(self) -> bool:
        """A stopped journey runs as long as somebody is inside."""
        return self.state != "stopped" or self.inside > 0


def running(workspace: UUID, sent: Mapping[UUID | None, SentToday]) -> Sequence[Running]:
    """Return the journeys that run, the one with most people inside first."""
    found = [
        Running(**row, sent_today=sent[row["id"]].sent if row["id"] in sent else 0)
        for row in query(RUNNING, {"workspace": workspace})
    ]
    return sorted((one for one in found if one.runs), key=lambda one: (-one.inside, -one.sent_today, one.name, one.id))
