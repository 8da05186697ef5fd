"""What goes wrong in journeys, and who waits for somebody's approval."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from uuid import UUID

from journeys.dashboard.live import Running
from journeys.store.postgres import query
from workspaces.notices import Item, Notice, notice

# A failure of long ago that nobody has mended is not news any more.
RECENT = timedelta(days=7)

OVERDUE = """
select t.journey_id as id, coalesce(j.name, '') as name, count(*) as count, min(t.due_at) as at
from journeys_stafftask t left join journeys_journey j on j.id = t.journey_id
where t.workspace_id = %(workspace)s and (
    (t.state = 'open' and t.due_at < %(now)s) or (t.state = 'overdue' and t.due_at >= %(since)s))
group by t.journey_id, j.name order by count(*) desc, t.journey_id
"""
JOBS = """
select 'failed_launches' as kind, j.id, j.name, 1 as count, left(l.error, 200) as code, coalesce(l.finished_at, l.due_at) as at
from journeys_launch l join journeys_journey j on j.id = l.journey_id
where l.workspace_id = %(workspace)s and l.state = 'failed' and coalesce(l.finished_at, l.due_at) >= %(since)s
union all
select 'failed_acts', j.id, j.name, 1, a.kind, coalesce(a.finished_at, a.beat_at)
from journeys_massact a join journeys_journey j on j.id = a.journey_id
where a.workspace_id = %(workspace)s and a.state = 'failed' and coalesce(a.finished_at, a.beat_at) >= %(since)s
union all
select 'failed_forecasts', j.id, j.name, 1, left(f.error, 200), coalesce(f.finished_at, f.created_at)
from journeys_forecast f join journeys_journey j on j.id = f.journey_id
where f.workspace_id = %(workspace)s and f.state = 'failed' and coalesce(f.finished_at, f.created_at) >= %(since)s
order by at desc
"""
# Of each journey the newest request counts, and only while the draft is what it was asked for.
APPROVALS = """
select j.id, j.name, 1 as count, a.asked_at as at
from journeys_journey j cross join lateral (
    select revision, state, asked_at from journeys_journeyapproval where journey_id = j.id order by id desc limit 1) a
where j.workspace_id = %(workspace)s and j.state <> 'archived' and a.state = 'asked' and a.revision = j.revision
order by a.asked_at
"""
# The templates that people on a live version will be sent.
USED = """
select distinct n.node -> 'config' ->> 'template' as template
from journeys_journey j join journeys_journeyversion v on v.id = j.live_version_id
cross join lateral jsonb_array_elements(v.graph -> 'nodes') as n(node)
where j.workspace_id = %(workspace)s and j.state in ('live', 'paused') and n.node ->> 'type' = 'send'
    and jsonb_typeof(n.node -> 'config' -> 'template') = 'string'
"""


def failures(workspace: UUID, running: Iterable[Running], now: datetime) -> list[Notice]:
    """Return failed enrollments, overdue tasks, and launches, mass acts and forecasts that failed in the last seven days."""
    failed = [Item(str(one.id), one.name, one.failed) for one in running if one.failed > 0]
    failed.sort(key=lambda item: -item.count)
    values = {"workspace": workspace, "now": now, "since": now - RECENT}
    overdue = _items(query(OVERDUE, values))
    jobs = query(JOBS, values)
    notices = notice("failed_enrollments", failed, sum(item.count for item in failed))
    notices += notice("overdue_tasks", overdue, sum(item.count for item in overdue))
    for kind in ("failed_launches", "failed_acts", "failed_forecasts"):
        notices += notice(kind, _items(row for row in jobs if row["kind"] == kind))
    return notices


def approvals_waiting(workspace: UUID) -> list[Notice]:
    """Return the journeys whose draft waits for a second person."""
    return notice("approvals", _items(query(APPROVALS, {"workspace": workspace})))


def templates_in_use(workspace: UUID) -> frozenset[str]:
    """Return the keys of the templates that live and paused journeys send."""
    return frozenset(row["template"] for row in query(USED, {"workspace": workspace}))


def _items(rows: Iterable[dict[str, object]]) -> list[Item]:
    return [
        Item(str(row["id"]), str(row["name"]), int(str(row["count"])), str(row.get("code", "")), row["at"])  # type: ignore[arg-type]  # an instant, as the statements say
        for row in rows
    ]
